import Glibc

/// Finds ends of records, so that pieces of a file can be parsed in parallel. A quote opens a field only at its start, as in
/// `Tokenizer`, so it looks only at quotes and the bytes before them.
struct RecordSplitter {
  typealias Bytes = UnsafeBufferPointer<UInt8>
  let separator: UInt8
  let comment: UInt8?
  /// Bytes of a piece, at least.
  let size: Int

  private static let (lineFeed, carriageReturn, quote, space) = (UInt8(ascii: "\n"), UInt8(ascii: "\r"), UInt8(ascii: "\""), UInt8(ascii: " "))

  /// Offsets of ends of records, in order. The last one is that of the last complete record, or the end of the bytes if
  /// they end the file; empty if no record is complete.
  func ends(_ bytes: Bytes, isEnd: Bool) -> [Int] {
    var cuts: [Int] = []
    var (place, last, floor) = (0, 0, 0)
    // A final CR may be the first half of a CRLF.
    let usable = !isEnd && bytes.last == RecordSplitter.carriageReturn ? bytes.count - 1 : bytes.count
    scan: while true {
      let next = RecordSplitter.first(RecordSplitter.quote, bytes, place, usable) ?? usable
      while let end = RecordSplitter.firstEnd(bytes, max(place, (cuts.last ?? 0) + size), next) { cuts.append(end) }
      if let end = RecordSplitter.lastEnd(bytes, place, next) { last = end }
      if next == usable { break }
      if opens(bytes, next, floor) {
        var close = next + 1
        while true {
          guard let found = RecordSplitter.first(RecordSplitter.quote, bytes, close, usable) else { break scan }
          // At the end of the bytes, the second half of a doubled quote may follow.
          if found + 1 == usable, !isEnd { break scan }
          guard found + 1 < usable, bytes[found + 1] == RecordSplitter.quote else {
            close = found
            break
          }
          close = found + 2
        }
        place = close + 1
        floor = place
      } else {
        place = next + 1
      }
    }
    last = isEnd ? bytes.count : last
    if last > (cuts.last ?? 0) { cuts.append(last) }
    return cuts
  }

  private func opens(_ bytes: Bytes, _ quote: Int, _ floor: Int) -> Bool {
    var before = quote - 1
    if separator != RecordSplitter.space { while before >= floor, bytes[before] == RecordSplitter.space { before -= 1 } }
    guard before < 0 || bytes[before] == separator || bytes[before] == RecordSplitter.lineFeed || bytes[before] == RecordSplitter.carriageReturn else {
      return false
    }
    guard let comment else { return true }
    var start = quote
    while start > floor, bytes[start - 1] != RecordSplitter.lineFeed, bytes[start - 1] != RecordSplitter.carriageReturn { start -= 1 }
    // A line that goes on after a quoted field is not a comment.
    return !(start < quote && (start > floor || floor == 0) && bytes[start] == comment)
  }

  private static func first(_ byte: UInt8, _ bytes: Bytes, _ from: Int, _ to: Int) -> Int? {
    guard from < to, let base = bytes.baseAddress, let found = memchr(base + from, Int32(byte), to - from) else { return nil }
    return UnsafeRawPointer(found) - UnsafeRawPointer(base)
  }

  private static func last(_ byte: UInt8, _ bytes: Bytes, _ from: Int, _ to: Int) -> Int? {
    var place = to
    while place > from {
      place -= 1
      if bytes[place] == byte { return place }
    }
    return nil
  }

  /// The end of the first line that ends between two offsets.
  private static func firstEnd(_ bytes: Bytes, _ from: Int, _ to: Int) -> Int? {
    let feed = first(lineFeed, bytes, from, to)
    guard let found = first(carriageReturn, bytes, from, feed ?? to) else { return feed.map { $0 + 1 } }
    return found + 1 < bytes.count && bytes[found + 1] == lineFeed ? found + 2 : found + 1
  }

  private static func lastEnd(_ bytes: Bytes, _ from: Int, _ to: Int) -> Int? {
    let feed = last(lineFeed, bytes, from, to)
    guard let found = last(carriageReturn, bytes, feed.map { $0 + 1 } ?? from, to) else { return feed.map { $0 + 1 } }
    return found + 1
  }
}
