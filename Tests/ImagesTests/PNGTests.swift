import Diagnostics
import Images
import Tensors
import Testing

@Suite struct PNGTests {
  @Test(arguments: [1, 3, 4])
  func writtenAndReadAgain(_ channels: Int) throws {
    let image = try Tensor(dtype: .f32, shape: [5, 7, channels]) { Double(($0 * 31) % 256) / 255 }
    let back = try PNG.decode(PNG.encode(image), name: "test.png")
    #expect(back.shape == [5, 7, channels] && back.dtype == .u8)
    for index in 0..<image.count { #expect(back[index] == Double((index * 31) % 256)) }
  }

  @Test func valuesOutsideAreCut() throws {
    let image = try Tensor([-1, 0.5, 2, .nan], shape: [2, 2, 1])
    let back = try PNG.decode(PNG.encode(image), name: "test.png")
    #expect((0..<4).map { back[$0] } == [0, 128, 255, 0])
  }

  /// A file cut short or changed anywhere gives an image or a fault, never a crash.
  @Test func brokenFilesAreFaults() throws {
    let bytes = try PNG.encode(try Tensor(dtype: .f32, shape: [9, 9, 3]) { Double($0 % 9) / 9 })
    // The last 12 bytes only say that the file ends; before them the check of the pixels stands.
    for length in 0..<(bytes.count - 16) {
      #expect(throws: Fault.self) { try PNG.decode(Array(bytes.prefix(length)), name: "cut.png") }
    }
    for position in bytes.indices {
      var changed = bytes
      changed[position] ^= 0x5A
      _ = try? PNG.decode(changed, name: "changed.png")
    }
    let fault = try #require(throws: Fault.self) { try PNG.decode([1, 2, 3], name: "x.png") }
    #expect(fault.diagnostic.message.contains("x.png"))
  }
}
