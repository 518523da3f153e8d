import Tensors
import Testing

/// Tensors in a file, and the coding of what is written beside them.
@Suite struct TensorFileTests {
  private func file() throws -> TensorFile {
    let tensors = try DType.allCases.map { type in
      (name: "a \"\(type.name)\"\n", tensor: try Tensor(dtype: type, shape: [2, 3]) { Double($0 % 2) })
    }
    return TensorFile(tensors + [("none", try Tensor(dtype: .f32, shape: [0, 4]) { _ in 0 })], notes: [1, 2, 3])
  }

  @Test func whatIsWrittenIsRead() throws {
    let file = try file()
    let again = try #require(TensorFile(file.bytes()))
    #expect(again.notes == [1, 2, 3] && again.tensors.map(\.name) == file.tensors.map(\.name))
    for (a, b) in zip(file.tensors, again.tensors) {
      #expect(a.tensor.type == b.tensor.type)
      for index in 0..<a.tensor.count { #expect(a.tensor[index] == b.tensor[index]) }
    }
    #expect(again.bytes() == file.bytes())
  }

  /// The header is the one of safetensors: its size, then JSON, then data at a multiple of eight bytes.
  @Test func otherProgramsFindTheHeader() throws {
    let bytes = try file().bytes()
    let size = bytes[..<8].reversed().reduce(0) { $0 << 8 | Int($1) }
    let header = String(decoding: bytes[8..<8 + size], as: UTF8.self)
    #expect(size % 8 == 0 && header.hasPrefix("{\"a \\\"f32\\\"\\u000a\":{\"dtype\":\"F32\",\"shape\":[2,3],\"data_offsets\":[0,24]}"))
    #expect(header.contains("\"none\":{\"dtype\":\"F32\",\"shape\":[0,4]") && header.contains("\"loam\":{\"dtype\":\"U8\""))
  }

  @Test func tornAndChangedFilesAreNone() throws {
    let bytes = try file().bytes()
    for count in 0..<bytes.count {
      #expect(TensorFile(Array(bytes[..<count])) == nil)
      var changed = bytes
      changed[count] ^= 1
      #expect(TensorFile(changed) == nil)
    }
  }

  @Test func numbersAndTextsComeBack() throws {
    var writer = ByteWriter()
    writer.put(-1)
    writer.put(0.1)
    writer.put(true)
    writer.put("é")
    writer.put([3, 4]) { $0.put($1) }
    var reader = ByteReader(writer.bytes[...])
    #expect(try reader.int() == -1 && reader.double() == 0.1 && reader.flag() && reader.text() == "é")
    #expect(try reader.items { try $0.int() } == [3, 4])
    #expect(reader.isAtEnd)
    #expect(throws: ByteReader.Malformed.self) { try reader.byte() }
  }

  /// Counts that no file could hold, flags that are none, texts that are no UTF-8.
  @Test func whatCannotBeIsMalformed() {
    func read<T>(_ write: (inout ByteWriter) -> Void, _ read: (inout ByteReader) throws -> T) {
      var writer = ByteWriter()
      write(&writer)
      var reader = ByteReader(writer.bytes[...])
      #expect(throws: ByteReader.Malformed.self) { _ = try read(&reader) }
    }
    read({ $0.put(1 << 60) }) { try $0.text() }
    read({ $0.put(-1) }) { try $0.block() }
    read({ $0.put(9) }) { try $0.items { try $0.byte() } }
    read({ $0.put(5) }) { try $0.count(upTo: 4) }
    read({ $0.put(byte: 2) }) { try $0.flag() }
    read({ $0.put([0xFF, 0xFE] as [UInt8]) }) { try $0.text() }
  }
}
