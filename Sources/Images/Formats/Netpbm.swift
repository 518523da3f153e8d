import Diagnostics
import Tensors

/// Netpbm's bitmaps, greymaps and pixmaps (.pbm, .pgm, .ppm, .pnm), in text (P1 to P3) and in bytes (P4 to P6), with up to
/// 16 bits per sample. https://netpbm.sourceforge.net/doc/pnm.html
enum Netpbm {
  private struct Header {
    /// 1 to 6.
    let kind: UInt8
    let picture: PictureHeader
    let maximum: Int
    /// Where the samples begin.
    let start: Int

    var isText: Bool { kind <= 3 }
    var isBitmap: Bool { kind == 1 || kind == 4 }
    var sampleCount: Int { picture.height * picture.width * picture.channels }
    /// Of a binary file.
    var rowBytes: Int { isBitmap ? (picture.width + 7) / 8 : picture.width * picture.channels * (maximum > 255 ? 2 : 1) }
    /// Every sample of a text takes a byte at least.
    var leastBytes: Int { isText ? sampleCount : rowBytes * picture.height }
  }

  static func begins(_ bytes: [UInt8]) -> Bool {
    bytes.count > 2 && bytes[0] == UInt8(ascii: "P") && (UInt8(ascii: "1")...UInt8(ascii: "6")).contains(bytes[1]) && isSpace(bytes[2])
  }

  static func header(_ bytes: [UInt8]) -> PictureHeader? { read(bytes)?.picture }

  /// u8[height, width, channels] with 0 to 255, or f32 from 0 to 1 if the file has more than 8 bits per sample.
  static func decode(_ bytes: [UInt8], name: String) throws -> Tensor {
    guard let header = read(bytes) else { throw unreadable(name, "its header is invalid") }
    // The file can claim any size, so what it has is counted before memory is taken.
    guard bytes.count - header.start >= header.leastBytes else { throw unreadable(name, "it is truncated") }
    let (tensor, maximum) = (try header.picture.room(), header.maximum)
    let put: (Int, Int) -> Void
    if tensor.dtype == .u8 {
      let output = tensor.storage.bind(UInt8.self)
      put = { output[$0] = UInt8(($1 * 255 + maximum / 2) / maximum) }
    } else {
      let output = tensor.floats()
      put = { output[$0] = Float($1) / Float(maximum) }
    }
    if header.isText { try text(bytes, header, name, put) } else { try binary(bytes, header, name, put) }
    return tensor
  }

  // MARK: Reading

  private static func isSpace(_ byte: UInt8) -> Bool { byte == 32 || (9...13).contains(byte) }

  /// The next number of the header or of a text file, after spaces and comments.
  private static func number(_ bytes: [UInt8], _ place: inout Int) -> Int? {
    while place < bytes.count, isSpace(bytes[place]) || bytes[place] == UInt8(ascii: "#") {
      if bytes[place] == UInt8(ascii: "#") {
        while place < bytes.count, bytes[place] != 10, bytes[place] != 13 { place += 1 }
      } else {
        place += 1
      }
    }
    var (value, digits) = (0, 0)
    while place < bytes.count, (48...57).contains(bytes[place]), digits < 10 {
      value = value * 10 + Int(bytes[place] - 48)
      (place, digits) = (place + 1, digits + 1)
    }
    return digits > 0 && digits < 10 ? value : nil
  }

  private static func read(_ bytes: [UInt8]) -> Header? {
    guard begins(bytes) else { return nil }
    let kind = bytes[1] - 48
    var place = 2
    guard let width = number(bytes, &place), let height = number(bytes, &place) else { return nil }
    let maximum = kind == 1 || kind == 4 ? 1 : number(bytes, &place)
    guard let maximum, (1...65_535).contains(maximum),
      let picture = PictureHeader(height: height, width: width, channels: kind % 3 == 0 ? 3 : 1, dtype: maximum > 255 ? .f32 : .u8)
    else { return nil }
    // One white-space byte separates the header from binary samples.
    return Header(kind: kind, picture: picture, maximum: maximum, start: kind > 3 ? place + 1 : place)
  }

  private static func text(_ bytes: [UInt8], _ header: Header, _ name: String, _ put: (Int, Int) -> Void) throws {
    var place = header.start
    for index in 0..<header.sampleCount {
      if header.isBitmap {
        // Digits of a bitmap need no spaces between them.
        while place < bytes.count, bytes[place] != 48, bytes[place] != 49 { place += 1 }
        guard place < bytes.count else { throw unreadable(name, "it is truncated") }
        put(index, bytes[place] == 49 ? 0 : 1)
        place += 1
      } else {
        guard let sample = number(bytes, &place) else { throw unreadable(name, "it is truncated") }
        put(index, try checked(sample, header, name))
      }
    }
  }

  private static func binary(_ bytes: [UInt8], _ header: Header, _ name: String, _ put: (Int, Int) -> Void) throws {
    let (width, start) = (header.picture.width, header.start)
    for index in 0..<header.sampleCount {
      if header.isBitmap {
        // A set bit is black.
        let column = index % width
        put(index, Int(~bytes[start + index / width * header.rowBytes + column / 8] >> (7 - UInt8(column % 8)) & 1))
      } else if header.maximum > 255 {
        put(index, try checked(Int(bytes[start + 2 * index]) << 8 | Int(bytes[start + 2 * index + 1]), header, name))
      } else {
        put(index, try checked(Int(bytes[start + index]), header, name))
      }
    }
  }

  private static func checked(_ sample: Int, _ header: Header, _ name: String) throws -> Int {
    guard sample <= header.maximum else { throw unreadable(name, "a sample is \(sample), more than its maximum \(header.maximum)") }
    return sample
  }

  private static func unreadable(_ name: String, _ problem: String) -> Fault {
    Fault(ImageErrors.badPicture, "`\(name)` is not a readable Netpbm file: \(problem)", hint: "open it in an image viewer and save it as PNG")
  }
}
