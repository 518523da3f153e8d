// Text of programs and file systems, made safe to show on a terminal.

extension String {
  /// The text with control characters and bidirectional formatting escaped, as in `\u{1b}`. A tab becomes a space, so that
  /// the marks below stay aligned.
  package var visible: String {
    // Fast path for printable ASCII.
    if utf8.allSatisfy({ $0 >= 0x20 && $0 < 0x7F }) { return self }
    var shown = String.UnicodeScalarView()
    for scalar in unicodeScalars {
      if scalar == "\t" {
        shown.append(" ")
      } else if scalar.isUnsafeForTerminals {
        shown.append(contentsOf: "\\u{\(String(scalar.value, radix: 16))}".unicodeScalars)
      } else {
        shown.append(scalar)
      }
    }
    return String(shown)
  }

  /// The same for several lines, with their line breaks kept.
  package var visibleLines: String {
    split(omittingEmptySubsequences: false) { $0 == "\n" || $0 == "\r\n" }.map { String($0).visible }.joined(separator: "\n")
  }

  /// The text, or its beginning and end with an ellipsis if it is longer than `count` characters: bounds what messages
  /// quote from a program.
  package func excerpt(of count: Int) -> String {
    // The number of bytes is an upper bound, and takes constant time.
    guard utf8.count > count, self.count > count else { return self }
    let tail = count / 4
    return "\(prefix(count - tail - 3)) … \(suffix(tail))"
  }

  /// A name or token of a program, within a message.
  package var quotedExcerpt: String { excerpt(of: 60) }
}

extension Unicode.Scalar {
  /// C0 and C1 control characters, and bidirectional formatting.
  /// https://www.unicode.org/reports/tr9 (explicit directional formatting), https://trojansource.codes
  fileprivate var isUnsafeForTerminals: Bool {
    switch value {
    case 0x00...0x1F, 0x7F...0x9F, 0x061C, 0x200E...0x200F, 0x2028...0x202E, 0x2066...0x2069: true
    default: false
    }
  }
}
