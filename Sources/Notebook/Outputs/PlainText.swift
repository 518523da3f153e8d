/// Text for files: without terminal control sequences and other invisible characters.
package enum PlainText {
  package static func of(_ text: String, keepingColours: Bool = false) -> String {
    var reader = Reader(text.unicodeScalars, keepingColours)
    return reader.read()
  }

  /// Control sequences according to ECMA-48 (5.4 control sequences, 5.6 control strings).
  private struct Reader {
    private let scalars: [Unicode.Scalar]
    private let keepsColours: Bool
    private var position = 0
    private var plain = String.UnicodeScalarView()

    init(_ scalars: String.UnicodeScalarView, _ keepsColours: Bool) {
      self.scalars = Array(scalars)
      self.keepsColours = keepsColours
    }

    mutating func read() -> String {
      while position < scalars.count {
        let scalar = scalars[position]
        position += 1
        switch scalar.value {
        case 0x1B: skipSequence()
        case 0x9B: skipControl()
        case 0x90, 0x98, 0x9D, 0x9E, 0x9F: skipString()
        case 0x0D:
          // A carriage return alone returns to the start of the line on a terminal; in a file it becomes a line break.
          if position >= scalars.count || scalars[position] != "\n" { plain.append("\n") }
        case 0x09, 0x0A: plain.append(scalar)
        case 0x00..<0x20, 0x7F..<0xA0: plain.append("\u{FFFD}")
        default: plain.append(scalar)
        }
      }
      return String(plain)
    }

    private mutating func skipSequence() {
      guard position < scalars.count else { return }
      let kind = scalars[position].value
      switch kind {
      case 0x5B:
        position += 1
        skipControl()
      case 0x50, 0x58, 0x5D, 0x5E, 0x5F:
        position += 1
        skipString()
      default:
        // Intermediate bytes, then the final byte.
        skip(0x20...0x2F)
        skip(0x30...0x7E, atMost: 1)
      }
    }

    private mutating func skipControl() {
      let start = position
      skip(0x30...0x3F)
      skip(0x20...0x2F)
      skip(0x40...0x7E, atMost: 1)
      // Select Graphic Rendition (8.3.117): colours only.
      guard keepsColours, position > start, scalars[position - 1] == "m" else { return }
      plain.append("\u{1B}")
      plain.append("[")
      plain.append(contentsOf: scalars[start..<position])
    }

    /// Skips to the terminator, a bell or `ESC \`; an unterminated string ends with its line.
    private mutating func skipString() {
      while position < scalars.count {
        switch scalars[position].value {
        case 0x07, 0x9C:
          position += 1
          return
        case 0x1B:
          position += 1
          if position < scalars.count, scalars[position] == "\\" { position += 1 }
          return
        case 0x0A: return
        default: position += 1
        }
      }
    }

    private mutating func skip(_ range: ClosedRange<UInt32>, atMost limit: Int = .max) {
      var count = 0
      while count < limit, position < scalars.count, range.contains(scalars[position].value) {
        position += 1
        count += 1
      }
    }
  }
}
