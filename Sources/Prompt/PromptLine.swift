import Diagnostics
import Session

/// Input at the prompt.
enum PromptLine {
  /// `:save grown.loam`, with the byte ranges of its name and its argument.
  case command(name: Extent, argument: Extent)
  /// `?rotate` and `rotate?`; without a name, the overview.
  case help(of: Extent)
  /// `??vae` and `vae??`.
  case source(of: Extent)
  case statement

  typealias Extent = Range<Int>

  init(_ text: String) {
    let bytes = Array(text.utf8)
    let whole = PromptLine.trimmed(bytes, bytes.indices)
    if bytes[whole].first == UInt8(ascii: ":") {
      let end = bytes[whole].firstIndex(where: PromptLine.isSpace) ?? whole.upperBound
      self = .command(name: whole.lowerBound..<end, argument: PromptLine.trimmed(bytes, end..<whole.upperBound))
      return
    }
    let before = bytes[whole].prefix { $0 == PromptLine.mark }.count
    let inner = whole.dropFirst(before)
    let behind = before > 0 ? 0 : bytes[inner].reversed().prefix { $0 == PromptLine.mark }.count
    let name = PromptLine.trimmed(bytes, inner.lowerBound..<inner.upperBound - behind)
    // `rotate?` is a question; for `a ? b`, the language reports a syntax error.
    let isName = bytes[name].allSatisfy { $0 >= 0x80 || $0 == UInt8(ascii: ".") || $0 == UInt8(ascii: "_") || PromptLine.isLetterOrDigit($0) }
    switch before + behind {
    case 1 where before == 1 || (isName && !name.isEmpty): self = .help(of: name)
    case 2 where before == 2 || (isName && !name.isEmpty): self = .source(of: name)
    default: self = .statement
    }
  }

  /// The input, without copied prompts and outputs.
  static func code(in text: String, _ commands: CommandTable) -> String {
    Transcript.code(in: text) { isIncomplete($0, commands) } ?? text
  }

  /// Whether further lines may complete the input.
  static func isIncomplete(_ text: String, _ commands: CommandTable) -> Bool {
    switch PromptLine(text) {
    case .statement: return Session.isIncomplete(text + "\n")
    case .help, .source: return false
    case .command(let name, let argument):
      guard let command = commands.named(text.bytes(name)), command.takesCode else { return false }
      return Session.isIncomplete(text.bytes(argument) + "\n")
    }
  }

  private static let mark = UInt8(ascii: "?")

  private static func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 || byte == 0x0A || byte == 0x0D }

  private static func isLetterOrDigit(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "0")...UInt8(ascii: "9"): true
    default: false
    }
  }

  private static func trimmed(_ bytes: [UInt8], _ range: Extent) -> Extent {
    var (start, end) = (range.lowerBound, range.upperBound)
    while start < end, isSpace(bytes[start]) { start += 1 }
    while end > start, isSpace(bytes[end - 1]) { end -= 1 }
    return start..<end
  }
}

extension String {
  func bytes(_ range: Range<Int>) -> String { String(decoding: Array(utf8)[range], as: UTF8.self) }
}
