import Machine

/// The catalogue as Markdown pages, one for each topic. They are in Docs/Reference; a test checks that they are equal.
package enum Reference {
  package struct Page {
    package let file: String
    package let text: String
  }

  package static func pages(_ catalogue: Catalogue) -> [Page] {
    [index(catalogue)] + catalogue.topics.map { Page(file: file($0.name), text: page($0.name, $0.entries)) }
  }

  /// `Sums and other reductions` is in `sums-and-other-reductions.md`.
  private static func file(_ topic: String) -> String {
    topic.lowercased().split { !$0.isLetter && !$0.isNumber }.joined(separator: "-") + ".md"
  }

  private static func index(_ catalogue: Catalogue) -> Page {
    var lines = [
      "# Reference", "",
      "Every function, model and constant of the library, by topic. `help(NAME)` shows the same at the prompt, and every example",
      "runs as a test. (These pages are generated from the library; a test checks that they are up to date.)", "",
    ]
    for (topic, entries) in catalogue.topics {
      let names = entries.filter { !isVariant($0) }.map { "[`\($0.name)`](\(file(topic))#\(anchor($0.name)))" }
      lines.append("- [\(topic)](\(file(topic))): \(names.joined(separator: ", "))")
    }
    return Page(file: "README.md", text: lines.joined(separator: "\n") + "\n")
  }

  /// Whether it is a function of certain values, with the name of another.
  private static func isVariant(_ entry: Catalogue.Entry) -> Bool {
    if case .builtin(let builtin) = entry.kind { builtin.subject != nil } else { false }
  }

  /// GitHub's anchor of a heading.
  private static func anchor(_ name: String) -> String { name.lowercased() }

  private static func page(_ topic: String, _ entries: [Catalogue.Entry]) -> String {
    "# \(topic)\n" + entries.map(section).joined()
  }

  private static func section(_ entry: Catalogue.Entry) -> String {
    var title = entry.name
    if case .builtin(let builtin) = entry.kind { title = builtin.title }
    var parts = ["\n## \(title)", fenced(entry.signature, "text")]
    switch entry.kind {
    case .builtin(let builtin):
      parts.append(builtin.summary + ".")
      let rows = builtin.parameters.map { parameter in
        let choices = parameter.choices.isEmpty ? "" : ": " + parameter.choices.map { "`\"\($0)\"`" }.joined(separator: ", ")
        return "- `\(parameter.name)`: \(parameter.meaning)\(choices)"
      }
      if !rows.isEmpty { parts.append(rows.joined(separator: "\n")) }
      parts += builtin.examples.map(example)
      if !builtin.references.isEmpty { parts.append(builtin.references.map { "See \($0)." }.joined(separator: "\n")) }
    case .loam(_, let documentation):
      if !documentation.text.isEmpty { parts.append(body(documentation)) }
      parts += documentation.examples.map(example)
    }
    return parts.joined(separator: "\n\n") + "\n"
  }

  /// Indented lines describe parameters, and become a list.
  private static func body(_ documentation: Documentation) -> String {
    var lines: [String] = []
    for line in documentation.text.split(separator: "\n", omittingEmptySubsequences: false) {
      let indent = line.prefix { $0 == " " }.count
      let words = line.dropFirst(indent)
      if indent > 0, let gap = words.firstRange(of: "  "), words[..<gap.lowerBound].allSatisfy({ $0.isLetter || $0.isNumber || $0 == "_" }) {
        if let last = lines.last, !last.isEmpty, !last.hasPrefix("- "), !last.hasPrefix("  ") { lines.append("") }
        lines.append("- `\(words[..<gap.lowerBound])`: \(words[gap.upperBound...].drop { $0 == " " })")
      } else {
        if indent == 0, let last = lines.last, last.hasPrefix("- ") || last.hasPrefix("  ") { lines.append("") }
        lines.append(indent > 0 ? "  \(words)" : String(line))
      }
    }
    return lines.joined(separator: "\n")
  }

  private static func example(_ example: Example) -> String {
    fenced(example.code, "loam") + (example.result.map { "\n" + fenced($0, "text") } ?? "")
  }

  private static func fenced(_ text: String, _ mark: String) -> String { "```\(mark)\n\(text)\n```" }
}
