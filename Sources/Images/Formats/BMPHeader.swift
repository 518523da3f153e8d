import Tensors

/// The headers of a BMP file: OS/2's of 12 bytes, and Microsoft's of 40 bytes or more.
struct BMPHeader {
  struct Problem: Error {
    let text: String
    init(_ text: String) { self.text = text }
  }

  let picture: PictureHeader
  let bits: Int
  let isRunLength: Bool
  let isTopDown: Bool
  /// Offset of the pixels.
  let start: Int
  /// Red, green and blue of each colour.
  private let palette: [(UInt8, UInt8, UInt8)]
  /// Bit masks of red, green, blue and, if present, opacity.
  private let masks: [UInt32]

  init(_ bytes: [UInt8]) throws {
    func number(_ at: Int, _ size: Int) throws -> Int {
      guard at + size <= bytes.count else { throw Problem("its header is truncated") }
      return (0..<size).reduce(0) { $0 | Int(bytes[at + $1]) << (8 * $1) }
    }
    func signed(_ at: Int) throws -> Int { Int(Int32(truncatingIfNeeded: try number(at, 4))) }
    guard bytes.starts(with: Array("BM".utf8)) else { throw Problem("it has no BMP signature") }
    start = try number(10, 4)
    let size = try number(14, 4)
    let isOld = size == 12
    guard isOld || [40, 52, 56, 64, 108, 124].contains(size) else { throw Problem("its header size of \(size) bytes is not supported") }
    let (width, height) = isOld ? (try number(18, 2), try number(20, 2)) : (try signed(18), try signed(22))
    bits = try number(isOld ? 24 : 28, 2)
    let compression = isOld ? 0 : try number(30, 4)
    isTopDown = height < 0
    isRunLength = (compression == 1 && bits == 8) || (compression == 2 && bits == 4)
    let hasMasks = (compression == 3 || compression == 6) && (bits == 16 || bits == 32)
    guard [1, 4, 8, 16, 24, 32].contains(bits), compression == 0 || isRunLength || hasMasks else {
      throw Problem("\(bits) bits per pixel with compression \(compression) are not supported")
    }
    var channels = 3
    var masks: [UInt32] = bits == 16 ? [0x7C00, 0x3E0, 0x1F] : [0xFF_0000, 0xFF00, 0xFF]
    if hasMasks {
      let count = compression == 6 || size >= 56 && size != 64 ? 4 : 3
      masks = try (0..<count).map { UInt32(try number(54 + 4 * $0, 4)) }
      if count == 4, masks[3] != 0 { channels = 4 } else { masks = Array(masks.prefix(3)) }
    }
    self.masks = masks
    var palette: [(UInt8, UInt8, UInt8)] = []
    if bits <= 8 {
      let each = isOld ? 3 : 4
      let given = isOld ? 0 : try number(46, 4)
      let count = given == 0 ? 1 << bits : min(given, 1 << bits)
      for index in 0..<count {
        let at = 14 + size + each * index
        // Old files may have incomplete palettes.
        if isOld, at + 3 > start { break }
        palette.append((UInt8(try number(at + 2, 1)), UInt8(try number(at + 1, 1)), UInt8(try number(at, 1))))
      }
      if palette.allSatisfy({ $0.0 == $0.1 && $0.1 == $0.2 }) { channels = 1 }
    }
    self.palette = palette
    guard let picture = PictureHeader(height: abs(height), width: width, channels: channels) else {
      throw Problem("its size of \(abs(height))×\(width) pixels is not supported")
    }
    self.picture = picture
  }

  /// A colour of the palette; black beyond its end.
  func coloured(_ index: Int, _ to: UnsafeMutablePointer<UInt8>) {
    let colour = palette.indices.contains(index) ? palette[index] : (0, 0, 0)
    to[0] = colour.0
    if picture.channels == 3 { (to[1], to[2]) = (colour.1, colour.2) }
  }

  /// The channels of a pixel, scaled to 0 to 255.
  func masked(_ pixel: UInt32, _ to: UnsafeMutablePointer<UInt8>) {
    for (channel, mask) in masks.enumerated() {
      let most = mask == 0 ? 0 : mask >> UInt32(mask.trailingZeroBitCount)
      to[channel] = most == 0 ? 0 : UInt8(UInt64((pixel & mask) >> UInt32(mask.trailingZeroBitCount)) * 255 / UInt64(most))
    }
  }
}
