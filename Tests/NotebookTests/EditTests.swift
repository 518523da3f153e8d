import Diagnostics
import Effects
import Notebook
import Testing

/// Made-up lessons, thousands of them: cells in lists and quotes however deep, with outputs that look
/// like Markdown. Whatever they are, only output blocks change, and what is read back is what was meant.
@Suite struct EditTests {
  /// The same lessons at every run (the generator of S. Vigna, SplitMix64).
  private struct Dice: RandomNumberGenerator {
    var state: UInt64
    mutating func next() -> UInt64 {
      state &+= 0x9E37_79B9_7F4A_7C15
      var z = state
      z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
      z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
      return z ^ (z >> 31)
    }
  }

  private static let containers: [(first: String, rest: String)] = [
    ("- ", "  "), ("> ", "> "), (">", ">"), ("1. ", "   "), ("12) ", "    "), ("-\t", "\t"), ("*   ", "    "), (">\t", ">\t"), ("  - ", "    "), (" > ", " > "),
    ("+ > ", "  > "), ("- [ ] a\n\n  ", "  "),
  ]
  private static let fences = [
    ("```loam", "```"), ("~~~ loam", "~~~"), ("`````loam noverify", "`````"), ("  ```loam", "```"), ("   ~~~~loam", "   ~~~~~"), ("```loam", "```  "),
  ]
  private static let codes = ["x = 1", "", "\"```\"", "a\n\n  b", "\tif x {\n\t\ty\n\t}", "# ~~~", "<!-- loam:out -->", "> x"]
  private static let texts = [
    "text", "", "# title", "- item\n- item", "> quote", "***", "<div>", "</div>", "<!-- note -->", "| a |\n|---|", "[x]: /y", "```python\nx\n```",
    "    indented", "text\n===", "1. a\n\n   b", "...",
  ]
  private static let printed = [
    "a", "", "```", "~~~", "`````text", "<!-- loam:end -->", "<!-- loam:out -->", "\tx\ty", "  x", "> q", "- l", "...", "a ... b", "![x](y)", "é🙂", "</div>",
    "# t", "    ",
    "|", "\\", "&amp;", "[x]: /y",
  ]

  private func lesson(_ dice: inout Dice) -> String {
    func pick<T>(_ items: [T]) -> T { items[Int.random(in: 0..<items.count, using: &dice)] }
    var text = ""
    for _ in 0..<Int.random(in: 1...4, using: &dice) {
      let around = (0..<Int.random(in: 0...3, using: &dice)).map { _ in pick(Self.containers) }
      let (opening, closing) = pick(Self.fences)
      let lines = ([opening] + pick(Self.codes).split(separator: "\n", omittingEmptySubsequences: false).map(String.init) + [closing])
      for (number, line) in lines.enumerated() { text += around.map { number == 0 ? $0.first : $0.rest }.joined() + line + "\n" }
      for _ in 0..<Int.random(in: 0...2, using: &dice) {
        let inside = Bool.random(using: &dice)
        for line in pick(Self.texts).split(separator: "\n", omittingEmptySubsequences: false) {
          text += (inside ? around.map(\.rest).joined() : "") + line + "\n"
        }
      }
      if Bool.random(using: &dice) { text += "\n" }
    }
    switch Int.random(in: 0..<4, using: &dice) {
    case 0: return text.split(separator: "\n", omittingEmptySubsequences: false).joined(separator: "\r\n")
    case 1: return String(text.dropLast())
    default: return text
    }
  }

  private func output(_ dice: inout Dice) -> CellOutput {
    var parts: [CellOutput.Part] = []
    for _ in 0..<Int.random(in: 0...3, using: &dice) {
      if Int.random(in: 0..<3, using: &dice) == 0 {
        let byte = UInt8.random(in: 0...255, using: &dice)
        parts.append(.picture(Picture.pixels(Pixels(height: 1, width: 1, channels: 1, bytes: [byte])), title: Self.printed.randomElement(using: &dice) ?? ""))
      } else if case .text? = parts.last {
        continue
      } else {
        parts.append(.text((0..<Int.random(in: 1...4, using: &dice)).map { _ in (Self.printed.randomElement(using: &dice) ?? "").withoutEnd }))
      }
    }
    return CellOutput(parts: parts)
  }

  @Test(arguments: 0..<8)
  func onlyOutputsChange(_ seed: UInt64) throws {
    var dice = Dice(state: seed)
    var (cells, refused) = (0, 0)
    for _ in 0..<400 {
      let text = lesson(&dice)
      let original = Lesson(text, named: "made.md")
      guard original.problems.isEmpty else { continue }
      let outputs = original.cells.map { _ in CellOutput?.some(output(&dice)) }
      do {
        let edit = try LessonEdit.updating(original, outputs, saved: [:], tolerance: 0)
        cells += original.cells.count
        let updated = Lesson(edit.bytes, named: "made.md")
        let pictures = Dictionary(edit.pictures.map { ("made.assets/" + $0.key, $0.value) }) { first, _ in first }
        #expect(LessonCheck(updated, outputs, saved: pictures, tolerance: 0).differences.isEmpty, "\(text)")
        #expect(try LessonEdit.updating(updated, outputs, saved: pictures, tolerance: 0).bytes == edit.bytes, "\(text)")
        let stripped = try LessonEdit.stripping(updated).bytes
        let ends = [Array("\n".utf8), Array("\r\n".utf8), []]
        #expect(ends.contains { stripped == Array(text.utf8) + $0 }, "\(text)")
        // Other outputs in the place of these.
        let others = original.cells.map { _ in CellOutput?.some(output(&dice)) }
        let again = try LessonEdit.updating(updated, others, saved: pictures, tolerance: 0)
        #expect(ends.contains { (try? LessonEdit.stripping(Lesson(again.bytes, named: "made.md")).bytes) == Array(text.utf8) + $0 }, "\(text)")
      } catch let fault as Fault {
        #expect(fault.diagnostic.id == LessonErrors.changed)
        refused += 1
        Issue.record("refused: \(text.debugDescription)")
      }
    }
    #expect(cells > 300 && refused == 0)
  }
}

extension String {
  fileprivate var withoutEnd: String {
    var text = Substring(self)
    while text.last == " " { text.removeLast() }
    return String(text)
  }
}
