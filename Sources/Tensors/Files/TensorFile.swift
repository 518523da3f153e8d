import Diagnostics

/// Named tensors in one file, with metadata that only Loam reads.
///
/// The format is safetensors (https://github.com/huggingface/safetensors, "Format"): the header size in eight bytes, a JSON
/// header with the dtype, shape and offsets of each tensor, then the data. Python programs can therefore read the weights.
/// The last tensor, `loam`, is private: the same table in the coding of `ByteWriter`, the metadata, and a hash of
/// everything before it. Loam therefore parses no JSON, and detects a truncated or modified file.
package struct TensorFile {
  package let tensors: [(name: String, tensor: Tensor)]
  package let notes: [UInt8]

  package init(_ tensors: [(name: String, tensor: Tensor)], notes: [UInt8]) {
    self.tensors = tensors
    self.notes = notes
  }

  private static let magic: UInt64 = 0x3153_4E45_544D_4F4C  // "LOMTENS1"
  private static let extensionName = "loam"
  /// Tensor names with a special meaning in the header.
  package static let reservedNames: Set<String> = [extensionName, "__metadata__"]

  // MARK: Writing

  package func bytes() -> [UInt8] {
    var table = ByteWriter()
    table.put(tensors) { table, item in
      table.put(item.name)
      table.put(byte: item.tensor.dtype.rawValue)
      table.put(item.tensor.shape) { $0.put($1) }
    }
    table.put(notes)
    let size = tensors.reduce(0) { $0 + $1.tensor.type.byteCount }
    let header = header(extensionBytes: table.bytes.count + TensorFile.trailerSize)
    var result: [UInt8] = []
    result.reserveCapacity(8 + header.count + size + table.bytes.count + TensorFile.trailerSize)
    withUnsafeBytes(of: UInt64(header.count).littleEndian) { result += $0 }
    result += header
    for (_, tensor) in tensors { result += UnsafeRawBufferPointer(start: tensor.storage.bytes, count: tensor.type.byteCount) }
    result += table.bytes
    var trailer = ByteWriter()
    trailer.put(table.bytes.count)
    trailer.put(TensorFile.hash(result[...]))
    trailer.put(TensorFile.magic)
    result += trailer.bytes
    return result
  }

  private static let trailerSize = 24

  private func header(extensionBytes: Int) -> [UInt8] {
    var entries: [String] = []
    var offset = 0
    func entry(_ name: String, _ type: String, _ shape: [Int], _ count: Int) {
      let sizes = shape.map(String.init).joined(separator: ",")
      entries.append("\(TensorFile.quoted(name)):{\"dtype\":\"\(type)\",\"shape\":[\(sizes)],\"data_offsets\":[\(offset),\(offset + count)]}")
      offset += count
    }
    for (name, tensor) in tensors { entry(name, TensorFile.typeName(tensor.dtype), tensor.shape, tensor.type.byteCount) }
    entry(TensorFile.extensionName, "U8", [extensionBytes], extensionBytes)
    var header = Array("{\(entries.joined(separator: ","))}".utf8)
    // Pad so that the data is 8-byte aligned.
    while header.count % 8 != 0 { header.append(UInt8(ascii: " ")) }
    return header
  }

  private static func typeName(_ dtype: DType) -> String {
    switch dtype {
    case .f32: "F32"
    case .f64: "F64"
    case .i32: "I32"
    case .u8: "U8"
    case .bool: "BOOL"
    }
  }

  private static func quoted(_ text: String) -> String {
    var result = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"", "\\": result += "\\\(scalar)"
      case _ where scalar.value < 0x20:
        let digits = String(scalar.value, radix: 16)
        result += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result + "\""
  }

  // MARK: Reading

  /// Nil if the bytes are not a complete, unmodified `TensorFile`.
  package init?(_ bytes: [UInt8]) {
    let size = TensorFile.trailerSize
    guard bytes.count >= 8 + size else { return nil }
    do {
      var trailer = ByteReader(bytes[(bytes.count - size)...])
      let (tableSize, hash, magic) = (try trailer.int(), try trailer.word(), try trailer.word())
      var start = ByteReader(bytes[..<8])
      let headerSize = try start.int()
      let end = bytes.count - size
      guard magic == TensorFile.magic, headerSize >= 0, headerSize <= end - 8, tableSize >= 0, tableSize <= end - 8 - headerSize,
        hash == TensorFile.hash(bytes[..<end])
      else { return nil }
      let data = bytes[(8 + headerSize)..<(end - tableSize)]
      var table = ByteReader(bytes[(end - tableSize)..<end])
      var rest = data
      tensors = try table.items { try TensorFile.tensor(&$0, &rest) }
      notes = Array(try table.block())
    } catch {
      return nil
    }
  }

  /// Reads the next tensor, and removes its bytes from `data`.
  private static func tensor(_ table: inout ByteReader, _ data: inout ArraySlice<UInt8>) throws -> (name: String, tensor: Tensor) {
    let name = try table.text()
    guard let dtype = DType(rawValue: try table.byte()) else { throw ByteReader.Malformed() }
    let shape = try table.items { try $0.int() }
    guard shape.allSatisfy({ $0 >= 0 }), let count = Shapes.checkedCount(shape), count <= data.count,
      case let size = count * dtype.size, size <= data.count
    else { throw ByteReader.Malformed() }
    let tensor = try Tensor(uninitialized: TensorType(dtype, shape))
    let slice = data.prefix(size)
    guard dtype != .bool || slice.allSatisfy({ $0 <= 1 }) else { throw ByteReader.Malformed() }
    slice.withUnsafeBytes { source in
      if let base = source.baseAddress { tensor.storage.bytes.copyMemory(from: base, byteCount: size) }
    }
    data.removeFirst(size)
    return (name, tensor)
  }

  private static func hash(_ bytes: ArraySlice<UInt8>) -> UInt64 {
    var hash = Hash64()
    bytes.withUnsafeBytes { hash.combine($0) }
    return hash.value
  }
}
