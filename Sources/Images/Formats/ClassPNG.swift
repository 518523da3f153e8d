import CPNG
import Diagnostics
import Tensors

/// PNG files whose pixels are numbers of classes: grey levels, or positions in a palette, of at most 8 bits.
package enum ClassPNG {
  /// Height and width from the first bytes; nil if they do not suffice, or if the file is in colour or has 16 bits.
  package static func header(_ bytes: [UInt8]) -> PictureHeader? {
    guard hasClasses(bytes), let header = PNG.header(bytes) else { return nil }
    return PictureHeader(height: header.height, width: header.width, channels: 1)
  }

  /// Colour types 0 (grey) and 3 (palette). https://www.w3.org/TR/png-3/#11IHDR
  private static func hasClasses(_ bytes: [UInt8]) -> Bool { bytes.count > 25 && [0, 3].contains(bytes[25]) && bytes[24] <= 8 }

  /// u8[height, width, 1]
  package static func decode(_ bytes: [UInt8], name: String) throws -> Tensor {
    guard PictureFormat(bytes) == .png, hasClasses(bytes), let header = header(bytes) else {
      throw Fault(
        ImageErrors.badPNG, "`\(name)` is not a mask: expected a PNG file of grey levels or palette colours with at most 8 bits",
        hint: "a mask stores the number of a class for each pixel; save it as 8-bit greyscale")
    }
    let pixels = try header.room()
    let start = pixels.storage.bind(UInt8.self)
    var rows: [UnsafeMutablePointer<UInt8>?] = (0..<header.height).map { start + $0 * header.width }
    var memory = LoamPNGMemory()
    var copy = bytes
    let isRead = copy.withUnsafeMutableBufferPointer { buffer in
      (memory.bytes, memory.count) = (buffer.baseAddress, buffer.count)
      return loam_png_read_numbers(&memory, UInt32(header.height), UInt32(header.width), &rows)
    }
    guard isRead != 0 else {
      let message = withUnsafeBytes(of: memory.message) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
      throw Fault(ImageErrors.badPNG, "`\(name)` is not a readable PNG file: \(message)", hint: "is the file complete?")
    }
    return pixels
  }

  /// From a mask, u8[height, width].
  package static func encode(_ mask: Tensor) throws -> [UInt8] {
    let bytes = mask.storage.bind(UInt8.self)
    return try PNG.encode(Array(UnsafeBufferPointer(start: bytes, count: mask.count)), height: mask.shape[0], width: mask.shape[1], channels: 1)
  }
}
