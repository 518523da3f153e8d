import CPNG
import Diagnostics
import Glibc
import Tensors

/// PNG files, through libpng's simplified interface (http://www.libpng.org/pub/png/libpng-manual.txt,
/// section V), which never jumps out of its caller.
package enum PNG {
  /// [height, width, channels] from the header alone; nil where there is none.
  /// https://www.w3.org/TR/png-3/#11IHDR
  package static func shape(_ bytes: [UInt8]) -> [Int]? {
    guard bytes.count > 25, bytes[1..<4].elementsEqual("PNG".utf8), bytes[12..<16].elementsEqual("IHDR".utf8) else { return nil }
    func number(_ at: Int) -> Int { bytes[at..<at + 4].reduce(0) { $0 << 8 | Int($1) } }
    let channels: [UInt8: Int] = [0: 1, 2: 3, 3: 3, 4: 4, 6: 4]
    return channels[bytes[25]].map { [number(20), number(16), isTransparent(bytes, number) ? 4 : $0] }
  }

  /// Whether a chunk before the pixels makes some of them transparent. https://www.w3.org/TR/png-3/#11tRNS
  private static func isTransparent(_ bytes: [UInt8], _ number: (Int) -> Int) -> Bool {
    var place = 8
    while place + 8 <= bytes.count {
      let name = bytes[place + 4..<place + 8]
      if name.elementsEqual("tRNS".utf8) { return true }
      if name.elementsEqual("IDAT".utf8) { return false }
      place += 12 + number(place)
    }
    return false
  }

  /// Pixels as u8[height, width, channels], channels 1, 3 or 4 as the file has them (a palette
  /// counts as colour, two-channel grey as four).
  package static func decode(_ bytes: [UInt8], name: String) throws -> Tensor {
    var image = png_image()
    image.version = UInt32(PNG_IMAGE_VERSION)
    defer { png_image_free(&image) }
    let began = bytes.withUnsafeBytes { png_image_begin_read_from_memory(&image, $0.baseAddress, $0.count) }
    guard began != 0 else { throw broken(name, image) }
    let hasAlpha = image.format & UInt32(PNG_FORMAT_FLAG_ALPHA) != 0
    let hasColour = image.format & UInt32(PNG_FORMAT_FLAG_COLOR) != 0
    let channels = hasAlpha ? 4 : hasColour ? 3 : 1
    image.format = format(channels)
    // Two bytes a channel mean the same shades as one.
    image.flags |= UInt32(PNG_IMAGE_FLAG_16BIT_sRGB)
    let (height, width) = (Int(image.height), Int(image.width))
    guard height > 0, width > 0, height * width <= 1 << 28 else {
      throw Fault(ImageErrors.badPNG, "`\(name)` claims to be \(height)×\(width) pixels, more than can be read")
    }
    let tensor = try Tensor(uninitialized: TensorType(.u8, [height, width, channels]))
    let finished = bytes.withUnsafeBytes { _ in png_image_finish_read(&image, nil, tensor.storage.bytes, 0, nil) }
    guard finished != 0 else { throw broken(name, image) }
    return tensor
  }

  /// From values 0 to 1, [height, width, channels]; what lies outside is cut.
  package static func encode(_ tensor: Tensor) throws -> [UInt8] {
    try encode((0..<tensor.count).map { byte(tensor[$0]) }, height: tensor.shape[0], width: tensor.shape[1], channels: tensor.shape[2])
  }

  /// From bytes, row by row.
  package static func encode(_ pixels: [UInt8], height: Int, width: Int, channels: Int) throws -> [UInt8] {
    var image = png_image()
    image.version = UInt32(PNG_IMAGE_VERSION)
    image.width = UInt32(width)
    image.height = UInt32(height)
    image.format = format(channels)
    defer { png_image_free(&image) }
    var size = png_alloc_size_t(0)
    guard png_image_write_to_memory(&image, nil, &size, 0, pixels, 0, nil) != 0 else {
      throw Fault(ImageErrors.badSize, "an image of \(height)×\(width) cannot be written as PNG", hint: "a side has from 1 to 1,000,000 pixels")
    }
    var bytes = [UInt8](repeating: 0, count: Int(size))
    guard png_image_write_to_memory(&image, &bytes, &size, 0, pixels, 0, nil) != 0 else {
      throw Fault(ImageErrors.badSize, "an image of \(height)×\(width) cannot be written as PNG", hint: "a side has from 1 to 1,000,000 pixels")
    }
    return Array(bytes.prefix(Int(size)))
  }

  /// The header's own names for these are macros that Swift does not see.
  private static func format(_ channels: Int) -> UInt32 {
    (channels >= 3 ? UInt32(PNG_FORMAT_FLAG_COLOR) : 0) | (channels == 4 ? UInt32(PNG_FORMAT_FLAG_ALPHA) : 0)
  }

  package static func byte(_ value: Double) -> UInt8 {
    value.isNaN ? 0 : UInt8((max(0, min(1, value)) * 255).rounded())
  }

  private static func broken(_ name: String, _ image: png_image) -> Fault {
    let message = withUnsafeBytes(of: image.message) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
    return Fault(
      ImageErrors.badPNG, "`\(name)` is not a readable PNG file: \(message)",
      hint: "open it in an image viewer; is it complete, and really a PNG?")
  }
}
