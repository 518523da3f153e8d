import CPNG
import Diagnostics
import Glibc
import Tensors

/// PNG files, through libpng's simplified interface (http://www.libpng.org/pub/png/libpng-manual.txt, section V), which
/// does not use longjmp across its caller.
package enum PNG {
  /// [height, width, channels] from the header alone.
  package static func shape(_ bytes: [UInt8]) -> [Int]? { header(bytes)?.shape }

  /// After orientation; nil if there is no header, or the data ends before the pixels.
  /// https://www.w3.org/TR/png-3/#11IHDR
  static func header(_ bytes: [UInt8]) -> PictureHeader? {
    guard let chunks = Chunks(bytes) else { return nil }
    return chunks.picture.turned(chunks.orientation)
  }

  /// The chunks before the pixels.
  private struct Chunks {
    let picture: PictureHeader
    var orientation: Orientation

    init?(_ bytes: [UInt8]) {
      func number(_ at: Int) -> Int { bytes[at..<at + 4].reduce(0) { $0 << 8 | Int($1) } }
      guard bytes.count > 25, bytes[1..<4].elementsEqual("PNG".utf8), bytes[12..<16].elementsEqual("IHDR".utf8) else { return nil }
      let known: [UInt8: Int] = [0: 1, 2: 3, 3: 3, 4: 4, 6: 4]
      guard var channels = known[bytes[25]] else { return nil }
      orientation = Orientation(1)
      var place = 8
      var hasPixels = false
      while place + 8 <= bytes.count, !hasPixels {
        let (name, content) = (bytes[place + 4..<place + 8], place + 8..<place + 8 + number(place))
        if name.elementsEqual("tRNS".utf8) { channels = 4 }
        if name.elementsEqual("eXIf".utf8), content.upperBound <= bytes.count { orientation = Orientation(exif: Array(bytes[content])) }
        hasPixels = name.elementsEqual("IDAT".utf8)
        place = content.upperBound + 4
      }
      guard hasPixels, let picture = PictureHeader(height: number(20), width: number(16), channels: channels, dtype: bytes[24] == 16 ? .f32 : .u8) else {
        return nil
      }
      self.picture = picture
    }
  }

  /// Pixels as [height, width, channels], with 1, 3 or 4 channels as in the file (a palette counts as colour, grey with
  /// opacity as four channels): u8, or f32 from 0 to 1 for files with 16 bits per channel.
  package static func decode(_ bytes: [UInt8], name: String) throws -> Tensor {
    let chunks = Chunks(bytes)
    let pixels = chunks?.picture.dtype == .f32 ? try decode16(bytes, chunks?.picture, name) : try decode8(bytes, chunks?.picture.channels, name)
    return try chunks?.orientation.upright(pixels) ?? pixels
  }

  /// libpng ignores a damaged tRNS chunk, but the number of channels must match the header.
  private static func decode8(_ bytes: [UInt8], _ announced: Int?, _ name: String) throws -> Tensor {
    if let picture = try PNGReader.decode(bytes) { return picture }
    var image = png_image()
    image.version = UInt32(PNG_IMAGE_VERSION)
    defer { png_image_free(&image) }
    let began = bytes.withUnsafeBytes { png_image_begin_read_from_memory(&image, $0.baseAddress, $0.count) }
    guard began != 0 else { throw broken(name, message(image)) }
    let hasAlpha = image.format & UInt32(PNG_FORMAT_FLAG_ALPHA) != 0
    let hasColour = image.format & UInt32(PNG_FORMAT_FLAG_COLOR) != 0
    let channels = announced ?? (hasAlpha ? 4 : hasColour ? 3 : 1)
    image.format = format(channels)
    let (height, width) = (Int(image.height), Int(image.width))
    guard let header = PictureHeader(height: height, width: width, channels: channels) else {
      throw Fault(ImageErrors.badPNG, "`\(name)` is not a readable PNG file: its size of \(height)×\(width) pixels is not supported")
    }
    let tensor = try header.room()
    let finished = bytes.withUnsafeBytes { _ in png_image_finish_read(&image, nil, tensor.storage.bytes, 0, nil) }
    guard finished != 0 else { throw broken(name, message(image)) }
    return tensor
  }

  private static func decode16(_ bytes: [UInt8], _ header: PictureHeader?, _ name: String) throws -> Tensor {
    guard let header else { throw broken(name, "its header cannot be read") }
    let numbers = try Tensor(uninitialized: TensorType(.f32, header.shape))
    // The 16-bit samples are stored in the upper half of the buffer, which is then converted to floats in place, from
    // the start.
    let row = header.width * header.channels * 2
    let start = numbers.storage.bytes + header.height * row
    var rows: [UnsafeMutablePointer<UInt8>?] = (0..<header.height).map { (start + $0 * row).assumingMemoryBound(to: UInt8.self) }
    var memory = LoamPNGMemory()
    var copy = bytes
    let isRead = copy.withUnsafeMutableBufferPointer { buffer in
      (memory.bytes, memory.count) = (buffer.baseAddress, buffer.count)
      return loam_png_read16(&memory, UInt32(header.height), UInt32(header.width), UInt32(header.channels), &rows)
    }
    guard isRead != 0 else { throw broken(name, message(memory)) }
    let floats = numbers.floats()
    for index in 0..<numbers.count {
      let value = start.loadUnaligned(fromByteOffset: 2 * index, as: UInt16.self)
      floats[index] = Float(value) / 65535
    }
    return numbers
  }

  private static func message(_ image: png_image) -> String {
    withUnsafeBytes(of: image.message) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
  }

  private static func message(_ memory: LoamPNGMemory) -> String {
    withUnsafeBytes(of: memory.message) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
  }

  /// From bytes, or from values 0 to 1 of which those outside are clipped, [height, width, channels].
  package static func encode(_ tensor: Tensor) throws -> [UInt8] {
    try encode(bytes(of: tensor), height: tensor.shape[0], width: tensor.shape[1], channels: tensor.shape[2])
  }

  /// From bytes, row by row.
  package static func encode(_ pixels: [UInt8], height: Int, width: Int, channels: Int) throws -> [UInt8] {
    var image = png_image()
    image.version = UInt32(PNG_IMAGE_VERSION)
    image.width = UInt32(width)
    image.height = UInt32(height)
    image.format = format(channels)
    defer { png_image_free(&image) }
    let most = maximumBytes(height, width, channels)
    let bytes = [UInt8](unsafeUninitializedCapacity: most) { buffer, count in
      var size = png_alloc_size_t(most)
      count = png_image_write_to_memory(&image, buffer.baseAddress, &size, 0, pixels, 0, nil) != 0 ? Int(size) : 0
    }
    guard !bytes.isEmpty else { throw badSize(height, width) }
    return bytes
  }

  /// Upper bound: deflate's worst case for the rows and their filter bytes, and the chunk framing.
  private static func maximumBytes(_ height: Int, _ width: Int, _ channels: Int) -> Int {
    let raw = height * (width * channels + 1)
    return raw + raw / 16 + 1024
  }

  private static func badSize(_ height: Int, _ width: Int) -> Fault {
    Fault(ImageErrors.badSize, "an image of \(height)×\(width) cannot be written as PNG", hint: "each side must be between 1 and 1,000,000 pixels")
  }

  private static func bytes(of tensor: Tensor) -> [UInt8] {
    if tensor.dtype == .u8 { return Array(UnsafeBufferPointer(start: tensor.storage.bind(UInt8.self), count: tensor.count)) }
    guard tensor.dtype == .f32 else { return (0..<tensor.count).map { byte(tensor[$0]) } }
    let floats = tensor.floats()
    return (0..<tensor.count).map { byte(Double(floats[$0])) }
  }

  /// Many times as fast, with slightly larger files: for many images. From u8, or f32 from 0 to 1.
  package static func encodeFast(_ tensor: Tensor) throws -> [UInt8] {
    let (height, width) = (tensor.shape[0], tensor.shape[1])
    guard (1...PNGWriter.largestSide).contains(height), (1...PNGWriter.largestSide).contains(width) else { throw badSize(height, width) }
    return PNGWriter.encode(try PictureBytes.of(tensor))
  }

  /// libpng defines these as macros that Swift does not import.
  private static func format(_ channels: Int) -> UInt32 {
    (channels >= 3 ? UInt32(PNG_FORMAT_FLAG_COLOR) : 0) | (channels == 4 ? UInt32(PNG_FORMAT_FLAG_ALPHA) : 0)
  }

  package static func byte(_ value: Double) -> UInt8 {
    value.isNaN ? 0 : UInt8((max(0, min(1, value)) * 255).rounded())
  }

  private static func broken(_ name: String, _ message: String) -> Fault {
    Fault(
      ImageErrors.badPNG, "`\(name)` is not a readable PNG file: \(message)",
      hint: "open it in an image viewer; is it complete, and really a PNG?")
  }
}
