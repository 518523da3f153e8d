import Effects

/// The output of a cell: what it printed, the pictures it showed, its value or error, in order.
package struct CellOutput: Equatable, Sendable {
  package enum Part: Equatable, Sendable {
    case text([String])
    case picture(Picture, title: String)
  }

  package var parts: [Part] = []

  package init(parts: [Part] = []) { self.parts = parts }

  /// Appends text; adjacent texts form one part.
  mutating func append(_ lines: [String]) {
    guard !lines.isEmpty else { return }
    if case .text(let before)? = parts.last {
      parts[parts.count - 1] = .text(before + lines)
    } else {
      parts.append(.text(lines))
    }
  }
}

/// The lines of an output block.
enum OutputBlock {
  static func lines(_ parts: [SavedOutput.Part]) -> [String] {
    [SavedOutput.opening] + parts.flatMap(lines) + [SavedOutput.closing]
  }

  private static func lines(_ part: SavedOutput.Part) -> [String] {
    switch part {
    case .text(let lines):
      let fence = String(repeating: "`", count: max(3, longestRun(of: "`", in: lines) + 1))
      return [fence + "text"] + lines + [fence]
    case .picture(let url, let title): return ["![\(escaped(title))](\(url))"]
    case .any: return ["..."]
    }
  }

  static func longestRun(of character: Unicode.Scalar, in lines: [String]) -> Int {
    var longest = 0
    for line in lines {
      var run = 0
      for scalar in line.unicodeScalars {
        run = scalar == character ? run + 1 : 0
        longest = max(longest, run)
      }
    }
    return longest
  }

  /// Titles are plain text: Markdown syntax is escaped, and long titles are shortened.
  private static func escaped(_ title: String) -> String {
    let words = title.split(whereSeparator: \.isWhitespace).joined(separator: " ")
    let short = words.count > 80 ? words.prefix(79) + "…" : words
    return short.map { "\\`*_[]<&~".contains($0) ? "\\\($0)" : String($0) }.joined()
  }
}
