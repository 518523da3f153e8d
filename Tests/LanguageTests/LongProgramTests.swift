import Diagnostics
import Foundation
import Language
import TestSupport
import Testing

/// Reading and laying out takes time in proportion to the text: four times as much of it takes about four times as
/// long, where quadratic work would take sixteen times.
@Suite(.serialized) struct LongProgramTests {
  static let programs: [(name: String, text: @Sendable (Int) -> String)] = [
    ("statements", { (0..<$0).map { "x\($0) = \($0)" }.joined(separator: "\n") }),
    ("a list", { "x = (" + (0..<$0).map { "\($0)" }.joined(separator: ", ") + ")" }),
    ("a record", { "x = {" + (0..<$0).map { "f\($0): \($0)" }.joined(separator: ", ") + "}" }),
    ("functions with help", { (0..<$0 / 2).map { "## Help.\nfn f\($0)(x) { x }" }.joined(separator: "\n") }),
    ("comments", { "x = (\n" + String(repeating: "  # a comment\n", count: $0) + "  1)" }),
    ("a line with mistakes", { "x = " + String(repeating: "1 1; ", count: $0 / 4) }),
  ]

  @Test(arguments: programs.map(\.name))
  func takesTimeInProportion(_ name: String) throws {
    let text = try #require(Self.programs.first { $0.name == name }).text
    func cost(_ count: Int) -> Double {
      let source = Source(name: name, text: text(count))
      return threadSeconds {
        _ = Formatter.format(source)
        for diagnostic in Parser.parse(source).diagnostics.prefix(100) { _ = Report(diagnostic).text }
      }
    }
    let (small, large) = (cost(10_000), cost(40_000))
    #expect(large < 10 * max(small, 0.002), "\(small) s, and \(large) s for four times as much")
  }
}
