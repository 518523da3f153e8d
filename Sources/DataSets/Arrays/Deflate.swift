import CZlib
import Diagnostics
import Tensors

/// Raw deflated data (RFC 1951) and its checksum, through zlib.
enum Deflate {
  /// Deflate shrinks to a 1032nd at best (zlib's technical notes).
  static let mostGain = 1032

  /// Exactly `size` bytes; nil where the data does not hold them.
  static func inflate(_ packed: ArraySlice<UInt8>, size: Int) throws -> [UInt8]? {
    // What claims more is no such data, and no memory is spent on it.
    guard size <= (packed.count + 1) * mostGain, packed.count <= Int(UInt32.max), size < Int(UInt32.max) else { return nil }
    // Asks whether there is room for the bytes and for what becomes of them: an array that got none would end the program.
    _ = try Storage(byteCount: 2 * size, describing: "what a compressed file unpacks to")
    var stream = z_stream()
    // A window of 15 bits, without a header.
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

  /// CRC-32, as gzip and zip have it.
  static func checksum(_ bytes: [UInt8]) -> UInt32 {
    var sum: UInt = 0
    // zlib counts the bytes in 32 bits.
    for start in stride(from: 0, to: bytes.count, by: 1 << 30) {
      bytes.withUnsafeBufferPointer { sum = crc32(sum, $0.baseAddress.map { $0 + start }, UInt32(min(1 << 30, bytes.count - start))) }
    }
    return UInt32(truncatingIfNeeded: sum)
  }
}
