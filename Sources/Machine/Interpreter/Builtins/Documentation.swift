/// The parts of the `##` documentation of a function or a model:
///
///     The first sentence is the summary. More text may follow.
///       name  the meaning of the parameter, which may continue
///             in lines that are indented further
///     > print(code_of_an_example(1))
///     what the example prints
package struct Documentation: Sendable {
  /// The first sentence, on one line, without its full stop.
  package let summary: String
  /// All lines except the examples.
  package let text: String
  package let examples: [Example]

  package init(_ source: String) {
    var (text, examples): ([String], [Example]) = ([], [])
    var example: (code: [Substring], result: [Substring])?
    func finish() {
      guard let (code, result) = example else { return }
      examples.append(Example(code.joined(separator: "\n"), result.isEmpty ? nil : result.joined(separator: "\n")))
      example = nil
    }
    for line in source.split(separator: "\n", omittingEmptySubsequences: false) {
      if line.hasPrefix("> ") {
        if example.map({ !$0.result.isEmpty }) ?? false { finish() }
        example = ((example?.code ?? []) + [line.dropFirst(2)], [])
      } else if line.allSatisfy(\.isWhitespace) {
        finish()
        text.append(String(line))
      } else if example != nil {
        example?.result.append(line)
      } else {
        text.append(String(line))
      }
    }
    finish()
    while text.last?.allSatisfy(\.isWhitespace) ?? false { text.removeLast() }
    self.text = text.joined(separator: "\n")
    self.examples = examples
    summary = Documentation.firstSentence(text)
  }

  private static func firstSentence(_ lines: [String]) -> String {
    let paragraph = lines.prefix { !$0.isEmpty && !$0.hasPrefix("  ") }.joined(separator: " ")
    var end = paragraph.startIndex
    while end < paragraph.endIndex {
      let next = paragraph.index(after: end)
      // A full stop between digits or before a lower-case letter, as in "G. Hinton and others" or "0.5", does not end
      // the sentence.
      if paragraph[end] == ".", next == paragraph.endIndex || (paragraph[next] == " " && endsWord(paragraph, end)) { break }
      end = next
    }
    return String(paragraph[..<end])
  }

  /// Whether the word before a full stop is longer than an initial.
  private static func endsWord(_ text: String, _ stop: String.Index) -> Bool {
    text[..<stop].reversed().prefix { $0.isLetter || $0.isNumber || ")\"`²]".contains($0) }.count > 1
  }

  /// The meaning of a parameter; nil if it is not documented.
  package func meaning(of name: String) -> String? {
    var (found, indent): (String?, Int) = (nil, 0)
    for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
      let own = line.prefix { $0 == " " }.count
      let words = line.dropFirst(own)
      if let known = found {
        guard own > indent else { return known }
        found = known + " " + words
      } else if own > 0, words.hasPrefix(name + "  ") {
        (found, indent) = (String(words.dropFirst(name.count).drop { $0 == " " }), own)
      }
    }
    return found
  }

  /// The strings in quotes that a parameter accepts, as its meaning lists them.
  package func choices(of name: String) -> [String] {
    let parts = (meaning(of: name) ?? "").split(separator: "\"", omittingEmptySubsequences: false)
    return stride(from: 1, to: parts.count - 1, by: 2).map { String(parts[$0]) }
  }
}
