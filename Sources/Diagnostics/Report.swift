/// Renders a diagnostic for people.
package struct Report {
  package let diagnostic: Diagnostic
  package var colour = false

  package init(_ diagnostic: Diagnostic, colour: Bool = false) {
    self.diagnostic = diagnostic
    self.colour = colour
  }

  /// ```
  /// grow.loam:3:8: error[L0201]: unknown name `rotat`
  /// 3 | few |> rotat(30)
  ///   |        ^^^^^
  ///   hint: did you mean `rotate`?
  /// ```
  package var text: String {
    var lines: [String] = []
    let title = paint("error[\(diagnostic.id.code)]", "31;1") + ": " + diagnostic.message.bounded.visibleLines
    if let span = diagnostic.span {
      lines.append("\(place(span)): \(title)")
      lines += excerpt(span)
      lines += diagnostic.labels.map { "  " + paint("where", "36") + ": `\(short($0.span.text))` is \($0.text.bounded.visible)" }
    } else {
      lines.append(title)
    }
    if let hint = diagnostic.hint { lines.append("  " + paint("hint", "36") + ": " + hint.bounded.visibleLines) }
    lines += trace
    return lines.joined(separator: "\n")
  }

  /// An operand's text on one line of at most 40 characters.
  private func short(_ text: String) -> String {
    let line = text.split(whereSeparator: \.isWhitespace).joined(separator: " ")
    return (line.count > 40 ? line.prefix(39) + "…" : line).visible
  }

  /// One line for editors and screen readers: `file:line:col: error: ...`.
  package var plain: String {
    func oneLine(_ text: String) -> String { text.bounded.split(whereSeparator: \.isNewline).joined(separator: " ").visible }
    var line = "error: \(oneLine(diagnostic.message))"
    if let span = diagnostic.span { line = "\(place(span)): " + line }
    return diagnostic.hint.map { line + " (\(oneLine($0)))" } ?? line
  }

  private func place(_ span: Span) -> String {
    let place = span.location
    return "\(span.source.name.bounded.visible):\(place.line):\(place.column)"
  }

  /// The source line with carets under the marked range. A long line is cut to what a terminal shows around the mark.
  /// Widths are terminal columns.
  private func excerpt(_ span: Span) -> [String] {
    let width = 96
    let line = span.source.line(around: span, reach: 4 * width)
    var before = line.before.visible[...]
    if before.columnCount >= width {
      var columns = before.columnCount
      while columns >= width / 2, let first = before.popFirst() { columns -= first.columnCount }
    }
    let marked = line.marked.visible
    let shown = (before + marked + line.after.visible).prefix(columns: width)
    let column = before.columnCount
    let number = String(span.location.line)
    let mark =
      String(repeating: " ", count: column)
      + paint(String(repeating: "^", count: max(1, min(marked.columnCount, shown.columnCount - column))), "31;1")
    return [
      "\(number) | \(shown)",
      "\(String(repeating: " ", count: number.count)) | \(mark)",
    ]
  }

  /// The innermost calls.
  private var trace: [String] {
    let shown = 6
    var lines = diagnostic.trace.prefix(shown).map { call in
      let function = call.function.quotedExcerpt.visible
      guard let span = call.span else { return "  in \(function)" }
      let file = span.source.name.bounded.visible
      if call.isImport { return "  imported from \(file), line \(span.location.line)" }
      return "  in \(function), called at \(file):\(span.location.line)"
    }
    if diagnostic.trace.count > shown {
      lines.append("  … and \(diagnostic.trace.count - shown) more calls")
    }
    return lines
  }

  private func paint(_ text: String, _ code: String) -> String {
    colour ? "\u{1B}[\(code)m\(text)\u{1B}[0m" : text
  }
}

extension String {
  /// Limits how much text from a program a report shows.
  fileprivate var bounded: String { excerpt(of: 600) }
}
