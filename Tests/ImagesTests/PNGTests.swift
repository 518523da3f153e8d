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

  /// Files of three shades in two bytes each, and of a palette with a half transparent colour.
  @Test func deepAndTransparentPixels() throws {
    let deep: [UInt8] = [
      137, 80, 78, 71, 13, 10, 26, 10, 0, 0, 0, 13, 73, 72, 68, 82, 0, 0, 0, 3, 0, 0, 0, 1, 16, 0, 0, 0, 0, 110, 27, 151, 43, 0, 0, 0, 15, 73, 68, 65, 84, 120,
      156, 99, 96, 96, 16, 20, 84, 82, 2, 0, 0, 228, 0, 103, 112, 225, 151, 59, 0, 0, 0, 0, 73, 69, 78, 68, 174, 66, 96, 130,
    ]
    let shades = try PNG.decode(deep, name: "deep.png")
    #expect(shades.dtype == .f32 && (0..<3).map { (shades[$0] * 65535).rounded() } == [0, 4369, 8738] && PNG.shape(deep) == [1, 3, 1])
    let palette: [UInt8] = [
      137, 80, 78, 71, 13, 10, 26, 10, 0, 0, 0, 13, 73, 72, 68, 82, 0, 0, 0, 2, 0, 0, 0, 1, 8, 3, 0, 0, 0, 195, 252, 143, 184, 0, 0, 0, 6, 80, 76, 84, 69, 255,
      0, 0, 0, 255, 0, 210, 135, 239, 113, 0, 0, 0, 1, 116, 82, 78, 83, 128, 173, 94, 91, 70, 0, 0, 0, 11, 73, 68, 65, 84, 120, 156, 99, 96, 96, 4, 0, 0, 4, 0,
      2, 191, 122, 63, 74, 0, 0, 0, 0, 73, 69, 78, 68, 174, 66, 96, 130,
    ]
    let colours = try PNG.decode(palette, name: "palette.png")
    #expect((0..<8).map { colours[$0] } == [255, 0, 0, 128, 0, 255, 0, 255] && PNG.shape(palette) == colours.shape)
  }
}
