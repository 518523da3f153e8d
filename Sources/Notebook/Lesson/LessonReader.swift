import Diagnostics

/// Finds cells and output blocks in the tree of the Markdown parser.
struct LessonReader {
  private let lines: Lines
  private let name: String
  private(set) var cells: [Lesson.Cell] = []
  private(set) var problems: [Diagnostic] = []
  private(set) var links: Set<String> = []
  /// The lines of output comments that belong to a cell.
  private var consumed: Set<Int> = []
  private var ids: [String: Int] = [:]

  init(_ lines: Lines, name: String) {
    self.lines = lines
    self.name = name
  }

  mutating func read() {
    let markdown = Markdown(lines.bytes)
    let nodes = markdown.nodes
    for (index, node) in nodes.enumerated() {
      switch node.kind {
      case .codeBlock where node.fenceWords.first == "loam":
        let following = nodes[(index + 1)...].first { $0.isBlock }
        readCell(node, before: following?.line)
      case .image, .link: links.insert(node.url)
      case .htmlBlock:
        guard let mark = Mark(node), !consumed.contains(node.line) else { continue }
        report(
          LessonErrors.brokenOutput, mark == .opening ? "this output does not follow a cell" : "this output has no beginning", line: node.line,
          hint: "an output follows its cell, between `\(SavedOutput.opening)` and `\(SavedOutput.closing)`; remove the remains")
      default: continue
      }
    }
  }

  /// The comments that delimit an output.
  private enum Mark {
    case opening, closing

    init?(_ node: Markdown.Node) {
      guard node.kind == .htmlBlock else { return nil }
      switch node.literal.textLines.first?.trimmingSpaces {
      case SavedOutput.opening: self = .opening
      case SavedOutput.closing: self = .closing
      default: return nil
      }
    }
  }

  private mutating func readCell(_ node: Markdown.Node, before following: Int?) {
    let code = node.literal.textLines
    let first = node.line
    let last = first + code.count + 1
    guard isClosed(node, on: last, before: following) else {
      return report(
        LessonErrors.unclosedCell, "unclosed cell", line: first,
        hint: "end it with a separate line, \(fence(node)), indented like its first line")
    }
    let words = Array(node.fenceWords.dropFirst())
    let (marks, invalidMarks) = CellMarks.reading(words)
    for invalidMark in invalidMarks { report(LessonErrors.badMark, invalidMark.message, line: first, hint: invalidMark.hint) }
    if let id = marks.id, let other = ids.updateValue(first, forKey: id) {
      report(LessonErrors.badMark, "the cell on line \(other) is also named `\(id)`", line: first, hint: "give each cell a different name, or none")
    }
    cells.append(
      Lesson.Cell(
        line: first + 1, code: code.map { $0 + "\n" }.joined(), attributes: words, marks: marks, saved: savedOutput(after: node),
        lines: first..<last + 1, prefix: prefix(of: node)))
  }

  private func fence(_ node: Markdown.Node) -> String {
    let (character, count) = node.fence ?? (UInt8(ascii: "`"), 3)
    return String(repeating: Character(UnicodeScalar(character)), count: count)
  }

  /// Whether the closing fence is on line `last`. The parser also ends an open fence with the enclosing list or quote,
  /// or with the file; then another node begins on that line, or there is none.
  private func isClosed(_ node: Markdown.Node, on last: Int, before following: Int?) -> Bool {
    guard let (character, count) = node.fence, last <= lines.count, following.map({ $0 > last }) ?? true else { return false }
    var line = lines.content(last)
    while let end = line.last, end == space || end == tab { line.removeLast() }
    return line.reversed().prefix { $0 == character }.count >= count
  }

  /// List markers before a fence correspond to spaces on the following lines; quote markers are repeated. A tab counts
  /// as its width in spaces, since Markdown implementations treat partial tabs differently.
  private func prefix(of node: Markdown.Node) -> [UInt8] {
    var before = Array(lines.content(node.line).prefix(max(0, node.column - 1)))
    if node.line == 1, before.starts(with: [0xEF, 0xBB, 0xBF]) { before.removeFirst(3) }
    var prefix: [UInt8] = []
    for byte in before {
      let width = byte == tab ? 4 - prefix.count % 4 : 1
      prefix += byte == UInt8(ascii: ">") ? [byte] : [UInt8](repeating: space, count: width)
    }
    // A quote marker includes the first space after it.
    return prefix.last == UInt8(ascii: ">") ? prefix + [space] : prefix
  }

  private mutating func savedOutput(after cell: Markdown.Node) -> SavedOutput? {
    guard let opening = cell.next, Mark(opening) == .opening else { return nil }
    consumed.insert(opening.line)
    var parts: [SavedOutput.Part] = []
    var node = opening.next
    while let part = node {
      if Mark(part) == .closing {
        consumed.insert(part.line)
        return SavedOutput(parts: parts, lines: opening.line..<part.line + 1)
      }
      guard let read = readParts(part) else {
        report(
          LessonErrors.brokenOutput, "this is not part of an output", line: part.line,
          hint: Mark(part) == nil
            ? "move it after `\(SavedOutput.closing)`; `loam update` rewrites the output"
            : "end the output before it with `\(SavedOutput.closing)`")
        consumeRest(from: part)
        return nil
      }
      parts += read
      node = part.next
    }
    report(
      LessonErrors.brokenOutput, "this output has no end", line: opening.line,
      hint: "put `\(SavedOutput.closing)` on a line after it, or remove the whole output: `loam update` writes it again")
    return nil
  }

  /// Report a broken output only once: not also its closing comment.
  private mutating func consumeRest(from node: Markdown.Node) {
    var node: Markdown.Node? = node
    while let part = node, Mark(part) != .opening {
      if Mark(part) == .closing {
        consumed.insert(part.line)
        return
      }
      node = part.next
    }
  }

  /// The parts of a node: text in a fence marked `text`, pictures, and `...`; nil for anything else.
  private func readParts(_ node: Markdown.Node) -> [SavedOutput.Part]? {
    switch node.kind {
    case .codeBlock where node.fenceWords == ["text"]: return [.text(node.literal.textLines)]
    case .paragraph:
      var parts: [SavedOutput.Part] = []
      for child in node.children {
        switch child.kind {
        case .image: parts.append(.picture(url: child.url, title: child.plainText))
        case .text where child.literal == "...": parts.append(.any)
        case .softBreak: continue
        default: return nil
        }
      }
      return parts
    default: return nil
    }
  }

  private mutating func report(_ id: DiagnosticID, _ message: String, line: Int, hint: String) {
    let text = line <= lines.count ? lines.text(line) : ""
    let column = text.utf8.prefix { $0 == space || $0 == tab }.count
    let span = Span(Source(name: name, text: text, firstLine: line), column, text.utf8.count)
    problems.append(Diagnostic(id, message, at: span, hint: hint))
  }
}

private let space = UInt8(ascii: " ")
private let tab = UInt8(ascii: "\t")
