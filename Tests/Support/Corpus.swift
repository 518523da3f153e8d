import Foundation

/// Programs, lessons and expected outputs in Tests/LanguageTests/Corpus.
package enum Corpus {
  package static let path = "Tests/LanguageTests/Corpus"
  package static let folder = Repository.root.appendingPathComponent(path)

  /// Names of the programs in one of its folders.
  package static func programs(_ name: String) -> [String] {
    Repository.paths(in: "\(path)/\(name)", ending: ".loam").map { String($0.dropFirst(path.utf8.count + name.utf8.count + 2)) }
  }

  package static func text(_ path: String) -> String {
    (try? Data(contentsOf: folder.appendingPathComponent(path))).map { String(decoding: $0, as: UTF8.self) } ?? ""
  }

  /// What a test has got beside what is kept; `LOAM_RECORD=1` writes it anew.
  package static func isKept(_ text: String, _ path: String) throws -> Bool {
    if ProcessInfo.processInfo.environment["LOAM_RECORD"] == "1" {
      try text.write(to: folder.appendingPathComponent(path), atomically: true, encoding: .utf8)
    }
    return text == self.text(path)
  }

  /// What a program says that it prints: the text behind each `#> `, with `\n` for further lines.
  package static func expectedOutput(_ program: String) -> String {
    program.split(separator: "\n", omittingEmptySubsequences: false).compactMap { line in
      line.range(of: "#> ").map { line[$0.upperBound...].replacingOccurrences(of: "\\n", with: "\n") + "\n" }
    }.joined()
  }
}
