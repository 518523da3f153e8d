import Diagnostics
import Images
import Tensors
import Testing

@Suite struct JPEGWritingTests {
  private func gradient(_ height: Int, _ width: Int, _ channels: Int) throws -> Tensor {
    try Tensor(dtype: .u8, shape: [height, width, channels]) { Double(($0 / channels % width * 2 + $0 % channels * 30 + $0 / channels / width) % 200) }
  }

  @Test(arguments: [1, 3])
  func writtenAndReadAgain(_ channels: Int) throws {
    let picture = try gradient(40, 50, channels)
    var sizes: [Int] = []
    for (quality, limit) in [(100, 3.0), (95, 8.0), (50, 30.0)] {
      let bytes = try JPEG.encode(picture, quality: quality)
      let back = try JPEG.decode(bytes, name: "a.jpg")
      #expect(back.shape == picture.shape)
      let mean = (0..<picture.count).reduce(0) { $0 + abs(picture[$1] - back[$1]) } / Double(picture.count)
      #expect(mean < limit, "quality \(quality): \(mean)")
      sizes.append(bytes.count)
    }
    #expect(sizes == sizes.sorted(by: >))
  }

  @Test func sidesBeyondTheFormatAreRefused() throws {
    let fault = try #require(throws: Fault.self) { try JPEG.encode(Tensor(dtype: .u8, shape: [1, 70_000, 1]) { _ in 0 }, quality: 90) }
    #expect(fault.diagnostic.id == ImageErrors.notEncodable)
  }
}
