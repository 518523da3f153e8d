import CDeflate
import Tensors

/// Writes PNG files quickly (https://www.w3.org/TR/png-3): a filter for each row, and `RunDeflate`.
enum PNGWriter {
  /// As libpng.
  static let largestSide = 1_000_000

  /// From u8[height, width, channels] with 1, 3 or 4 channels.
  static func encode(_ picture: Tensor) -> [UInt8] {
    let (height, width, channels) = (picture.shape[0], picture.shape[1], picture.shape[2])
    let rowBytes = width * channels
    let filteredBytes = height * (rowBytes + 1)
    return withUnsafeTemporaryAllocation(of: UInt8.self, capacity: filteredBytes + 8) { filtered in
      guard let filtered = filtered.baseAddress else { return [] }
      filter(picture.storage.bind(UInt8.self), height: height, rowBytes: rowBytes, channels: channels, into: filtered)
      let start = signature + chunk("IHDR", big(width) + big(height) + [8, channels == 1 ? 0 : channels == 3 ? 2 : 6, 0, 0, 0])
      let ending = chunk("IEND", [])
      let most = start.count + 12 + 6 + RunDeflate.bound(filteredBytes) + ending.count
      return [UInt8](unsafeUninitializedCapacity: most) { buffer, count in
        guard let output = buffer.baseAddress else { return }
        put(start, to: output)
        let data = output + start.count + 8
        // zlib's header (RFC 1950): deflate with a window of 32 KiB, the fastest level.
        (data[0], data[1]) = (0x78, 0x01)
        let packed = RunDeflate.compress(filtered, filteredBytes, to: data + 2)
        put(big(Int(libdeflate_adler32(1, filtered, filteredBytes))), to: data + 2 + packed)
        let length = packed + 6
        put(big(length) + Array("IDAT".utf8), to: output + start.count)
        put(big(Int(libdeflate_crc32(0, data - 4, length + 4))), to: data + length)
        put(ending, to: data + length + 4)
        count = start.count + 12 + length + ending.count
      }
    }
  }

  static let signature: [UInt8] = [0x89] + Array("PNG\r\n\u{1A}\n".utf8)

  private static func big(_ value: Int) -> [UInt8] { [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: value >> $0) } }

  private static func put(_ bytes: [UInt8], to output: UnsafeMutablePointer<UInt8>) { output.update(from: bytes, count: bytes.count) }

  private static func chunk(_ name: String, _ content: [UInt8]) -> [UInt8] {
    let body = Array(name.utf8) + content
    return big(content.count) + body + big(Int(libdeflate_crc32(0, body, body.count)))
  }

  // MARK: Filters

  /// The number of a filter precedes each row: Sub (the byte of the pixel to the left), Up (above) or Average, whichever has the
  /// smallest sum of absolute differences, as the specification suggests (12.7).
  private static func filter(
    _ pixels: UnsafePointer<UInt8>, height: Int, rowBytes: Int, channels: Int, into filtered: UnsafeMutablePointer<UInt8>
  ) {
    withUnsafeTemporaryAllocation(of: UInt8.self, capacity: rowBytes) { zeros in
      zeros.initialize(repeating: 0)
      guard let zeros = zeros.baseAddress else { return }
      for row in 0..<height {
        let (own, above) = (pixels + row * rowBytes, row == 0 ? UnsafePointer(zeros) : pixels + (row - 1) * rowBytes)
        let target = filtered + row * (rowBytes + 1)
        let best = RowFilter.best(own, above, rowBytes, channels)
        target.initialize(to: best)
        RowFilter.apply(best, own, above, rowBytes, channels, to: target + 1)
      }
    }
  }
}
