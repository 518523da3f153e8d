import Glibc

/// Whether bytes are text.
enum TextCheck {
  typealias Bytes = UnsafeBufferPointer<UInt8>

  enum Problem: Equatable {
    case zero(Int), notUTF8(Int)

    /// Of the first such byte.
    var offset: Int {
      switch self {
      case .zero(let offset), .notUTF8(let offset): offset
      }
    }
  }

  static func problem(_ bytes: Bytes) -> Problem? {
    guard let base = bytes.baseAddress else { return nil }
    let bad = invalid(bytes, UnsafeRawPointer(base))
    return zero(Bytes(rebasing: bytes[..<(bad ?? bytes.count)])) ?? bad.map(Problem.notUTF8)
  }

  /// The first zero byte.
  static func zero(_ bytes: Bytes) -> Problem? {
    guard let base = bytes.baseAddress else { return nil }
    return memchr(base, 0, bytes.count).map { .zero(UnsafeRawPointer($0) - UnsafeRawPointer(base)) }
  }

  /// The offset of the first byte that is not part of well-formed UTF-8 (Unicode, table 3-7).
  private static func invalid(_ bytes: Bytes, _ raw: UnsafeRawPointer) -> Int? {
    var at = 0
    let count = bytes.count
    while at < count {
      while at + 32 <= count {
        let block = raw.loadUnaligned(fromByteOffset: at, as: SIMD4<UInt64>.self)
        guard (block[0] | block[1] | block[2] | block[3]) & 0x8080_8080_8080_8080 == 0 else { break }
        at += 32
      }
      guard at < count else { return nil }
      let byte = bytes[at]
      if byte < 0x80 {
        at += 1
        continue
      }
      let (length, low, high): (Int, UInt8, UInt8) =
        switch byte {
        case 0xC2...0xDF: (2, 0x80, 0xBF)
        case 0xE0: (3, 0xA0, 0xBF)
        case 0xED: (3, 0x80, 0x9F)
        case 0xE1...0xEF: (3, 0x80, 0xBF)
        case 0xF0: (4, 0x90, 0xBF)
        case 0xF1...0xF3: (4, 0x80, 0xBF)
        case 0xF4: (4, 0x80, 0x8F)
        default: (0, 0, 0)
        }
      guard length > 0, at + length <= count, bytes[at + 1] >= low, bytes[at + 1] <= high else { return at }
      for place in at + 2..<max(at + 2, at + length) where bytes[place] & 0xC0 != 0x80 { return at }
      at += length
    }
    return nil
  }

  static func lines(before offset: Int, of bytes: Bytes) -> Int {
    var count = 0
    for place in 0..<offset {
      let byte = bytes[place]
      if byte == UInt8(ascii: "\n") || (byte == UInt8(ascii: "\r") && !(place + 1 < bytes.count && bytes[place + 1] == UInt8(ascii: "\n"))) { count += 1 }
    }
    return count
  }
}
