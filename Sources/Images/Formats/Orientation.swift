import Tensors

/// The EXIF tag `Orientation` (EXIF 2.32, section 4.6.4), 1 to 8. Values 5 to 8 swap height and width.
struct Orientation: Equatable {
  let number: Int

  var swapsSides: Bool { number >= 5 }

  init(_ number: Int) { self.number = (1...8).contains(number) ? number : 1 }

  /// From a JPEG file; 1 (upright) if it contains no readable tag.
  init(jpeg bytes: [UInt8]) { self.init(Orientation.tag(in: bytes) ?? 1) }

  /// From an EXIF block, with or without the identifier that JPEG puts before it.
  init(exif bytes: [UInt8]) {
    self.init(Orientation.tag(inTIFF: bytes.starts(with: Array("Exif\0\0".utf8)) ? Array(bytes.dropFirst(6)) : bytes) ?? 1)
  }

  /// The upright image.
  func upright(_ picture: Tensor) throws -> Tensor {
    guard number != 1 else { return picture }
    let (height, width, channels) = (picture.shape[0], picture.shape[1], picture.shape[2])
    let (rows, columns) = swapsSides ? (width, height) : (height, width)
    let result = try Tensor(uninitialized: TensorType(picture.dtype, [rows, columns, channels]))
    let (from, to, pixel) = (picture.storage.bytes, result.storage.bytes, channels * picture.dtype.size)
    for row in 0..<rows {
      for column in 0..<columns {
        let (r, c) = source(row, column, height, width)
        (to + (row * columns + column) * pixel).copyMemory(from: from + (r * width + c) * pixel, byteCount: pixel)
      }
    }
    return result
  }

  /// The position in the stored image of a pixel of the upright image of this size.
  private func source(_ row: Int, _ column: Int, _ height: Int, _ width: Int) -> (Int, Int) {
    switch number {
    case 2: (row, width - 1 - column)
    case 3: (height - 1 - row, width - 1 - column)
    case 4: (height - 1 - row, column)
    case 5: (column, row)
    case 6: (height - 1 - column, row)
    case 7: (height - 1 - column, width - 1 - row)
    case 8: (column, width - 1 - row)
    default: (row, column)
    }
  }

  // MARK: The tag

  /// Scans the segments before the pixels: a marker of two bytes and a length of two, which includes itself.
  private static func tag(in bytes: [UInt8]) -> Int? {
    var position = 2
    while position + 4 <= bytes.count, bytes[position] == 0xFF {
      let marker = bytes[position + 1]
      guard marker != 0xDA else { return nil }
      let length = Int(bytes[position + 2]) << 8 | Int(bytes[position + 3])
      let end = position + 2 + length
      guard length >= 2, end <= bytes.count else { return nil }
      let content = bytes[position + 4..<end]
      if marker == 0xE1, content.starts(with: Array("Exif\0\0".utf8)) { return tag(inTIFF: Array(content.dropFirst(6))) }
      position = end
    }
    return nil
  }

  /// EXIF stores tags in the format of TIFF 6.0: byte order, offset of the first directory, entries of 12 bytes.
  static func tag(inTIFF bytes: [UInt8]) -> Int? {
    guard bytes.count >= 8 else { return nil }
    let isLittle = bytes[0] == UInt8(ascii: "I")
    func number(_ at: Int, _ size: Int) -> Int? {
      guard at >= 0, at + size <= bytes.count else { return nil }
      let part = bytes[at..<at + size]
      return isLittle ? part.reversed().reduce(0) { $0 << 8 | Int($1) } : part.reduce(0) { $0 << 8 | Int($1) }
    }
    guard let table = number(4, 4), let count = number(table, 2) else { return nil }
    let (orientation, short, long) = (0x0112, 3, 4)
    for entry in 0..<count {
      let at = table + 2 + 12 * entry
      guard let tag = number(at, 2), let type = number(at + 2, 2) else { return nil }
      if tag == orientation { return type == short ? number(at + 8, 2) : type == long ? number(at + 8, 4) : nil }
    }
    return nil
  }
}
