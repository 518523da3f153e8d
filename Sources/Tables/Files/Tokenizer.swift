/// Finds the fields of the records of a text, as in RFC 4180: fields may be quoted and then contain separators, line breaks
/// and doubled quotes. Lines may end in LF, CR or CRLF, empty lines are skipped, and so are spaces around fields.
final class Tokenizer {
  typealias Bytes = UnsafeBufferPointer<UInt8>

  struct Field {
    /// Without surrounding quotes and spaces.
    var start: UInt32
    /// The length times 4, plus 2 if quoted, plus 1 if quotes within are doubled.
    var code: UInt32

    @inline(__always) var count: Int { Int(code >> 2) }
    @inline(__always) var isQuoted: Bool { code & 2 != 0 }
    @inline(__always) var isEscaped: Bool { code & 1 != 0 }
  }

  struct Problem: Error {
    enum Kind { case ragged(Int), unclosed, afterQuote }
    let kind: Kind
    /// Counted from 0 at the beginning of the text.
    let line: Int
  }

  let bytes: Bytes
  private let separator: UInt8
  private let comment: UInt8?
  /// Fields of all records, one record after the other.
  let fields: UnsafeMutableBufferPointer<Field>
  private(set) var count = 0
  /// The line on which each record begins.
  private(set) var lines: [UInt32] = []
  private(set) var position = 0
  private(set) var line = 0

  init(_ bytes: Bytes, separator: UInt8, comment: UInt8?) {
    self.bytes = bytes
    self.separator = separator
    self.comment = comment
    // Each field but the last is followed by a separator or the end of its line. Untouched pages need no memory.
    fields = .allocate(capacity: bytes.count + 1)
  }

  deinit { fields.deallocate() }

  func text(_ field: Field) -> Bytes { Bytes(rebasing: bytes[Int(field.start)..<Int(field.start) + field.count]) }

  /// The text of a field with single quotes where they were doubled.
  func plain(_ field: Field) -> [UInt8] {
    let text = text(field)
    guard field.isEscaped else { return Array(text) }
    var result: [UInt8] = []
    var place = 0
    while place < text.count {
      result.append(text[place])
      place += text[place] == UInt8(ascii: "\"") ? 2 : 1
    }
    return result
  }

  /// Reads up to `limit` records of `width` fields, or of any number of fields if it is nil.
  func run(width: Int?, limit: Int = .max) throws(Problem) {
    let (lineFeed, carriageReturn, space, quote) = (UInt8(ascii: "\n"), UInt8(ascii: "\r"), UInt8(ascii: " "), UInt8(ascii: "\""))
    guard let base = bytes.baseAddress else { return }
    let end = bytes.count
    let (separator, fields) = (separator, fields)
    let isSpaced = separator != space
    var (at, row, used, lines) = (position, line, count, lines)
    self.lines = []
    defer { (position, line, count, self.lines) = (at, row, used, lines) }
    let target = limit == .max ? .max : lines.count + limit
    while at < end, lines.count < target {
      if base[at] == comment {
        while at < end, base[at] != lineFeed, base[at] != carriageReturn { at += 1 }
        Tokenizer.skipEnd(base, &at, end, &row)
        continue
      }
      let (first, opening) = (used, row)
      record: while true {
        if isSpaced { while at < end, base[at] == space { at += 1 } }
        if at < end, base[at] == quote {
          let opened = row
          at += 1
          let start = at
          var escape: UInt32 = 0
          while true {
            guard at < end else { throw Problem(kind: .unclosed, line: opened) }
            let byte = base[at]
            if byte == quote {
              guard at + 1 < end, base[at + 1] == quote else { break }
              escape = 1
              at += 1
            } else if byte == lineFeed || (byte == carriageReturn && !(at + 1 < end && base[at + 1] == lineFeed)) {
              row += 1
            }
            at += 1
          }
          fields[used] = Field(start: UInt32(truncatingIfNeeded: start), code: UInt32(truncatingIfNeeded: at - start) << 2 | 2 | escape)
          at += 1
          if isSpaced { while at < end, base[at] == space { at += 1 } }
          guard at == end || base[at] == separator || base[at] == lineFeed || base[at] == carriageReturn else {
            throw Problem(kind: .afterQuote, line: row)
          }
        } else {
          let start = at
          at = Tokenizer.fieldEnd(base, at, end, separator)
          var stop = at
          if isSpaced { while stop > start, base[stop - 1] == space { stop -= 1 } }
          fields[used] = Field(start: UInt32(truncatingIfNeeded: start), code: UInt32(truncatingIfNeeded: stop - start) << 2)
        }
        used += 1
        guard at < end, base[at] == separator else { break record }
        at += 1
        // A separator at the very end of the text is followed by an empty field.
        if at == end {
          fields[used] = Field(start: UInt32(truncatingIfNeeded: at), code: 0)
          used += 1
          break record
        }
      }
      Tokenizer.skipEnd(base, &at, end, &row)
      if used - first == 1, fields[first].code == 0 {
        used = first
        continue
      }
      if let width, used - first != width { throw Problem(kind: .ragged(used - first), line: opening) }
      lines.append(UInt32(truncatingIfNeeded: opening))
    }
  }

  /// The first separator or end of a line, eight bytes at a time: a byte of `low` or `same` has its high bit set if it is
  /// below 14, as line breaks are, or equals the separator. Only the lowest one that is set is certain (H. Warren, "Hacker's
  /// Delight", 6-1).
  @inline(__always) private static func fieldEnd(_ base: UnsafePointer<UInt8>, _ start: Int, _ end: Int, _ separator: UInt8) -> Int {
    let (ones, highs): (UInt64, UInt64) = (0x0101_0101_0101_0101, 0x8080_8080_8080_8080)
    let pattern = ones &* UInt64(separator)
    var at = start
    while at + 8 <= end {
      let block = UInt64(littleEndian: UnsafeRawPointer(base + at).loadUnaligned(as: UInt64.self))
      let low = (block &- ones &* 14) & ~block & highs
      let changed = block ^ pattern
      let same = (changed &- ones) & ~changed & highs
      let found = low | same
      guard found != 0 else {
        at += 8
        continue
      }
      at += found.trailingZeroBitCount >> 3
      let byte = base[at]
      if byte == separator || byte == UInt8(ascii: "\n") || byte == UInt8(ascii: "\r") { return at }
      at += 1
    }
    while at < end {
      let byte = base[at]
      if byte == separator || byte == UInt8(ascii: "\n") || byte == UInt8(ascii: "\r") { break }
      at += 1
    }
    return at
  }

  @inline(__always) private static func skipEnd(_ base: UnsafePointer<UInt8>, _ at: inout Int, _ end: Int, _ row: inout Int) {
    guard at < end else { return }
    at += base[at] == UInt8(ascii: "\r") && at + 1 < end && base[at + 1] == UInt8(ascii: "\n") ? 2 : 1
    row += 1
  }
}
