import Diagnostics
import Images
import Tensors
import Testing

/// Our own reader and writer of common PNG files, against libpng.
@Suite struct FastPNGTests {
  /// The chunk gAMA with 1/2.2, which changes no pixel but leaves the file to libpng.
  private static let gamma: [UInt8] = [0, 0, 0, 4, 0x67, 0x41, 0x4D, 0x41, 0, 0, 0xB1, 0x8F, 0x0B, 0xFC, 0x61, 0x05]

  private func readByLibpng(_ bytes: [UInt8]) throws -> Tensor { try PNG.decode(Array(bytes[..<33] + Self.gamma + bytes[33...]), name: "gamma.png") }

  private func expectEqual(_ a: Tensor, _ b: Tensor, _ what: String) {
    #expect(a.shape == b.shape && (0..<a.count).allSatisfy { a[$0] == b[$0] }, "\(what)")
  }

  /// Kinds of content that are compressed in different ways: as they are, as runs, by a code, and several blocks.
  @Test(arguments: ["noise", "flat", "ramp", "spots", "runs"], [1, 3, 4])
  func libpngReadsWhatIsWritten(_ kind: String, _ channels: Int) throws {
    for (height, width) in [(1, 1), (1, 9), (9, 1), (7, 5), (28, 28), (210, 251)] {
      var state: UInt64 = 1
      let picture = try Tensor(dtype: .u8, shape: [height, width, channels]) { index in
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        let random = Double(state >> 56)
        switch kind {
        case "noise": return random
        case "flat": return 77
        case "ramp": return Double(index / channels % width) + random.truncatingRemainder(dividingBy: 3).rounded()
        case "spots": return random > 250 ? random : 0
        default: return Double(index / 300 % 7 * 36)
        }
      }
      let bytes = try PNG.encodeFast(picture)
      expectEqual(try readByLibpng(bytes), picture, "\(kind) \(height)×\(width)×\(channels) by libpng")
      expectEqual(try PNG.decode(bytes, name: ""), picture, "\(kind) \(height)×\(width)×\(channels)")
      // Never much larger than the pixels.
      #expect(bytes.count < picture.count + height + 200)
    }
  }

  /// libpng chooses among all filters.
  @Test(arguments: [1, 3, 4])
  func whatLibpngWritesIsRead(_ channels: Int) throws {
    let picture = try Tensor(dtype: .f32, shape: [40, 50, channels]) { index in
      let (row, column) = (index / channels / 50, index / channels % 50)
      let value: Int = row * row + 3 * column + index % channels * 40
      return Double((value + (row ^ column) % 5) % 256) / 255
    }
    let bytes = try PNG.encode(picture)
    expectEqual(try PNG.decode(bytes, name: ""), try readByLibpng(bytes), "\(channels)")
  }

  /// Every filter in turn, on pictures of several widths, in a stored zlib stream. Each filter is also that of a first row.
  @Test(arguments: [(1, UInt8(0)), (3, 2), (4, 6)], [1, 2, 4, 5, 23])
  func allFiltersAreUndone(_ channels: (count: Int, kind: UInt8), _ width: Int) throws {
    for first in 0..<5 {
      var rows: [UInt8] = []
      for row in 0..<11 {
        // Differences of any size, and small ones, in which Paeth's predictors are often equally near.
        rows += [UInt8((first + row) % 5)] + (0..<width * channels.count).map { UInt8(row % 2 == 0 ? ($0 * 37 + row * 91) % 256 : ($0 * 7 + row) % 4) }
      }
      let bytes = FastPNGTests.file(width: width, height: 11, kind: channels.kind, rows: rows)
      expectEqual(try PNG.decode(bytes, name: ""), try readByLibpng(bytes), "first filter \(first)")
      rows[0] = 5
      let wrong = FastPNGTests.file(width: width, height: 11, kind: channels.kind, rows: rows)
      #expect(throws: Fault.self) { try PNG.decode(wrong, name: "") }
    }
  }

  /// A file in which the pixels are stored, with checksums of its own making.
  private static func file(width: Int, height: Int, kind: UInt8, rows: [UInt8]) -> [UInt8] {
    func big(_ value: UInt32) -> [UInt8] { [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: value >> $0) } }
    func crc(_ bytes: [UInt8]) -> UInt32 {
      var sum: UInt32 = .max
      for byte in bytes {
        sum ^= UInt32(byte)
        for _ in 0..<8 { sum = sum & 1 == 1 ? (sum >> 1) ^ 0xEDB8_8320 : sum >> 1 }
      }
      return ~sum
    }
    func chunk(_ name: String, _ content: [UInt8]) -> [UInt8] {
      let body = Array(name.utf8) + content
      return big(UInt32(content.count)) + body + big(crc(body))
    }
    var (a, b): (UInt32, UInt32) = (1, 0)
    for byte in rows {
      a = (a + UInt32(byte)) % 65521
      b = (b + a) % 65521
    }
    let length = [UInt8(rows.count & 0xFF), UInt8(rows.count >> 8)]
    var stream: [UInt8] = [0x78, 0x01, 1]
    stream += length + length.map { ~$0 }
    stream += rows + big(b << 16 | a)
    var bytes: [UInt8] = [0x89] + Array("PNG\r\n\u{1A}\n".utf8)
    bytes += chunk("IHDR", big(UInt32(width)) + big(UInt32(height)) + [8, kind, 0, 0, 0])
    // In two parts, as large files have them.
    bytes += chunk("IDAT", Array(stream.prefix(20))) + chunk("IDAT", Array(stream.dropFirst(20)))
    return bytes + chunk("IEND", [])
  }

  @Test func sidesBeyondThoseOfLibpngAreRefused() throws {
    let long = try Tensor(dtype: .u8, shape: [1, 1_000_001, 1]) { _ in 0 }
    #expect(throws: Fault.self) { try PNG.encodeFast(long) }
  }

  /// A file that is changed anywhere is as libpng sees it: an image or a fault.
  @Test func changedFilesAreAsLibpngSeesThem() throws {
    let bytes = try PNG.encodeFast(try Tensor(dtype: .u8, shape: [9, 9, 3]) { Double($0 % 9 * 20) })
    for position in bytes.indices {
      var changed = bytes
      changed[position] ^= 0x5A
      _ = try? PNG.decode(changed, name: "changed.png")
    }
  }
}
