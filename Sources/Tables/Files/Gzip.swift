import Diagnostics
import Tensors

/// gzip (RFC 1952), through zlib.
package enum Gzip {
  package static func isCompressed(_ bytes: [UInt8]) -> Bool { bytes.count > 2 && bytes[0] == 0x1F && bytes[1] == 0x8B }

  /// Stops as soon as `limit` bytes are decompressed.
  package static func inflate(_ bytes: [UInt8], name: String, limit: Int = .max) throws -> [UInt8] {
    let input = try GzipInput(name)
    var offset = 0
    var output: [UInt8] = []
    var granted = 64 << 20
    while output.count < limit {
      let size = min(1 << 18, limit - output.count)
      let block = try [UInt8](unsafeUninitializedCapacity: size) { block, count in
        count = try input.read(into: UnsafeMutableRawBufferPointer(rebasing: UnsafeMutableRawBufferPointer(block)[..<size])) { buffer in
          let part = bytes[offset..<min(bytes.count, offset + buffer.count)]
          buffer.copyBytes(from: part)
          offset += part.count
          return part.count
        }
      }
      output += block
      if block.count < size { break }
      if output.count > granted {
        // Checks for twice as much memory: a failed array allocation would end the program.
        _ = try Storage(byteCount: 4 * output.count, describing: "decompressed `\(name)`")
        granted = 2 * output.count
      }
    }
    return output
  }
}
