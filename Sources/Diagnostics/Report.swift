/// Renders a diagnostic as the few lines that a person reads.
package struct Report {
  package let diagnostic: Diagnostic
  package var colour = false

  package init(_ diagnostic: Diagnostic, colour: Bool = false) {
    self.diagnostic = diagnostic
    self.colour = colour
  }

  /// ```
  /// grow.loam:3:8: error[L0201]: no name `rotat` is known here
  /// 3 | few |> rotat(30)
  ///   |        ^^^^^
  ///   hint: did you mean `rotate`?
  /// ```
  package var text: String {
    var lines: [String] = []
    let title = paint("error[\(diagnostic.id.code)]", "31;1") + ": " + diagnostic.message.withoutControls
    if let span = diagnostic.span {
      let place = span.location
      lines.append("\(span.source.name):\(place.line):\(place.column): \(title)")
      lines += excerpt(span, place)
      lines += diagnostic.labels.map { "  " + paint("where", "36") + ": `\(short($0.span.text))` is \($0.text)" }
    } else {
      lines.append(title)
    }
    if let hint = diagnostic.hint { lines.append("  " + paint("hint", "36") + ": " + hint.withoutControls) }
    lines += trace
    return lines.joined(separator: "\n")
  }

  /// An operand's text in a few words.
  private func short(_ text: String) -> String {
    let line = text.split(whereSeparator: \.isWhitespace).joined(separator: " ")
    return (line.count > 40 ? line.prefix(39) + "…" : line).withoutControls
  }

  /// One line for editors and screen readers: `file:line:col: error: ...`.
  package var plain: String {
    var line = "error: \(diagnostic.message.withoutControls)"
    if let span = diagnostic.span {
      let place = span.location
      line = "\(span.source.name):\(place.line):\(place.column): " + line
    }
    return diagnostic.hint.map { line + " (\($0))" } ?? line
  }

  private func excerpt(_ span: Span, _ place: Source.Location) -> [String] {
    let width = 96
    let characters = Array(span.source.line(place.line).withoutControls)
    // A very long line is shown as a window around the mark.
    let first = place.column > width ? place.column - width / 2 : 0
    let shown = String(characters.dropFirst(first).prefix(width))
    let length = max(1, min(span.marked.prefix { $0 != "\n" && $0 != "\r\n" }.count, width))
    let column = place.column - 1 - first
    let number = String(place.line)
    let mark =
      String(repeating: " ", count: max(0, column))
      + paint(String(repeating: "^", count: min(length, max(1, shown.count - column))), "31;1")
    return [
      "\(number) | \(shown)",
      "\(String(repeating: " ", count: number.count)) | \(mark)",
    ]
  }

  /// The innermost calls; a deep recursion is cut in the middle of nothing.
  private var trace: [String] {
    let shown = 6
    var lines = diagnostic.trace.prefix(shown).map { call in
      guard let span = call.span else { return "  in \(call.function)" }
      if call.isImport { return "  imported from \(span.source.name), line \(span.location.line)" }
      return "  in \(call.function), called at \(span.source.name):\(span.location.line)"
    }
    if diagnostic.trace.count > shown {
      lines.append("  … and \(diagnostic.trace.count - shown) calls more")
    }
    return lines
  }

  private func paint(_ text: String, _ code: String) -> String {
    colour ? "\u{1B}[\(code)m\(text)\u{1B}[0m" : text
  }
}

extension String {
  /// A tab is one column wide in reports, so that the mark stands where it should; and what a program
  /// holds cannot steer the reader's terminal.
  fileprivate var withoutControls: String {
    String(String.UnicodeScalarView(unicodeScalars.map { $0 == "\t" ? " " : $0 != "\n" && $0.properties.generalCategory == .control ? "\u{FFFD}" : $0 }))
  }
}
