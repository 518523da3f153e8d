/// Reads a message of Protocol Buffers, without knowing what it is: the fields by their numbers. Independent of the writer.
struct ProtobufReader {
  enum Field {
    case number(UInt64)
    case bytes(ArraySlice<UInt8>)
    case fixed(UInt32)
  }

  struct Malformed: Error {}

  private(set) var fields: [Int: [Field]] = [:]

  init(_ bytes: ArraySlice<UInt8>) throws {
    var rest = bytes
    func varint() throws -> UInt64 {
      var (result, shift) = (UInt64(0), 0)
      while true {
        guard let byte = rest.popFirst(), shift < 70 else { throw Malformed() }
        if shift < 64 { result |= UInt64(byte & 0x7F) << UInt64(shift) }
        if byte < 0x80 { return result }
        shift += 7
      }
    }
    while !rest.isEmpty {
      let key = try varint()
      let field: Field
      switch key & 7 {
      case 0: field = .number(try varint())
      case 2:
        let count = Int(try varint())
        guard count <= rest.count else { throw Malformed() }
        field = .bytes(rest.prefix(count))
        rest = rest.dropFirst(count)
      case 5:
        guard rest.count >= 4 else { throw Malformed() }
        field = .fixed(rest.prefix(4).reversed().reduce(0) { $0 << 8 | UInt32($1) })
        rest = rest.dropFirst(4)
      default: throw Malformed()
      }
      fields[Int(key >> 3), default: []].append(field)
    }
  }

  func integers(_ field: Int) -> [Int] {
    (fields[field] ?? []).compactMap { if case .number(let number) = $0 { Int(Int64(bitPattern: number)) } else { nil } }
  }

  func blocks(_ field: Int) -> [ArraySlice<UInt8>] {
    (fields[field] ?? []).compactMap { if case .bytes(let bytes) = $0 { bytes } else { nil } }
  }

  func texts(_ field: Int) throws -> [String] {
    try blocks(field).map { bytes in
      guard let text = String(validating: bytes, as: UTF8.self) else { throw Malformed() }
      return text
    }
  }

  func messages(_ field: Int) throws -> [ProtobufReader] { try blocks(field).map { try ProtobufReader($0) } }

  func text(_ field: Int) throws -> String { try texts(field).first ?? "" }
  func message(_ field: Int) throws -> ProtobufReader {
    guard let message = try messages(field).first else { throw Malformed() }
    return message
  }
}
