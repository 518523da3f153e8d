extension StringProtocol {
  /// The width in terminal columns: 2 for ideographs and emoji, 0 for combining marks.
  package var columnCount: Int { reduce(0) { $0 + $1.columnCount } }

  /// The text, cut to `columns` with an ellipsis if it is wider.
  package func shortened(to columns: Int) -> String {
    guard columnCount > columns else { return String(self) }
    return String(prefix(columns: columns - 1)) + "…"
  }

  /// The longest prefix that fits into `columns`.
  package func prefix(columns: Int) -> SubSequence {
    var (end, left) = (startIndex, columns)
    while end < endIndex {
      left -= self[end].columnCount
      guard left >= 0 else { break }
      formIndex(after: &end)
    }
    return self[..<end]
  }

  package func padded(to columns: Int) -> String { self + String(repeating: " ", count: Swift.max(0, columns - columnCount)) }
}

extension Character {
  /// https://www.unicode.org/reports/tr11 (East Asian width), by its large ranges, and
  /// https://www.unicode.org/reports/tr51 (emoji presentation).
  package var columnCount: Int {
    guard let first = unicodeScalars.first else { return 0 }
    if first.isASCII { return first.value < 0x20 || first.value == 0x7F ? 0 : 1 }
    let properties = first.properties
    switch properties.generalCategory {
    case .nonspacingMark, .enclosingMark, .format, .control: return 0
    default: break
    }
    switch first.value {
    case 0x1100...0x115F, 0x2E80...0x303E, 0x3041...0xA4CF, 0xAC00...0xD7A3, 0xF900...0xFAFF, 0xFE30...0xFE6F, 0xFF00...0xFF60, 0xFFE0...0xFFE6,
      0x20000...0x3FFFD:
      return 2
    default:
      // U+FE0F selects the emoji form of a character that also has a text form.
      return properties.isEmojiPresentation || unicodeScalars.contains { $0.value == 0xFE0F } ? 2 : 1
    }
  }
}
