import Diagnostics
import Foundation
import Language
import TestSupport
import Testing

/// The grammars in Docs/Editors against the lexer and the parser.
@Suite struct EditorTests {
  static let softWords: Set<String> = ["model", "state", "test", "by", "as"]

  static func text(_ path: String) -> String {
    (try? String(contentsOf: Repository.root.appendingPathComponent(path), encoding: .utf8)) ?? ""
  }

  static let programs: [String] = ["\(Corpus.path)/programs", "\(Corpus.path)/errors", "Docs/Examples", "Sources/CEmbedded/Prelude"].flatMap {
    Repository.paths(in: $0, ending: ".loam")
  }

  /// What the corpus does not hold.
  static let hard = [
    "import \"a/metrics.loam\" as m; expect m.f(1) == 2",
    "model = 1\nmodel.x = 2\nstate = model + 3\ntest = state; by = test\nas = by ^ as",
    "model m {\n  state s = zeros(1); state t=2\n  fn call(x) { state = x; state }\n}\nmodel by(by=1) { }",
    "test \"adds up\" {\n  expect 1 + 1 == 2\n}\ntest (1)",
    "a = 0..10 by 2; b = 0..f(1) by -1; c = 0..by by by; d = (0..1\n  by 2)",
    "if model and (test) or not by { }\nfor by in (1, 2) { print(by) }\nf(x, by=3)\nreturn by",
    "model and (true)\nstate or (false)\ntest\n\"text\"",
    "r = {model: 1, state: 2, by: 3, as: x.by, test: x.model(1)}",
    "{ a: \"{ {b: \"}\"}.b }\" }\nx = \"{{ {f(\"{y + 1:>3}\")} }}\" # \"not text\"",
    "\"\\u{1F600} \\\"{x:.3f}\\\" {(1, \"a:b\")[0]:>8}\"",
    "\"over {f(1,\n  \"two\")} lines\" |> print # done",
    "x = 1..5 |> f(2.5, 1e-3, 1_000.5e+1_0, 0xFF_aB, 12_) // 3 @ y\nz = a.b.c(1)[0:3, ..., ::2].d",
    "fn f(a, b=g(1, (2, 3)), rest...) { (x, y) -> x // y } ## not help\n## help é\nfn _() { x -> () -> nothing }",
    "a = \"é𝄞\" + \"ü\" ## ünï 𝄞\nb = 1\r\n# c\r\nc = true\r\n", "x = f(c==3, a=1,\n  b =2)\nif a<b{c=d}else{e}\nwhile not x { break; continue }",
    "try { fail(\"x\") } catch e { e.id }\nx=a->b|>c", "\"\" + \"}\"", "0..10 by f(2)\nby_2 = y |> by", "#", "", "\n\n##\n",
  ]

  /// Nor can the parser make anything of these.
  static let faulty = [
    "\"{}\" + \"{x ? while}\"", "f(1 }\nmodel m { state s = (1 }", "x = [1, 2\nwhile y { }", "fn f(a, { b = 1 }\nif c { d }", "a ) ] } b # c",
  ]

  private let grammar: TextMate

  init() throws {
    grammar = try TextMate(Data(Self.text("Docs/Editors/loam.tmLanguage.json").utf8))
  }

  // TextMate

  @Test func thereArePrograms() {
    #expect(Self.programs.count >= 50)
    let read = Self.programs.filter { Lexer(Source(name: $0, text: Self.text($0))).diagnostics.isEmpty }
    #expect(read.count >= Self.programs.count - 3)
  }

  @Test(arguments: programs)
  func programsLookAsTheyAreRead(_ path: String) {
    expectNoDifference(Self.text(path))
  }

  @Test(arguments: hard)
  func hardPlaces(_ text: String) {
    #expect(Reading(text)?.isParsed == true)
    expectNoDifference(text)
  }

  @Test(arguments: faulty)
  func faultyPlaces(_ text: String) {
    #expect(Reading(text)?.isParsed == false)
    expectNoDifference(text)
  }

  @Test func theInsideOfTextIsShown() {
    let text = "\"a\\n{{{x:.3f}}}\\q\" \"open\nx = 2x"
    let painting = grammar.paint(text)
    let shown = zip(Array(text.utf16), painting.scopes).reduce(into: [(text: String, scope: String)]()) { shown, next in
      let scope = next.1.last ?? ""
      if shown.last?.scope != scope { shown.append(("", scope)) }
      shown[shown.count - 1].text += String(decoding: [next.0], as: UTF16.self)
    }
    let expected = [
      "\"": "punctuation.definition.string", "\\n": "constant.character.escape", "{{": "constant.character.escape.brace",
      "{": "punctuation.section.embedded", ".3f": "constant.other.placeholder", "\\q": "invalid.illegal.escape", "2x": "invalid.illegal.number",
      "open": "string.quoted",
    ]
    for (part, scope) in expected { #expect(shown.contains { $0.text == part && $0.scope.hasPrefix(scope) }, "\(part): \(shown)") }
  }

  /// A word that the grammar does not know, or takes where it is a name, is found.
  @Test(arguments: [
    ("|while|", "|whilst|"), ("(by)", "(bye)"), ("[0-9][0-9_]*\"", "[0-9]\""), ("#[^\\\\n]*", "#[a-z ]*"), ("(?<!\\\\bor)", ""), ("//|", ""),
    ("\\\\.\\\\.\\\\.", "\\\\.\\\\.\\\\.\\\\."), ("{\"include\": \"#interpolation\"}", "{\"include\": \"#string\"}"), ("(state)[ ", "(stat)[ "),
  ])
  func aBrokenGrammarIsFound(_ change: (from: String, to: String)) throws {
    let json = Self.text("Docs/Editors/loam.tmLanguage.json")
    try #require(json.contains(change.from), "\(change.from)")
    let broken = try TextMate(Data(json.replacingOccurrences(of: change.from, with: change.to).utf8))
    let texts =
      Self.programs.map(Self.text) + [
        "while x { }", "0..1 by 2", "x = 12", "# C", "y = x or by", "x // y", "f(xs...)", "\"{1}\"",
      ]
    #expect(texts.contains { !differences($0, broken).isEmpty })
  }

  private func expectNoDifference(_ text: String) {
    let differences = differences(text, grammar)
    #expect(differences.isEmpty, "\(differences.prefix(10).joined(separator: "\n"))")
  }

  /// Where the grammar's scopes differ from what the lexer and the parser say.
  private func differences(_ text: String, _ grammar: TextMate) -> [String] {
    guard let reading = Reading(text) else { return [] }
    let painting = grammar.paint(text)
    // Where each of the source's bytes lies in the grammar's UTF-16.
    var units: [Int] = []
    var count = 0
    for scalar in text.unicodeScalars {
      units += Array(repeating: count, count: UTF8.width(scalar))
      count += UTF16.width(scalar)
    }
    units.append(count)
    var differences: [String] = []
    func differs(_ start: Int, _ end: Int, _ what: String) {
      let place = reading.source.location(of: start)
      let scopes = units[start] < count ? painting.scopes[units[start]].joined(separator: " ") : ""
      differences.append("\(place.line):\(place.column) `\(reading.text(start, end))` \(what), not \(scopes)")
    }

    for word in reading.words {
      let range = units[word.start]..<units[word.end]
      let scopes = painting.scopes[range.lowerBound]
      let depth = scopes.count { $0.hasPrefix("meta.embedded") }
      let inner = scopes.drop { !$0.hasPrefix("meta.embedded") && depth > 0 }
      let here = Array(inner.split(separator: "meta.embedded.expression.loam", omittingEmptySubsequences: false).last ?? [])
      if depth != word.depth { differs(word.start, word.end, "is \(word.depth) deep in text") }
      if word.kind == .string {
        for unit in [range.lowerBound, range.upperBound - 1] where painting.scopes[unit].last?.hasPrefix("punctuation.definition.string") != true {
          differs(word.start, word.end, "is text")
        }
      } else {
        if here.contains(where: { $0.hasPrefix("string") }) { differs(word.start, word.end, "is no text") }
        if !word.scopes.contains(where: { here.last?.hasPrefix($0) == true }) { differs(word.start, word.end, "is \(word.scopes)") }
        // One match, and this word alone.
        let pieces = Set(painting.piece[range])
        let beside = [range.lowerBound - 1, range.upperBound].filter { painting.piece.indices.contains($0) }.map { painting.piece[$0] }
        if pieces.count != 1 || beside.contains(where: pieces.contains) { differs(word.start, word.end, "is one word") }
      }
    }
    for byte in reading.bytes.indices where reading.bytes[byte] & 0xC0 != 0x80 {
      let scopes = painting.scopes[units[byte]]
      if scopes.contains(where: { $0.hasPrefix("string") }) != reading.isText[byte] { differs(byte, byte + 1, "text: \(reading.isText[byte])") }
      let comment = scopes.first { $0.hasPrefix("comment.line") }
      let expected = reading.comment[byte]
      if (comment == nil) != (expected == nil) || expected.map({ ($0 == .documentation) == comment?.contains("documentation") }) == false {
        differs(byte, byte + 1, "comment: \(String(describing: expected))")
      }
      if !reading.isText[byte], expected == nil, !reading.isWord[byte], scopes != ["source.loam"] { differs(byte, byte + 1, "is blank") }
    }
    return differences
  }

  // Vim

  /// What stands behind the `syn keyword` or `syn match` of Loam's words.
  private func vimWords() -> (keywords: [String], soft: [String]) {
    var keywords: [String] = []
    var soft: [String] = []
    for line in Self.text("Docs/Editors/vim/syntax/loam.vim").split(separator: "\n") {
      let parts = line.split(separator: " ").map(String.init)
      if parts.starts(with: ["syn", "keyword"]), !parts.contains("contained") {
        keywords += parts.dropFirst(3).filter { !$0.hasPrefix("nextgroup=") && $0 != "skipwhite" }
      }
      if line.hasPrefix("syn match loamSoft"), let word = line.firstMatch(of: /\\<([a-z]+)\\>/) { soft.append(String(word.1)) }
    }
    return (keywords, soft)
  }

  @Test func vimKnowsTheWords() {
    let words = vimWords()
    #expect(words.keywords.sorted() == Keyword.allCases.map(\.rawValue).sorted())
    #expect(Set(words.soft) == Self.softWords)
  }

  @Test func theParserKnowsNoOtherWords() throws {
    let folder = Repository.root.appendingPathComponent("Sources/Language")
    var words: Set<String> = []
    for name in try FileManager.default.contentsOfDirectory(atPath: folder.path) {
      for match in Self.text("Sources/Language/" + name).matches(of: /at\(word: "([a-z]+)"\)/) { words.insert(String(match.1)) }
    }
    #expect(words == Self.softWords)
  }

  /// Where there is a Vim that knows colours, what it shows, byte by byte.
  @Test(.enabled(if: hasVim)) func vimShowsTheSame() throws {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("loam-vim-\(ProcessInfo.processInfo.processIdentifier)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let script = """
      set encoding=utf-8 nomodeline noswapfile runtimepath^=\(Repository.root.path)/Docs/Editors/vim
      filetype on
      syntax on
      for file in argv()
        execute 'edit' fnameescape(file)
        let shown = [&filetype]
        for line in range(1, line('$'))
          call add(shown, join(map(range(1, col([line, '$']) - 1), 'synIDattr(synID(line, v:val, 1), "name")'), ','))
        endfor
        call writefile(shown, file .. '.shown')
      endfor
      qall!

      """
    let scriptPath = folder.appendingPathComponent("show.vim").path
    try script.write(toFile: scriptPath, atomically: true, encoding: .utf8)
    let texts = Self.programs.map(Self.text) + Self.hard + Self.faulty
    let paths = texts.indices.map { folder.appendingPathComponent("\($0).loam").path }
    for (path, text) in zip(paths, texts) { try text.write(toFile: path, atomically: true, encoding: .utf8) }
    _ = try Self.run(["-es", "-u", "NONE", "-i", "NONE", "-S", scriptPath] + paths)
    for (path, text) in zip(paths, texts) {
      // A `\r` at every line's end is Vim's own affair, and comments are not looked for inside text.
      guard let reading = Reading(text), !text.contains("\r") else { continue }
      let shown = try String(contentsOfFile: path + ".shown", encoding: .utf8).split(separator: "\n", omittingEmptySubsequences: false)
      #expect(shown.first == "loam")
      let groups = shown.dropFirst().dropLast().flatMap { line in
        (line.isEmpty ? [] : line.split(separator: ",", omittingEmptySubsequences: false).map(String.init)) + [""]
      }
      var differences: [String] = []
      func expect(_ start: Int, _ end: Int, _ allowed: [String]) {
        for byte in start..<end where byte >= groups.count || !allowed.contains(groups[byte]) {
          let place = reading.source.location(of: byte)
          differences.append("\(place.line):\(place.column) `\(reading.text(start, end))` is \(allowed), not \(byte < groups.count ? groups[byte] : "there")")
        }
      }
      for word in reading.words {
        if word.kind == .string {
          expect(word.start, word.start + 1, ["loamString"])
          expect(word.end - 1, word.end, ["loamString"])
        } else {
          expect(word.start, word.end, word.groups)
        }
      }
      for byte in reading.bytes.indices where reading.bytes[byte] != UInt8(ascii: "\n") && byte < groups.count {
        if let comment = reading.comment[byte] {
          expect(byte, byte + 1, comment == .documentation ? ["loamDocumentation", "loamTodo"] : ["loamComment", "loamTodo"])
        } else if !reading.isText[byte], !reading.isWord[byte] {
          expect(byte, byte + 1, [""])
        }
      }
      #expect(differences.isEmpty, "\(text)\n\(differences.prefix(10).joined(separator: "\n"))")
    }
  }

  static let hasVim = ((try? run(["--version"])) ?? "").contains("+syntax")

  static func run(_ arguments: [String]) throws -> String {
    let vim = Process()
    vim.executableURL = URL(fileURLWithPath: "/usr/bin/vim")
    vim.arguments = arguments
    let output = Pipe()
    vim.standardOutput = output
    vim.standardError = FileHandle.nullDevice
    vim.standardInput = FileHandle.nullDevice
    try vim.run()
    let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    vim.waitUntilExit()
    return text
  }
}
