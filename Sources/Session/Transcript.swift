/// Text copied from a session or from help: statements after prompts, with their output.
package enum Transcript {
  private static let prompt = ">"
  /// What readline prints after a line cancelled with Ctrl-C.
  private static let cancelled = "^C"

  /// The statements without output; nil if the first line does not begin with a prompt. A line without a prompt
  /// continues the statement above it while that is incomplete; otherwise it is output.
  package static func code(in text: String, isIncomplete: (String) -> Bool) -> String? {
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    guard let first = lines.first(where: { !$0.allSatisfy(\.isWhitespace) }) else { return nil }
    let indent = String(first.prefix { $0 == " " })
    guard code(behindPromptOf: first, indent) != nil else { return nil }
    var statements: [String] = []
    // Whether the previous line belongs to the last statement.
    var isWithin = false
    for line in lines {
      let isOpen = isWithin && statements.last.map { isIncomplete($0) } ?? false
      if let code = code(behindPromptOf: line, indent) {
        isWithin = true
        if isOpen { statements[statements.count - 1] += "\n" + code } else { statements.append(String(code)) }
      } else if isOpen || isWithin && Transcript.continues(line) {
        statements[statements.count - 1] += "\n" + (line.hasPrefix(indent) ? line.dropFirst(indent.count) : line)
      } else {
        isWithin = false
      }
      if isWithin, statements.last?.hasSuffix(cancelled) == true {
        statements.removeLast()
        isWithin = false
      }
    }
    return statements.joined(separator: "\n")
  }

  private static func code(behindPromptOf line: Substring, _ indent: String) -> Substring? {
    guard line.hasPrefix(indent + prompt) else { return nil }
    let behind = line.dropFirst(indent.count + prompt.count)
    return behind.isEmpty ? behind : behind.first == " " ? behind.dropFirst() : nil
  }

  /// Whether a line continues a statement that could end before it.
  static func continues(_ line: some StringProtocol) -> Bool {
    let words = line.drop { $0 == " " || $0 == "\t" }
    if words.hasPrefix("|>") { return true }
    return ["else", "catch"].contains { words.hasPrefix($0) && !(words.dropFirst($0.count).first.map { $0.isLetter || $0.isNumber || $0 == "_" } ?? false) }
  }
}
