import Diagnostics

/// Reads zip files (PKWARE, APPNOTE.TXT 6.3.10) with stored or deflated entries. Offsets and sizes come from the file
/// and are checked before use.
struct ZipReader {
  struct Entry {
    let name: String
    fileprivate let method: Int
    fileprivate let checksum: UInt32
    fileprivate let packed: Int
    fileprivate let size: Int
    fileprivate let start: Int
  }

  let entries: [Entry]
  private let bytes: [UInt8]
  private let file: String

  init(_ bytes: [UInt8], name: String) throws {
    self.bytes = bytes
    file = name
    let view = ZipView(bytes)
    guard let end = ZipReader.end(of: view), let count = view.number(end + 10, 2), let table = view.number(end + 16, 4) else {
      throw ZipReader.broken(name, "its central directory is missing")
    }
    // The maximum of the two-byte field, which means that there are more.
    guard count < 65_535 else {
      throw Fault(DataErrors.badArrays, "`\(name)` contains 65,535 entries or more, which is not supported", hint: "combine the arrays into fewer, larger ones")
    }
    var entries: [Entry] = []
    var (place, total) = (table, 0)
    for _ in 0..<count {
      guard let entry = ZipReader.entry(view, &place) else { throw ZipReader.broken(name, "its central directory is damaged") }
      entries.append(entry)
      total += entry.packed
    }
    // Overlapping entries would let a small file expand without limit.
    guard total <= bytes.count else { throw ZipReader.broken(name, "its entries overlap") }
    self.entries = entries
  }

  /// The content of an entry, checked against its size and checksum.
  func content(_ entry: Entry) throws -> [UInt8] {
    let view = ZipView(bytes)
    // The local header repeats the name, and its extra fields may differ in length.
    guard view.number(entry.start, 4) == 0x0403_4B50, let name = view.number(entry.start + 26, 2), let extra = view.number(entry.start + 28, 2),
      let packed = view.slice(entry.start + 30 + name + extra, entry.packed)
    else { throw ZipReader.broken(file, "`\(entry.name)` in it is truncated") }
    let content: [UInt8]? =
      switch entry.method {
      case 0: packed.count == entry.size ? Array(packed) : nil
      case 8: try Deflate.inflate(packed, size: entry.size)
      default:
        throw Fault(
          DataErrors.badArrays, "`\(entry.name)` in `\(file)` uses compression method \(entry.method); only stored and deflated entries are supported")
      }
    guard let content, Deflate.checksum(content) == entry.checksum else { throw ZipReader.broken(file, "`\(entry.name)` in it is damaged") }
    return content
  }

  private static func broken(_ name: String, _ what: String) -> Fault {
    Fault(DataErrors.badArrays, "`\(name)` is not a complete zip file: \(what)", hint: "was the download cut short? Download or save it again")
  }

  /// Searches for the end record from the end, since a comment of up to 65,535 bytes may follow it.
  private static func end(of view: ZipView) -> Int? {
    let last = view.count - 22
    guard last >= 0 else { return nil }
    return stride(from: last, through: max(0, last - 65_535), by: -1).first { view.number($0, 4) == 0x0605_4B50 && view.number($0 + 20, 2) == last - $0 }
  }

  /// Reads an entry of the central directory (4.3.12) and moves `place` after it.
  private static func entry(_ view: ZipView, _ place: inout Int) -> Entry? {
    guard view.number(place, 4) == 0x0201_4B50, let flags = view.number(place + 8, 2), let method = view.number(place + 10, 2),
      let checksum = view.number(place + 16, 4), let packed = view.number(place + 20, 4), let size = view.number(place + 24, 4),
      let nameLength = view.number(place + 28, 2), let extraLength = view.number(place + 30, 2), let commentLength = view.number(place + 32, 2),
      let start = view.number(place + 42, 4), let name = view.slice(place + 46, nameLength),
      let extra = view.slice(place + 46 + nameLength, extraLength), flags & 1 == 0
    else { return nil }
    place += 46 + nameLength + extraLength + commentLength
    guard let (size, packed, start) = large(size, packed, start, ZipView(Array(extra))), packed <= view.count, start <= view.count else { return nil }
    return Entry(
      name: String(decoding: name, as: UTF8.self), method: method, checksum: UInt32(truncatingIfNeeded: checksum), packed: packed, size: size, start: start)
  }

  /// Sizes of 4 GiB and more are in an extra field (4.5.3), in this order, and only those that do not fit.
  private static func large(_ size: Int, _ packed: Int, _ start: Int, _ extra: ZipView) -> (Int, Int, Int)? {
    var numbers = [size, packed, start]
    guard numbers.contains(0xFFFF_FFFF) else { return (size, packed, start) }
    var place = 0
    while let id = extra.number(place, 2), let length = extra.number(place + 2, 2) {
      if id == 1 {
        var field = place + 4
        for index in numbers.indices where numbers[index] == 0xFFFF_FFFF {
          guard field + 8 <= place + 4 + length, let number = extra.number(field, 8) else { return nil }
          numbers[index] = number
          field += 8
        }
        return (numbers[0], numbers[1], numbers[2])
      }
      place += 4 + length
    }
    return nil
  }
}
