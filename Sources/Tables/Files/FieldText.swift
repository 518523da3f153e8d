/// Texts as fields of a CSV file.
package enum FieldText {
  typealias Bytes = UnsafeBufferPointer<UInt8>
  private static let missing = MissingWords(nil)

  /// Whether it would otherwise be split, trimmed, or read as a value or a gap.
  static func needsQuotes(_ text: Bytes) -> Bool {
    guard let first = text.first, let last = text.last else { return true }
    // A separator of any kind, so that the reader finds the right one; a byte order mark.
    if first == UInt8(ascii: " ") || last == UInt8(ascii: " ") || text.starts(with: [0xEF, 0xBB, 0xBF]) { return true }
    for byte in text {
      switch byte {
      case UInt8(ascii: ","), UInt8(ascii: ";"), UInt8(ascii: "\t"), UInt8(ascii: "|"), UInt8(ascii: "\""), 0x0A, 0x0D: return true
      default: break
      }
    }
    return NumberText.number(text, isLenient: true) != nil || NumberText.number(text, decimal: UInt8(ascii: ",")) != nil || NumberText.isInfinite(text)
      || NumberText.boolean(text) != nil || Calendar.days(text) != nil || Calendar.microseconds(text) != nil || missing.verdict(text) != .value
  }

  package static func written(_ text: String) -> String {
    var text = text
    return text.withUTF8 { bytes in
      var line: [UInt8] = []
      append(bytes, to: &line)
      return String(decoding: line, as: UTF8.self)
    }
  }

  static func append(_ text: Bytes, to line: inout [UInt8]) {
    guard needsQuotes(text) else {
      line.append(contentsOf: text)
      return
    }
    line.append(UInt8(ascii: "\""))
    for byte in text {
      if byte == UInt8(ascii: "\"") { line.append(byte) }
      line.append(byte)
    }
    line.append(UInt8(ascii: "\""))
  }
}
