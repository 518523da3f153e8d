/// A message in the wire format of Protocol Buffers, of the field types that ONNX and TensorBoard use. The numbers of tensors are only copied
/// when the whole message is written.
/// https://protobuf.dev/programming-guides/encoding
package struct ProtobufMessage {
  private enum Part {
    case bytes([UInt8])
    case tensor(Tensor)
    case message(ProtobufMessage)
  }

  private enum WireType: UInt64 {
    case varint = 0
    case fixed64 = 1
    case lengthDelimited = 2
    case fixed32 = 5
  }

  private var parts: [Part] = []
  package private(set) var byteCount = 0

  package init() {}

  private mutating func append(_ bytes: [UInt8]) {
    byteCount += bytes.count
    if case .bytes(var last) = parts.last {
      parts[parts.count - 1] = .bytes([])
      last += bytes
      parts[parts.count - 1] = .bytes(last)
    } else {
      parts.append(.bytes(bytes))
    }
  }

  /// Seven bits a byte, the lowest first; the highest bit of a byte says that more follow.
  private static func varint(_ number: UInt64) -> [UInt8] {
    var (bytes, rest) = ([UInt8](), number)
    while rest >= 0x80 {
      bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
      rest >>= 7
    }
    return bytes + [UInt8(rest)]
  }

  private static func key(_ field: Int, _ type: WireType) -> [UInt8] { varint(UInt64(field) << 3 | type.rawValue) }

  package mutating func put(_ field: Int, _ number: Int) {
    append(ProtobufMessage.key(field, .varint) + ProtobufMessage.varint(UInt64(bitPattern: Int64(number))))
  }

  package mutating func put(_ field: Int, _ number: Float) {
    append(ProtobufMessage.key(field, .fixed32) + withUnsafeBytes(of: number.bitPattern.littleEndian) { Array($0) })
  }

  package mutating func put(_ field: Int, _ number: Double) {
    append(ProtobufMessage.key(field, .fixed64) + withUnsafeBytes(of: number.bitPattern.littleEndian) { Array($0) })
  }

  package mutating func put(_ field: Int, _ bytes: [UInt8]) {
    append(ProtobufMessage.key(field, .lengthDelimited) + ProtobufMessage.varint(UInt64(bytes.count)) + bytes)
  }

  package mutating func put(_ field: Int, _ text: String) { put(field, Array(text.utf8)) }

  package mutating func put(_ field: Int, _ message: ProtobufMessage) {
    append(ProtobufMessage.key(field, .lengthDelimited) + ProtobufMessage.varint(UInt64(message.byteCount)))
    parts.append(.message(message))
    byteCount += message.byteCount
  }

  /// The elements as bytes, row-major and little-endian.
  package mutating func put(_ field: Int, _ tensor: Tensor) {
    append(ProtobufMessage.key(field, .lengthDelimited) + ProtobufMessage.varint(UInt64(tensor.type.byteCount)))
    parts.append(.tensor(tensor))
    byteCount += tensor.type.byteCount
  }

  package func bytes() -> [UInt8] {
    var result: [UInt8] = []
    result.reserveCapacity(byteCount)
    write(to: &result)
    return result
  }

  private func write(to result: inout [UInt8]) {
    for part in parts {
      switch part {
      case .bytes(let bytes): result += bytes
      case .tensor(let tensor): result += UnsafeRawBufferPointer(start: tensor.storage.bytes, count: tensor.type.byteCount)
      case .message(let message): message.write(to: &result)
      }
    }
  }
}
