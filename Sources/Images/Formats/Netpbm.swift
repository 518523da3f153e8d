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
  }

  static func begins(_ bytes: [UInt8]) -> Bool {
    bytes.count > 2 && bytes[0] == UInt8(ascii: "P") && (UInt8(ascii: "1")...UInt8(ascii: "6")).contains(bytes[1]) && isSpace(bytes[2])
  }

  static func header(_ bytes: [UInt8]) -> PictureHeader? { read(bytes)?.picture }

  /// u8[height, width, channels] with 0 to 255, or f32 from 0 to 1 if the file has more than 8 bits per sample.
  static func decode(_ bytes: [UInt8], name: String) throws -> Tensor {
    guard let header = read(bytes) else { throw unreadable(name, "its header is invalid") }
    let picture = header.picture
    let (count, tensor) = (picture.height * picture.width * picture.channels, try picture.room())
    let samples = try header.isText ? text(bytes, header, count, name) : binary(bytes, header, count, name)
    if tensor.dtype == .u8 {
      let output = tensor.storage.bind(UInt8.self)
      for (index, sample) in samples.enumerated() { output[index] = UInt8((sample * 255 + header.maximum / 2) / header.maximum) }
    } else {
      for (index, sample) in samples.enumerated() { tensor.floats()[index] = Float(sample) / Float(header.maximum) }
    }
    return tensor
  }

  /// u8 pixels [height, width, 1 or 3] as P5 or P6.
  package static func encode(_ pixels: [UInt8], height: Int, width: Int, channels: Int) -> [UInt8] {
    Array("P\(channels == 1 ? 5 : 6)\n\(width) \(height)\n255\n".utf8) + pixels
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

  private static func text(_ bytes: [UInt8], _ header: Header, _ count: Int, _ name: String) throws -> [Int] {
    var (samples, place): ([Int], Int) = ([], header.start)
    // Every sample takes a byte at least.
    guard bytes.count - place >= count else { throw unreadable(name, "it is truncated") }
    samples.reserveCapacity(count)
    while samples.count < count {
      if header.isBitmap {
        // Digits of a bitmap need no spaces between them.
        while place < bytes.count, bytes[place] != 48, bytes[place] != 49 { place += 1 }
        guard place < bytes.count else { throw unreadable(name, "it is truncated") }
        samples.append(bytes[place] == 49 ? 0 : 1)
        place += 1
      } else {
        guard let sample = number(bytes, &place) else { throw unreadable(name, "it is truncated") }
        samples.append(try checked(sample, header, name))
      }
    }
    return samples
  }

  private static func binary(_ bytes: [UInt8], _ header: Header, _ count: Int, _ name: String) throws -> [Int] {
    let (width, height) = (header.picture.width, header.picture.height)
    let rowBytes = header.isBitmap ? (width + 7) / 8 : width * header.picture.channels * (header.maximum > 255 ? 2 : 1)
    guard bytes.count - header.start >= rowBytes * height else { throw unreadable(name, "it is truncated") }
    if header.isBitmap {
      // A set bit is black.
      return (0..<count).map { Int(~bytes[header.start + $0 / width * rowBytes + $0 % width / 8] >> (7 - UInt8($0 % width % 8)) & 1) }
    }
    return try (0..<count).map { index in
      let sample =
        header.maximum > 255
        ? Int(bytes[header.start + 2 * index]) << 8 | Int(bytes[header.start + 2 * index + 1]) : Int(bytes[header.start + index])
      return try checked(sample, header, name)
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
