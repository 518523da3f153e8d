import Diagnostics
import Foundation
import Images
import Tensors
import Testing

/// Masks against the numbers that Pillow reads: annotations.txt by Tests/Reference/annotations.py.
@Suite struct ClassPNGTests {
  private struct Case {
    let name: String
    let file: [UInt8]
    let shape: [Int]
    let numbers: [Double]
  }

  private func cases() throws -> [Case] {
    let path = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent().appendingPathComponent("Reference/annotations.txt")
    return try String(contentsOf: path, encoding: .utf8).split(separator: "\n").map { line in
      let parts = line.split(separator: "\t").map(String.init)
      let digits = Array(parts[1])
      let bytes = stride(from: 0, to: digits.count, by: 2).compactMap { UInt8(String(digits[$0...$0 + 1]), radix: 16) }
      return Case(
        name: parts[0], file: bytes, shape: parts[2].split(separator: " ").compactMap { Int($0) },
        numbers: parts[3].split(separator: " ").compactMap { Double($0) })
    }
  }

  @Test func numbersAreReadAsPillowReadsThem() throws {
    let all = try cases()
    #expect(all.count == 8)
    for one in all {
      let mask = try ClassPNG.decode(one.file, name: one.name)
      #expect(mask.shape == one.shape + [1] && mask.dtype == .u8, "\(one.name)")
      #expect((0..<mask.count).map { mask[$0] } == one.numbers, "\(one.name)")
    }
  }

  @Test func truncatedFilesAreErrors() throws {
    for one in try cases() {
      for length in 0..<one.file.count - 12 {
        #expect(throws: Fault.self) { try ClassPNG.decode(Array(one.file.prefix(length)), name: "cut.png") }
      }
    }
  }
}
