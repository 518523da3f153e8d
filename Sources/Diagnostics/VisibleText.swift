// What a program or a file system holds, as it may be shown on a terminal.

extension String {
  /// Every character that could steer a terminal or reorder what is read, as an escape: `\u{1b}`. A tab becomes a
  /// space, one column wide, so that marks below stay in line.
  package var visible: String {
    // Bytes from 0x80 on are looked at as characters below; most texts need no change.
    if utf8.allSatisfy({ $0 >= 0x20 && $0 < 0x7F }) { return self }
    var shown = String.UnicodeScalarView()
    for scalar in unicodeScalars {
      if scalar == "\t" {
        shown.append(" ")
      } else if scalar.steersTerminals {
        shown.append(contentsOf: "\\u{\(String(scalar.value, radix: 16))}".unicodeScalars)
      } else {
        shown.append(scalar)
      }
    }
    return String(shown)
  }

  /// The same for a text of several lines, whose breaks stay.
  package var visibleLines: String {
    split(omittingEmptySubsequences: false) { $0 == "\n" || $0 == "\r\n" }.map { String($0).visible }.joined(separator: "\n")
  }

  /// The text, or its beginning and its end where it is longer than `count`: for messages, which carry no more than
  /// that of what a program holds.
  package func excerpt(of count: Int) -> String {
    // The bytes are counted first: they are at least as many, and known at once.
    guard utf8.count > count, self.count > count else { return self }
    let tail = count / 4
    return "\(prefix(count - tail - 3)) … \(suffix(tail))"
  }

  /// A word of a program, or a name, within a message.
  package var quotedExcerpt: String { excerpt(of: 60) }
}

extension Unicode.Scalar {
  /// Control characters of both sets, and those that change the direction of what follows.
  /// https://www.unicode.org/reports/tr9 (explicit directional formatting), https://trojansource.codes
  fileprivate var steersTerminals: Bool {
    switch value {
    case 0x00...0x1F, 0x7F...0x9F, 0x061C, 0x200E...0x200F, 0x2028...0x202E, 0x2066...0x2069: true
    default: false
    }
  }
}
