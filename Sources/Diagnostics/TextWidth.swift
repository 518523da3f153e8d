extension StringProtocol {
  /// How many columns of a terminal the text takes: ideographs and pictures take two, marks none.
  package var columnCount: Int { reduce(0) { $0 + $1.columnCount } }

  /// The text, or its beginning with dots where it takes more than `columns`.
  package func shortened(to columns: Int) -> String {
    guard columnCount > columns else { return String(self) }
    var text = ""
    var left = columns - 1
    for character in self {
      left -= character.columnCount
      guard left >= 0 else { break }
      text.append(character)
    }
    return text + "…"
  }

  package func padded(to columns: Int) -> String { self + String(repeating: " ", count: Swift.max(0, columns - columnCount)) }
}

extension Character {
  /// https://www.unicode.org/reports/tr11 (East Asian width), by its large ranges.
  package var columnCount: Int {
    guard let first = unicodeScalars.first else { return 0 }
    switch first.properties.generalCategory {
    case .nonspacingMark, .enclosingMark, .format, .control: return 0
    default: break
    }
    switch first.value {
    case 0x1100...0x115F, 0x2E80...0x303E, 0x3041...0xA4CF, 0xAC00...0xD7A3, 0xF900...0xFAFF, 0xFE30...0xFE6F, 0xFF00...0xFF60, 0xFFE0...0xFFE6,
      0x1F300...0x1FAFF, 0x20000...0x3FFFD:
      return 2
    default: return 1
    }
  }
}
