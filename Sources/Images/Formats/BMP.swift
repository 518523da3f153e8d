import Diagnostics
import Tensors

/// BMP files with 1, 4, 8, 16, 24 and 32 bits per pixel, uncompressed, with bit masks, or run-length encoded, bottom-up
/// or top-down. No Debian library reads only BMP. https://learn.microsoft.com/windows/win32/gdi/bitmap-storage
enum BMP {
  static func header(_ bytes: [UInt8]) -> PictureHeader? { (try? BMPHeader(bytes))?.picture }

  /// u8[height, width, channels]: 1 channel if the palette is grey, 4 if a mask defines opacity, otherwise 3.
  static func decode(_ bytes: [UInt8], name: String) throws -> Tensor {
    do {
      let header = try BMPHeader(bytes)
      let tensor = try header.picture.room()
      if header.isRunLength {
        try runLengths(bytes, header, tensor)
      } else {
        try plain(bytes, header, tensor)
      }
      return tensor
    } catch let problem as BMPHeader.Problem {
      throw Fault(
        ImageErrors.badPicture, "`\(name)` is not a readable BMP file: \(problem.text)", hint: "open it in an image viewer and save it as PNG")
    }
  }

  /// Rows are padded to multiples of four bytes.
  private static func plain(_ bytes: [UInt8], _ header: BMPHeader, _ tensor: Tensor) throws {
    let (height, width, channels, bits) = (header.picture.height, header.picture.width, header.picture.channels, header.bits)
    let row = (width * bits + 31) / 32 * 4
    // The last row may lack its padding.
    guard bytes.count >= header.start, (bytes.count - header.start) >= row * (height - 1) + (width * bits + 7) / 8 else {
      throw BMPHeader.Problem("it is truncated")
    }
    let output = tensor.storage.bind(UInt8.self)
    for y in 0..<height {
      let from = header.start + (header.isTopDown ? y : height - 1 - y) * row
      for x in 0..<width {
        let to = output + (y * width + x) * channels
        switch bits {
        case 24:
          for channel in 0..<3 { to[channel] = bytes[from + 3 * x + 2 - channel] }
        case 16: header.masked(UInt32(bytes[from + 2 * x]) | UInt32(bytes[from + 2 * x + 1]) << 8, to)
        case 32: header.masked((0..<4).reduce(0) { $0 | UInt32(bytes[from + 4 * x + $1]) << (8 * UInt32($1)) }, to)
        default:
          let shift = 8 - bits - x * bits % 8
          header.coloured(Int(bytes[from + x * bits / 8]) >> shift & (1 << bits - 1), to)
        }
      }
    }
  }

  /// Run-length encoding: pairs of a count and a colour; a count of 0 is followed by an end marker, a move, or literal
  /// pixels. Pixels that are not written have the first colour of the palette.
  private static func runLengths(_ bytes: [UInt8], _ header: BMPHeader, _ tensor: Tensor) throws {
    let (height, width, channels) = (header.picture.height, header.picture.width, header.picture.channels)
    let output = tensor.storage.bind(UInt8.self)
    for pixel in 0..<height * width { header.coloured(0, output + pixel * channels) }
    var (place, x, y) = (header.start, 0, 0)
    func byte(_ at: Int) throws -> Int {
      guard at < bytes.count else { throw BMPHeader.Problem("it is truncated") }
      return Int(bytes[at])
    }
    func put(_ colour: Int) {
      if x < width, y < height { header.coloured(colour, output + ((header.isTopDown ? y : height - 1 - y) * width + x) * channels) }
      x += 1
    }
    let isNibbles = header.bits == 4
    while y < height {
      let (count, second) = (try byte(place), try byte(place + 1))
      place += 2
      if count > 0 {
        for index in 0..<count { put(isNibbles ? (index % 2 == 0 ? second >> 4 : second & 15) : second) }
      } else if second == 0 {
        (x, y) = (0, y + 1)
      } else if second == 1 {
        return
      } else if second == 2 {
        (x, y) = (x + (try byte(place)), y + (try byte(place + 1)))
        place += 2
      } else {
        for index in 0..<second {
          let value = try byte(place + (isNibbles ? index / 2 : index))
          put(isNibbles ? (index % 2 == 0 ? value >> 4 : value & 15) : value)
        }
        let length = isNibbles ? (second + 1) / 2 : second
        place += length + length % 2
      }
    }
  }
}
