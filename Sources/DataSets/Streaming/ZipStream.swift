import Effects

/// The records of a zip file with stored entries that may exceed 4 GiB (PKWARE, APPNOTE.TXT 6.3.10, 4.5.3). The date is
/// fixed, as in `ZipWriter`.
struct ZipStream {
  private struct Entry {
    let name: String
    let checksum: UInt32
    let size: Int
    let start: Int
  }

  private var entries: [Entry] = []
  private static let large = 0xFFFF_FFFF
  /// The two sizes of the extra field.
  private static let extraBytes = 20

  /// The length of the header before the content of an entry.
  static func headerLength(_ name: String) -> Int { 30 + name.utf8.count + extraBytes }

  private static func number(_ value: Int, _ size: Int) -> [UInt8] { (0..<size).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) } }

  /// Version, flags (names in UTF-8), method 0, midnight of 1 January 1980.
  private static let beginning = number(45, 2) + number(1 << 11, 2) + number(0, 2) + number(0, 2) + number(1 << 5 | 1, 2)

  /// Adds an entry that begins at `start` of the file; returns its header. Sizes are in the extra field, as NumPy writes them.
  mutating func header(_ name: String, checksum: UInt32, size: Int, at start: Int) -> [UInt8] {
    entries.append(Entry(name: name, checksum: checksum, size: size, start: start))
    return ZipStream.number(0x0403_4B50, 4) + ZipStream.beginning + ZipStream.number(Int(checksum), 4) + ZipStream.number(ZipStream.large, 4)
      + ZipStream.number(ZipStream.large, 4) + ZipStream.number(name.utf8.count, 2) + ZipStream.number(ZipStream.extraBytes, 2) + Array(name.utf8)
      + ZipStream.number(1, 2) + ZipStream.number(16, 2) + ZipStream.number(size, 8) + ZipStream.number(size, 8)
  }

  /// Appends a small entry.
  mutating func add(_ name: String, _ content: [UInt8], to file: OutputFile) throws {
    try file.append(header(name, checksum: Deflate.checksum(content), size: content.count, at: file.length) + content)
  }

  /// Appends an array whose elements `content` hands over in parts.
  mutating func add(
    _ name: String, _ type: String, _ shape: [Int], to file: OutputFile, content: (_ append: ([UInt8]) throws -> Void) throws -> Void
  ) throws {
    let (start, entry, array) = (file.length, name + ".npy", NPYHeader.text(type: type, shape: shape))
    // The checksum is known at the end.
    try file.append([UInt8](repeating: 0, count: ZipStream.headerLength(entry)) + array)
    var (checksum, size) = (Deflate.checksum(array), array.count)
    try content { part in
      try file.append(part)
      checksum = Deflate.checksum(part, after: checksum)
      size += part.count
    }
    try file.write(header(entry, checksum: checksum, size: size, at: start), at: start)
  }

  /// Appends the central directory.
  func finish(_ file: OutputFile) throws {
    let start = file.length
    let table = entries.flatMap(ZipStream.directoryEntry)
    var end: [UInt8] = []
    if start + table.count >= ZipStream.large {
      let place = start + table.count
      end += ZipStream.number(0x0606_4B50, 4) + ZipStream.number(44, 8) + ZipStream.number(45, 2) + ZipStream.number(45, 2) + ZipStream.number(0, 4)
      end += ZipStream.number(0, 4) + ZipStream.number(entries.count, 8) + ZipStream.number(entries.count, 8) + ZipStream.number(table.count, 8)
      end += ZipStream.number(start, 8)
      end += ZipStream.number(0x0706_4B50, 4) + ZipStream.number(0, 4) + ZipStream.number(place, 8) + ZipStream.number(1, 4)
    }
    end += ZipStream.number(0x0605_4B50, 4) + ZipStream.number(0, 4) + ZipStream.number(entries.count, 2) + ZipStream.number(entries.count, 2)
    end += ZipStream.number(table.count, 4) + ZipStream.number(min(start, ZipStream.large), 4) + ZipStream.number(0, 2)
    try file.append(table + end)
  }

  private static func directoryEntry(_ entry: Entry) -> [UInt8] {
    var extra: [UInt8] = []
    if entry.size >= large { extra += number(entry.size, 8) + number(entry.size, 8) }
    if entry.start >= large { extra += number(entry.start, 8) }
    if !extra.isEmpty { extra = number(1, 2) + number(extra.count, 2) + extra }
    let (size, start) = (min(entry.size, large), min(entry.start, large))
    let numbers = number(Int(entry.checksum), 4) + number(size, 4) + number(size, 4) + number(entry.name.utf8.count, 2) + number(extra.count, 2)
    return number(0x0201_4B50, 4) + number(45, 2) + beginning + numbers + number(0, 2) + number(0, 2) + number(0, 2) + number(0, 4) + number(start, 4)
      + Array(entry.name.utf8) + extra
  }
}
