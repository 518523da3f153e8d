import CZlib
import Diagnostics
import Tensors

/// Raw deflate data (RFC 1951) and CRC-32, through zlib.
enum Deflate {
  /// The maximum compression ratio of deflate is 1032 (zlib technical notes).
  static let maximumRatio = 1032

  /// Exactly `size` bytes; nil if the data does not contain them.
  static func inflate(_ packed: ArraySlice<UInt8>, size: Int) throws -> [UInt8]? {
    // A larger claim is invalid; do not allocate memory for it.
    guard size <= (packed.count + 1) * maximumRatio, packed.count <= Int(UInt32.max), size < Int(UInt32.max) else { return nil }
    // Checks for memory for the bytes and for what is made from them: a failed array allocation would end the program.
    _ = try Storage(byteCount: 2 * size, describing: "a decompressed file")
    var stream = z_stream()
    // 15 bits of window, without a header.
    guard inflateInit2_(&stream, -15, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size)) == Z_OK else { return nil }
    defer { inflateEnd(&stream) }
    var input = Array(packed)
    var status = Z_OK
    let output = input.withUnsafeMutableBufferPointer { source in
      [UInt8](unsafeUninitializedCapacity: size + 1) { target, count in
        stream.next_in = source.baseAddress
        stream.avail_in = UInt32(source.count)
        stream.next_out = target.baseAddress
        stream.avail_out = UInt32(size + 1)
        status = CZlib.inflate(&stream, Z_FINISH)
        count = size + 1 - Int(stream.avail_out)
      }
    }
    return status == Z_STREAM_END && output.count == size ? output : nil
  }

  /// CRC-32, as in gzip and zip, of these bytes after those of another sum.
  static func checksum(_ bytes: [UInt8], after start: UInt32 = 0) -> UInt32 {
    var sum = UInt(start)
    // zlib takes a 32-bit length.
    for start in stride(from: 0, to: bytes.count, by: 1 << 30) {
      bytes.withUnsafeBufferPointer { sum = crc32(sum, $0.baseAddress.map { $0 + start }, UInt32(min(1 << 30, bytes.count - start))) }
    }
    return UInt32(truncatingIfNeeded: sum)
  }

  /// The checksum of two parts, the second of `length` bytes.
  static func checksum(_ first: UInt32, then second: UInt32, length: Int) -> UInt32 {
    UInt32(truncatingIfNeeded: crc32_combine(UInt(first), UInt(second), length))
  }
}
