import Diagnostics

/// Writes zip files (PKWARE, APPNOTE.TXT 6.3.10) with stored entries, as NumPy's `savez` does. The date is fixed, so
/// that the same entries give the same bytes.
struct ZipWriter {
  private var bytes: [UInt8] = []
  private var table: [UInt8] = []
  private var count = 0
  private let file: String

  init(name: String) { file = name }

  mutating func add(_ name: String, _ content: [UInt8]) throws {
    guard bytes.count + content.count + table.count + 1024 < Int(UInt32.max), count < Int(UInt16.max) else {
      throw Fault(
        DataErrors.badArrays, "`\(file)` exceeds 4 GiB, the limit of a zip file", hint: "save it in parts, or each tensor in its own .npy file")
    }
    let start = bytes.count
    // Version 2.0, names in UTF-8, method 0, midnight of 1 January 1980, the checksum, both sizes.
    let shared =
      number(20, 2) + number(1 << 11, 2) + number(0, 2) + number(0, 2) + number(1 << 5 | 1, 2) + number(Int(Deflate.checksum(content)), 4)
      + number(content.count, 4) + number(content.count, 4) + number(name.utf8.count, 2) + number(0, 2)
    bytes += number(0x0403_4B50, 4) + shared + Array(name.utf8) + content
    // Additional fields of the central directory: version 2.0, no comment, first disk, no attributes, the offset of the
    // entry.
    table += number(0x0201_4B50, 4) + number(20, 2) + shared + number(0, 2) + number(0, 2) + number(0, 2) + number(0, 4) + number(start, 4) + Array(name.utf8)
    count += 1
  }

  /// The complete file.
  func finished() -> [UInt8] {
    bytes + table + number(0x0605_4B50, 4) + number(0, 2) + number(0, 2) + number(count, 2) + number(count, 2) + number(table.count, 4)
      + number(bytes.count, 4) + number(0, 2)
  }

  private func number(_ value: Int, _ size: Int) -> [UInt8] { (0..<size).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) } }
}
