import Diagnostics

/// How a CSV file is written, found from its beginning.
struct CSVLayout {
  typealias Bytes = UnsafeBufferPointer<UInt8>

  let separator: UInt8
  let comment: UInt8?
  private(set) var names: [String] = []
  private(set) var hasHeader = false
  /// Where the first row begins.
  private(set) var start = 0
  private(set) var startLine = 1
  private(set) var rules: FieldRules
  /// Renamed columns.
  private(set) var notes: [String] = []

  /// Nil if the bytes, which are the first of the file, do not contain the first two records.
  init?(_ bytes: Bytes, isEnd: Bool, _ options: TableFile.Options, _ path: String) throws {
    comment = try options.comment.map { try CSVLayout.byte($0, "comment character") }
    let start = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0
    let text = Bytes(rebasing: bytes[start...])
    if let given = options.separator {
      separator = try CSVLayout.byte(given, "separator")
    } else {
      separator = CSVLayout.separator(of: text, comment, isComma: !options.decimalComma)
    }
    rules = FieldRules(missing: MissingWords(options.missing), decimal: UInt8(ascii: "."), quotesMarkWords: true, quotedEmptyIsGap: false)
    let tokens = Tokenizer(text, separator: separator, comment: comment)
    do {
      try tokens.run(width: nil, limit: 1)
      if tokens.position == text.count, !isEnd { return nil }
      guard tokens.lines.count == 1 else { throw FileFaults.empty(path) }
      let (width, end, line) = (tokens.count, tokens.position, tokens.line)
      try tokens.run(width: nil, limit: 1)
      if tokens.position == text.count, !isEnd { return nil }
      if let problem = TextCheck.problem(Bytes(rebasing: text[..<end])) {
        throw FileFaults.text(problem, path, line: 1 + TextCheck.lines(before: problem.offset, of: text))
      }
      let first = (0..<width).map { tokens.fields[$0] }
      let second = (width..<tokens.count).map { tokens.fields[$0] }
      let decimal = options.decimalComma ? UInt8(ascii: ",") : UInt8(ascii: ".")
      hasHeader =
        switch options.header {
        case .present: true
        case .absent: false
        case .detected: CSVLayout.isHeader(first, second, tokens, decimal)
        }
      let isQuotedThroughout = hasHeader && first.allSatisfy { $0.isQuoted && !$0.isEscaped } && first.contains { !FieldText.needsQuotes(tokens.text($0)) }
      let values = hasHeader ? second : first
      func isNumber(_ field: Tokenizer.Field) -> Bool { NumberText.number(tokens.text(field), decimal: decimal) != nil }
      let hasPlainNumber = values.contains { !$0.isQuoted && isNumber($0) }
      let quotesAll = !hasPlainNumber && (hasHeader ? isQuotedThroughout : values.contains { $0.isQuoted && isNumber($0) })
      rules = FieldRules(
        missing: rules.missing, decimal: decimal, quotesMarkWords: !quotesAll, quotedEmptyIsGap: isQuotedThroughout || !hasHeader)
      if hasHeader {
        (self.start, startLine) = (start + end, 1 + line)
        name(first.map { String(decoding: tokens.plain($0), as: UTF8.self) })
      } else {
        (self.start, startLine) = (start, 1)
        names = (0..<width).map { "column_\($0)" }
      }
    } catch let problem as Tokenizer.Problem {
      if case .unclosed = problem.kind, !isEnd { return nil }
      throw FileFaults.syntax(problem.kind, width: tokens.count, path, line: 1 + problem.line)
    }
  }

  private static func byte(_ character: Character, _ what: String) throws -> UInt8 {
    guard let byte = character.asciiValue, ![0, 0x0A, 0x0D, UInt8(ascii: "\"")].contains(byte), character != "\r\n" else {
      throw FileFaults.character(what, character)
    }
    return byte
  }

  // MARK: Separator

  /// Of the candidates that occur equally often on each of the first lines, the most frequent one; else the most frequent one
  /// of the first line.
  private static func separator(of text: Bytes, _ comment: UInt8?, isComma: Bool) -> UInt8 {
    let candidates = Array((isComma ? ",;\t|" : ";\t|").utf8)
    var lines: [[Int]] = []
    var counts = [Int](repeating: 0, count: candidates.count)
    var (isQuoted, isEmpty, isComment) = (false, true, false)
    for byte in text {
      let isEnd = byte == UInt8(ascii: "\n") || byte == UInt8(ascii: "\r")
      if isEmpty, !isEnd, byte == comment { isComment = true }
      if byte == UInt8(ascii: "\""), !isComment { isQuoted.toggle() }
      if isEnd, !isQuoted {
        if !isEmpty, !isComment { lines.append(counts) }
        if lines.count == 20 { break }
        counts = [Int](repeating: 0, count: candidates.count)
        (isEmpty, isComment) = (true, false)
      } else {
        isEmpty = false
        if !isQuoted, let place = candidates.firstIndex(of: byte) { counts[place] += 1 }
      }
    }
    if lines.isEmpty { lines.append(counts) }
    let first = lines[0]
    let even = candidates.indices.filter { place in first[place] > 0 && lines.allSatisfy { $0[place] == first[place] } }
    let choice = even.isEmpty ? Array(candidates.indices) : even
    // The first of several that are equally frequent.
    return candidates[choice.reduce(choice[0]) { first[$1] > first[$0] ? $1 : $0 }]
  }

  // MARK: Header

  /// A first line with a number or date is a row, not a header, unless the field is quoted and the one below is not. In a file
  /// with other fields that are not quoted, a quoted number is a name.
  private static func isHeader(_ first: [Tokenizer.Field], _ second: [Tokenizer.Field], _ tokens: Tokenizer, _ decimal: UInt8) -> Bool {
    let isAllQuoted = (first + second).allSatisfy { $0.isQuoted || $0.count == 0 }
    let hasValue = first.indices.contains { place in
      let text = tokens.text(first[place])
      guard NumberText.number(text, decimal: decimal) != nil || Calendar.days(text) != nil || Calendar.microseconds(text) != nil else { return false }
      return !first[place].isQuoted || isAllQuoted
    }
    return !hasValue && !first.allSatisfy { !$0.isQuoted && ($0.count == 0 || isNotFinite(tokens.text($0))) }
  }

  private static func isNotFinite(_ text: Bytes) -> Bool {
    NumberText.isInfinite(text) || String(decoding: text, as: UTF8.self).lowercased().hasSuffix("nan") && text.count <= 4
  }

  /// Names as in the header, except empty and repeated ones.
  private mutating func name(_ header: [String]) {
    var used = Set(header.map { Array($0.utf8) })
    var seen: Set<[UInt8]> = []
    var renamed: [String] = []
    for (place, heading) in header.enumerated() {
      var name = heading
      if heading.isEmpty {
        name = "column_\(place)"
        while used.contains(Array(name.utf8)) { name += "_" }
        renamed.append("column \(place) has no name, and is called `\(name)`")
      } else if seen.contains(Array(heading.utf8)) {
        var number = 2
        while used.contains(Array("\(heading)_\(number)".utf8)) { number += 1 }
        name = "\(heading)_\(number)"
        renamed.append("column \(place) has the name `\(heading)` again, and is called `\(name)`")
      }
      seen.insert(Array(name.utf8))
      used.insert(Array(name.utf8))
      names.append(name)
    }
    notes = Array(renamed.prefix(5)) + (renamed.count > 5 ? ["\(renamed.count - 5) more columns are renamed in this way"] : [])
  }
}
