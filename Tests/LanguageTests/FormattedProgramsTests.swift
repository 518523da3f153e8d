import Diagnostics
import Foundation
import Language
import Machine
import TestSupport
import Testing

/// Laying out a program changes no instruction of it, loses no comment, and is done in one go.
@Suite struct FormattedProgramsTests {
  static let files: [String] = {
    let folders = ["programs", "errors", "regression"].map { "\(Corpus.path)/\($0)" } + ["Sources/CEmbedded/Prelude", "Docs/Examples", "Benchmarks/language"]
    return folders.flatMap { Repository.paths(in: $0, ending: ".loam") }.sorted()
  }()

  /// The same program with its spaces and breaks spoilt, but not its comments and texts.
  private func spoilt(_ source: Source) -> String {
    let lexer = Lexer(source)
    var places = lexer.tokens.map { ($0.start, $0.end) } + lexer.comments.map { ($0.start, $0.end) }
    places.sort { $0.0 < $1.0 }
    var (text, last) = ("", 0)
    for (start, end) in places {
      let gap = String(decoding: source.bytes[last..<start], as: UTF8.self)
      text += gap.allSatisfy { $0 == " " } && !gap.isEmpty ? gap + "  " : gap.replacingOccurrences(of: "\n", with: "\n   ")
      text += String(decoding: source.bytes[start..<end], as: UTF8.self)
      last = end
    }
    return text
  }

  private func comments(_ text: String) -> [String] {
    let source = Source(name: "", text: text)
    return Lexer(source).comments.map {
      String(decoding: source.bytes[$0.start..<$0.end], as: UTF8.self).filter { !$0.isWhitespace }
    }
  }

  @Test(arguments: files)
  func nothingChangesButTheLayout(_ path: String) throws {
    let text = String(decoding: try Data(contentsOf: Repository.root.appendingPathComponent(path)), as: UTF8.self)
    let source = Source(name: "program", text: text)
    guard Parser.parse(source).diagnostics.isEmpty else { return }
    for variant in [text, spoilt(source)] {
      let formatted = try #require(Formatter.format(Source(name: "program", text: variant)))
      #expect(Formatter.format(Source(name: "program", text: formatted)) == formatted)
      #expect(comments(formatted) == comments(text))
      let before = Result { try TestSession().session.machine.listing(of: source) }
      let after = Result { try TestSession().session.machine.listing(of: Source(name: "program", text: formatted)) }
      // A program that does not compile fails alike.
      if let listing = try? before.get() { #expect(try after.get() == listing) } else { #expect((try? after.get()) == nil) }
    }
    #expect(Self.files.count > 50)
  }
}
