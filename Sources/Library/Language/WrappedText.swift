import Diagnostics

extension String {
  /// The text with lines wrapped between words at the width of a terminal. Further lines are indented as the text of the
  /// first: below the meaning of a parameter, or below the first word. Code and its results are not wrapped.
  package func wrapped(to columns: Int?) -> String {
    guard let columns, columns >= 20 else { return self }
    var wrapping = WrappedLines(columns: columns)
    for line in split(separator: "\n", omittingEmptySubsequences: false) { wrapping.add(line) }
    return wrapping.finished.joined(separator: "\n")
  }
}

private struct WrappedLines {
  let columns: Int
  private var lines: [String] = []
  /// A line that was too long, with the lines below that continue it.
  private var open: Paragraph?
  /// Whether the lines up to the next empty one are an example.
  private var isCode = false
  private var lastIndent = 0

  init(columns: Int) { self.columns = columns }

  private struct Paragraph {
    var text: String
    /// The column at which its further lines begin.
    let indent: Int
  }

  var finished: [String] {
    var copy = self
    copy.close()
    return copy.lines
  }

  mutating func add(_ line: Substring) {
    let words = line.drop { $0 == " " }
    let indent = line.count - words.count
    if words.isEmpty { isCode = false }
    if words.hasPrefix("> ") { isCode = true }
    let indentOfText = WrappedLines.textColumn(of: line, indent)
    if !isCode, !words.isEmpty, indentOfText == nil, let open, indent == open.indent {
      self.open?.text += " " + words
      return
    }
    close()
    // Indented deeper than the line above, and not a row of a table: code in a description.
    let isIndented = indent >= lastIndent + 4 && indentOfText == nil && !lines.isEmpty
    if !words.isEmpty, !isIndented { lastIndent = indentOfText ?? indent }
    guard line.columnCount > columns, !isCode, !isIndented else {
      lines.append(String(line))
      return
    }
    let isSignature = lines.isEmpty && words.contains("(") && indentOfText == nil
    open = Paragraph(text: String(line), indent: min(indentOfText ?? (isSignature ? indent + 4 : indent), columns / 2))
  }

  /// The column at which the text after a name and two or more spaces begins; nil for other lines.
  private static func textColumn(of line: Substring, _ indent: Int) -> Int? {
    guard let gap = line.dropFirst(indent).firstRange(of: "  ") else {
      // `  Lists and records: append, keys`
      let names = line.dropFirst(indent).drop { $0.isLetter || $0 == " " }
      let isTopic = indent > 0 && names.hasPrefix(": ") && names.dropFirst(2).split(separator: " ").dropLast().allSatisfy { $0.hasSuffix(",") }
      return isTopic ? indent + 2 : nil
    }
    let rest = line[gap.upperBound...].drop { $0 == " " }
    return rest.isEmpty ? nil : line[..<rest.startIndex].columnCount
  }

  private mutating func close() {
    guard let open else { return }
    self.open = nil
    var line = ""
    var column = 0
    // Spaces within the first line are layout.
    var rest = Substring(open.text)
    while !rest.isEmpty {
      let spaces = rest.prefix { $0 == " " }
      let word = rest.dropFirst(spaces.count).prefix { $0 != " " }
      rest = rest.dropFirst(spaces.count + word.count)
      if column + spaces.count + word.columnCount > columns, !line.allSatisfy({ $0 == " " }) {
        lines.append(line)
        line = String(repeating: " ", count: open.indent) + word
        column = line.columnCount
      } else {
        line += spaces + word
        column += spaces.count + word.columnCount
      }
    }
    lines.append(line)
  }
}
