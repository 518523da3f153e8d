import CZlib
import Diagnostics
import Tensors

/// gzip (RFC 1952), through zlib.
package enum Gzip {
  package static func isCompressed(_ bytes: [UInt8]) -> Bool { bytes.count > 2 && bytes[0] == 0x1F && bytes[1] == 0x8B }

  /// Stops as soon as `limit` bytes are decompressed.
  package static func inflate(_ bytes: [UInt8], name: String, limit: Int = .max) throws -> [UInt8] {
    var stream = z_stream()
    // 15 bits of window, and 16 to expect a gzip header.
    guard inflateInit2_(&stream, 31, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size)) == Z_OK else {
      throw Fault(TablesErrors.badGzip, "cannot initialise zlib")
    }
    defer { inflateEnd(&stream) }
    var input = bytes
    var output: [UInt8] = []
    var block = [UInt8](repeating: 0, count: 1 << 18)
    var status = Z_OK
    var granted = 64 << 20
    try input.withUnsafeMutableBufferPointer { source in
      stream.next_in = source.baseAddress
      stream.avail_in = UInt32(clamping: source.count)
      while status == Z_OK {
        block.withUnsafeMutableBufferPointer { target in
          stream.next_out = target.baseAddress
          stream.avail_out = UInt32(target.count)
          status = CZlib.inflate(&stream, Z_NO_FLUSH)
          output += target[..<(target.count - Int(stream.avail_out))]
        }
        if output.count >= limit { return }
        if output.count > granted {
          // Checks for twice as much memory: a failed array allocation would end the program.
          _ = try Storage(byteCount: 4 * output.count, describing: "decompressed `\(name)`")
          granted = 2 * output.count
        }
        // A file may consist of several members (RFC 1952, 2.2).
        if status == Z_STREAM_END, stream.avail_in > 2, stream.next_in[0] == 0x1F, stream.next_in[1] == 0x8B {
          status = inflateReset(&stream)
        }
      }
    }
    guard status == Z_STREAM_END || output.count >= limit else {
      throw Fault(
        TablesErrors.badGzip, "`\(name)` is not a complete gzip file: it is truncated or damaged after \(output.count) bytes",
        hint: "was the download cut short? Download it again")
    }
    return output
  }
}
