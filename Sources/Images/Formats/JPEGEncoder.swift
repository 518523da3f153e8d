import CJPEG
import Diagnostics
import Engine
import Tensors

extension JPEG {
  /// From u8[height, width, channels]; `quality` is 1 to 100. From 90 on, colours have the full resolution.
  package static func encode(_ picture: Tensor, quality: Int) throws -> [UInt8] {
    try encoded(Pixels(picture), quality: quality, halvesColours: quality < 90) { Array(UnsafeBufferPointer(start: $0, count: $1)) }
  }

  /// Encodes u8[height, width, channels], with colours at half the resolution in both directions (4:2:0), as most files are,
  /// and calls `body` with the file.
  static func encoded<Result>(_ pixels: Pixels, quality: Int, halvesColours: Bool = true, _ body: (UnsafePointer<UInt8>, Int) throws -> Result) throws -> Result
  {
    guard let encoder = tjInitCompress() else { throw failed("there is not enough memory") }
    defer { tjDestroy(encoder) }
    var file: UnsafeMutablePointer<UInt8>?
    var size: UInt = 0
    defer { tjFree(file) }
    let sampling = pixels.channels == 1 ? TJSAMP_GRAY : halvesColours ? TJSAMP_420 : TJSAMP_444
    let code = tjCompress2(
      encoder, pixels.bytes, Int32(pixels.width), 0, Int32(pixels.height), format(pixels), &file, &size, Int32(sampling.rawValue),
      Int32(quality), TJFLAG_ACCURATEDCT)
    guard code == 0, let file else { throw failed(tjGetErrorStr2(encoder).map { String(cString: $0) } ?? "unknown reason") }
    return try body(file, Int(size))
  }

  /// Encodes an image and decodes it again; the output may be the input. Opacity is kept.
  static func pass(_ input: Pixels, into output: Pixels, quality: Int) throws {
    try encoded(input, quality: quality) { file, size in
      guard let decoder = tjInitDecompress() else { throw failed("there is not enough memory") }
      defer { tjDestroy(decoder) }
      guard input.channels == 4 else { return try decode(file, size, decoder, into: output) }
      // The decoder sets the fourth channel, which may be that of the input.
      let opacity = (0..<input.pixelCount).map { input.bytes[$0 * 4 + 3] }
      try decode(file, size, decoder, into: output)
      for (index, value) in opacity.enumerated() { output.bytes[index * 4 + 3] = value }
    }
  }

  private static func decode(_ file: UnsafePointer<UInt8>, _ size: Int, _ decoder: tjhandle, into output: Pixels) throws {
    guard tjDecompress2(decoder, file, UInt(size), output.bytes, Int32(output.width), 0, Int32(output.height), format(output), TJFLAG_ACCURATEDCT) == 0 else {
      throw failed(tjGetErrorStr2(decoder).map { String(cString: $0) } ?? "unknown reason")
    }
  }

  private static func format(_ pixels: Pixels) -> Int32 {
    Int32((pixels.channels == 1 ? TJPF_GRAY : pixels.channels == 3 ? TJPF_RGB : TJPF_RGBX).rawValue)
  }

  private static func failed(_ reason: String) -> Fault {
    Fault(ImageErrors.notEncodable, "an image cannot be encoded as JPEG: \(reason)", hint: "a side of a JPEG image has at most 65,500 pixels")
  }
}
