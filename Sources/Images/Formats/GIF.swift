import CGIF
import Diagnostics
import Tensors

/// GIF files, through giflib: the first image, placed on its canvas. https://www.w3.org/Graphics/GIF/spec-gif89a.txt
enum GIF {
  static func header(_ bytes: [UInt8]) -> PictureHeader? { GIFBlocks(bytes)?.picture }

  /// u8[height, width, channels], with 4 channels if a colour is transparent, otherwise 3.
  static func decode(_ bytes: [UInt8], name: String) throws -> Tensor {
    guard let blocks = GIFBlocks(bytes) else { throw broken(name, "it contains no image of a supported size") }
    return try bytes.withUnsafeBufferPointer { buffer in
      var source = GIFSource(bytes: buffer)
      return try withUnsafeMutablePointer(to: &source) { try decode($0, blocks, name) }
    }
  }

  private static func decode(_ source: UnsafeMutablePointer<GIFSource>, _ blocks: GIFBlocks, _ name: String) throws -> Tensor {
    var error: Int32 = 0
    guard
      let file = DGifOpen(
        source,
        { file, buffer, count in
          guard let source = file?.pointee.UserData?.assumingMemoryBound(to: GIFSource.self), let buffer, count > 0 else { return 0 }
          return source.pointee.read(Int(count), into: buffer)
        }, &error)
    else { throw broken(name, text(error)) }
    defer { DGifCloseFile(file, nil) }
    var kind = UNDEFINED_RECORD_TYPE
    while kind != IMAGE_DESC_RECORD_TYPE {
      guard DGifGetRecordType(file, &kind) == GIF_OK, kind != TERMINATE_RECORD_TYPE else { throw broken(name, text(file.pointee.Error)) }
      if kind == EXTENSION_RECORD_TYPE { try skipExtension(file, name) }
    }
    guard DGifGetImageDesc(file) == GIF_OK else { throw broken(name, text(file.pointee.Error)) }
    return try pixels(file, blocks, name)
  }

  private static func skipExtension(_ file: UnsafeMutablePointer<GifFileType>, _ name: String) throws {
    var (code, block): (Int32, UnsafeMutablePointer<GifByteType>?) = (0, nil)
    var result = DGifGetExtension(file, &code, &block)
    while result == GIF_OK, block != nil { result = DGifGetExtensionNext(file, &block) }
    guard result == GIF_OK else { throw broken(name, text(file.pointee.Error)) }
  }

  /// The rows of the image, in four passes if it is interlaced.
  private static func pixels(_ file: UnsafeMutablePointer<GifFileType>, _ blocks: GIFBlocks, _ name: String) throws -> Tensor {
    let image = file.pointee.Image
    let (top, left, rows, columns) = (Int(image.Top), Int(image.Left), Int(image.Height), Int(image.Width))
    let (height, width) = (blocks.picture.height, blocks.picture.width)
    guard top >= 0, left >= 0, rows > 0, columns > 0, top + rows <= height, left + columns <= width else {
      throw broken(name, "its first image is outside its canvas")
    }
    let palette = colours(image.ColorMap ?? file.pointee.SColorMap)
    let tensor = try blocks.picture.room()
    let (output, channels) = (tensor.storage.bind(UInt8.self), blocks.picture.channels)
    func put(_ index: Int, _ to: UnsafeMutablePointer<UInt8>) {
      (to[0], to[1], to[2]) = palette[index]
      if channels == 4 { to[3] = index == blocks.transparent ? 0 : 255 }
    }
    // Pixels that the image does not cover are transparent, or have the first colour, as in Pillow.
    if (rows, columns) != (height, width) { for pixel in 0..<height * width { put(blocks.transparent ?? 0, output + pixel * channels) } }
    var line = [UInt8](repeating: 0, count: columns)
    let passes = image.Interlace ? [(0, 8), (4, 8), (2, 4), (1, 2)] : [(0, 1)]
    for (first, step) in passes {
      for row in stride(from: first, to: rows, by: step) {
        guard DGifGetLine(file, &line, Int32(columns)) == GIF_OK else { throw broken(name, text(file.pointee.Error)) }
        for column in 0..<columns { put(Int(line[column]), output + ((top + row) * width + left + column) * channels) }
      }
    }
    return tensor
  }

  /// 256 colours; a grey scale if the file has no palette, black beyond its end.
  private static func colours(_ map: UnsafeMutablePointer<ColorMapObject>?) -> [(UInt8, UInt8, UInt8)] {
    guard let map = map?.pointee, let given = map.Colors else { return (0...255).map { ($0, $0, $0) } }
    return (0..<256).map { $0 < Int(map.ColorCount) ? (given[$0].Red, given[$0].Green, given[$0].Blue) : (0, 0, 0) }
  }

  private static func text(_ code: Int32) -> String { GifErrorString(code).map { String(cString: $0) } ?? "it is damaged" }

  private static func broken(_ name: String, _ message: String) -> Fault {
    Fault(
      ImageErrors.badPicture, "`\(name)` is not a readable GIF file: \(message)", hint: "open it in an image viewer; is it complete, and really a GIF?")
  }
}

/// A file in memory, as giflib reads it.
private struct GIFSource {
  let bytes: UnsafeBufferPointer<UInt8>
  var position = 0

  mutating func read(_ count: Int, into buffer: UnsafeMutablePointer<UInt8>) -> Int32 {
    let taken = min(count, bytes.count - position)
    guard taken > 0, let start = bytes.baseAddress else { return 0 }
    buffer.update(from: start + position, count: taken)
    position += taken
    return Int32(taken)
  }
}

/// Scans the blocks of a GIF file without decoding pixels.
private struct GIFBlocks {
  let picture: PictureHeader
  /// The transparent colour index of the first image.
  let transparent: Int?

  init?(_ bytes: [UInt8]) {
    func number(_ at: Int) -> Int { Int(bytes[at]) | Int(bytes[at + 1]) << 8 }
    func paletteSize(_ flags: UInt8) -> Int { flags & 0x80 == 0 ? 0 : 3 << (Int(flags & 7) + 1) }
    guard bytes.count >= 13 else { return nil }
    var place = 13 + paletteSize(bytes[10])
    var (transparent, count, height, width): (Int?, Int, Int, Int) = (nil, 0, number(8), number(6))
    func skip() {
      while place < bytes.count, bytes[place] != 0 { place += 1 + Int(bytes[place]) }
      place += 1
    }
    while count < 2, place < bytes.count, bytes[place] != 0x3B {
      if bytes[place] == 0x21 {
        if count == 0, place + 6 < bytes.count, bytes[place + 1] == 0xF9 { transparent = bytes[place + 3] & 1 != 0 ? Int(bytes[place + 6]) : nil }
        place += 2
        skip()
      } else if bytes[place] == 0x2C, place + 10 < bytes.count {
        if count == 0 {
          height = max(height, number(place + 3) + number(place + 7))
          width = max(width, number(place + 1) + number(place + 5))
        }
        count += 1
        // The minimum code size is between palette and blocks.
        place += 11 + paletteSize(bytes[place + 9])
        skip()
      } else {
        break
      }
    }
    guard count > 0, let picture = PictureHeader(height: height, width: width, channels: transparent == nil ? 3 : 4, hasMore: count > 1) else { return nil }
    self.picture = picture
    self.transparent = transparent
  }
}
