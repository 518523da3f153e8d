import Diagnostics

/// Parses records of fields as in RFC 4180: fields may be quoted and then contain separators, line breaks and doubled
/// quotes. In addition, fields may be separated by `;` or tabs, lines may end in LF, CR or CRLF, and empty lines are
/// skipped.
struct CSVRecords {
  struct Field {
    /// Without surrounding quotes; unquoted fields also without surrounding spaces.
    let bytes: Range<Int>
    let isQuoted: Bool
  }

  private let bytes: [UInt8]
  private let name: String
  let separator: UInt8
  private var position = 0
  private var line = 1

  init(_ bytes: [UInt8], name: String) {
    self.bytes = bytes
    self.name = name
    // The UTF-8 byte order mark of spreadsheets.
    if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { position = 3 }
    separator = CSVRecords.separator(of: bytes[position...])
  }

  /// The most frequent separator of the first line that is not empty.
  private static func separator(of text: ArraySlice<UInt8>) -> UInt8 {
    let candidates = Array(",;\t".utf8)
    var counts = [0, 0, 0]
    var isQuoted = false
    var isEmpty = true
    for byte in text {
      if byte == UInt8(ascii: "\"") { isQuoted.toggle() }
      let isEnd = byte == UInt8(ascii: "\n") || byte == UInt8(ascii: "\r")
      if isEnd, !isQuoted, !isEmpty { break }
      if !isEnd { isEmpty = false }
      if !isQuoted, let place = candidates.firstIndex(of: byte) { counts[place] += 1 }
    }
    let most = counts.max() ?? 0
    return candidates[counts.firstIndex(of: most) ?? 0]
  }

  /// Reads the fields of the next record and returns the line on which it begins; nil at the end.
  mutating func next(into fields: inout [Field]) throws -> Int? {
    while position < bytes.count {
      let start = line
      fields.removeAll(keepingCapacity: true)
      repeat { fields.append(try field()) } while takesSeparator()
      takeLineEnd()
      if fields.count == 1, fields[0].bytes.isEmpty, !fields[0].isQuoted { continue }
      return start
    }
    return nil
  }

  private mutating func takesSeparator() -> Bool {
    guard position < bytes.count, bytes[position] == separator else { return false }
    position += 1
    return true
  }

  private mutating func takeLineEnd() {
    guard position < bytes.count else { return }
    let isPair = bytes[position] == UInt8(ascii: "\r") && position + 1 < bytes.count && bytes[position + 1] == UInt8(ascii: "\n")
    position += isPair ? 2 : 1
    line += 1
  }

  private func isEnd(_ byte: UInt8) -> Bool { byte == separator || byte == UInt8(ascii: "\n") || byte == UInt8(ascii: "\r") }

  private mutating func field() throws -> Field {
    let space = UInt8(ascii: " ")
    while position < bytes.count, bytes[position] == space { position += 1 }
    if position < bytes.count, bytes[position] == UInt8(ascii: "\"") { return try quotedField() }
    let start = position
    while position < bytes.count, !isEnd(bytes[position]) { position += 1 }
    var end = position
    while end > start, bytes[end - 1] == space { end -= 1 }
    return Field(bytes: start..<end, isQuoted: false)
  }

  private mutating func quotedField() throws -> Field {
    let (quote, opened) = (UInt8(ascii: "\""), line)
    position += 1
    let start = position
    while position < bytes.count {
      if bytes[position] == quote {
        guard position + 1 < bytes.count, bytes[position + 1] == quote else { break }
        position += 1
      } else if bytes[position] == UInt8(ascii: "\n") || (bytes[position] == UInt8(ascii: "\r") && !isBeforeLineFeed) {
        line += 1
      }
      position += 1
    }
    guard position < bytes.count else {
      throw Fault(DataErrors.badCSV, "`\(name)`, line \(opened): unclosed quote", hint: "write a quote within quotes twice: \"\"")
    }
    let field = Field(bytes: start..<position, isQuoted: true)
    position += 1
    while position < bytes.count, bytes[position] == UInt8(ascii: " ") { position += 1 }
    guard position == bytes.count || isEnd(bytes[position]) else {
      throw Fault(
        DataErrors.badCSV, "`\(name)`, line \(line): text after a closing quote",
        hint: "quote the whole field, and write a quote within it twice: \"\"")
    }
    return field
  }

  private var isBeforeLineFeed: Bool { position + 1 < bytes.count && bytes[position + 1] == UInt8(ascii: "\n") }

  // MARK: What a field holds

  func text(_ field: Field) -> String {
    let text = String(decoding: bytes[field.bytes], as: UTF8.self)
    guard field.isQuoted, text.utf8.contains(UInt8(ascii: "\"")) else { return text }
    var plain = String.UnicodeScalarView()
    var isSecond = false
    for scalar in text.unicodeScalars {
      isSecond = scalar == "\"" && !isSecond
      if !isSecond || scalar != "\"" { plain.append(scalar) }
    }
    return String(plain)
  }
}
