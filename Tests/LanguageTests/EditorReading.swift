import Diagnostics
import Language

/// What the lexer and the parser say of a text, laid out for the comparison with an editor's grammar.
struct Reading {
  enum CommentKind { case plain, documentation }

  struct Word {
    let start: Int
    let end: Int
    let kind: Token.Kind
    /// Inside how many `{ }` of texts it stands.
    let depth: Int
    /// The beginnings of the scopes it may have in TextMate, and the groups it may be of in Vim.
    var scopes: [String]
    var groups: [String]
  }

  let source: Source
  private(set) var words: [Word] = []
  private(set) var comment: [CommentKind?]
  /// Within the quotes of a text, values inside it included.
  private(set) var isText: [Bool]
  private(set) var isWord: [Bool]
  var bytes: [UInt8] { source.bytes }

  /// Words of the language that are so only in their place, and the parts that names play, by their first byte.
  private var soft: Set<Int> = []
  private var parts: [Int: String] = [:]
  /// Whether the parser has nothing to say against it.
  private(set) var isParsed = false

  /// Nothing if the lexer cannot read the text.
  init?(_ text: String) {
    source = Source(name: "test", text: text)
    let lexer = Lexer(source)
    guard lexer.diagnostics.isEmpty else { return nil }
    comment = Array(repeating: nil, count: source.bytes.count)
    isText = Array(repeating: false, count: source.bytes.count)
    isWord = isText
    let result = Parser.parse(source)
    isParsed = result.diagnostics.isEmpty
    var embedded: [(extent: Extent, depth: Int)] = []
    walk(result.program.statements, 0, &embedded)
    add(lexer, 0)
    for (extent, depth) in embedded { add(Lexer(source, from: extent.start, to: extent.end), depth) }
    for word in words where word.depth == 0 && word.kind == .string {
      for byte in word.start..<word.end { isText[byte] = true }
    }
  }

  func text(_ start: Int, _ end: Int) -> String { String(decoding: source.bytes[start..<min(end, source.bytes.count)], as: UTF8.self) }

  private mutating func add(_ lexer: Lexer, _ depth: Int) {
    for found in lexer.comments {
      for byte in found.start..<found.end { comment[byte] = found.isDocumentation ? .documentation : .plain }
    }
    for token in lexer.tokens where token.end > token.start {
      guard token.kind != .newline || token.text(in: source.bytes) == ";" else { continue }
      for byte in token.start..<token.end { isWord[byte] = true }
      let expected = expected(token, depth)
      guard !expected.scopes.isEmpty else { continue }
      words.append(Word(start: token.start, end: token.end, kind: token.kind, depth: depth, scopes: expected.scopes, groups: expected.groups))
    }
  }

  private func expected(_ token: Token, _ depth: Int) -> (scopes: [String], groups: [String]) {
    let plain = depth > 0 ? "loamInterpolation" : ""
    switch token.kind {
    case .keyword(.true), .keyword(.false): return (["constant.language.boolean"], ["loamBoolean"])
    case .keyword(.nothing): return (["constant.language.nothing"], ["loamNothing"])
    case .keyword(.fn): return (["storage.type.function"], ["loamFn"])
    case .keyword:
      return (["keyword."], ["loamConditional", "loamRepeat", "loamLogical", "loamStatement", "loamException", "loamImport"])
    case .integer: return (["constant.numeric.integer"], ["loamInteger"])
    case .float: return (["constant.numeric.float"], ["loamFloat"])
    case .string: return (["string.quoted"], ["loamString"])
    case .newline: return (["punctuation.terminator"], [plain])
    case .symbol(let symbol):
      switch symbol {
      case .openParenthesis, .closeParenthesis, .openBracket, .closeBracket, .openBrace, .closeBrace:
        return (
          isParsed ? ["punctuation.section"] : ["punctuation.section", "invalid.illegal.stray-bracket"], isParsed ? ["loamBracket"] : ["loamBracket", plain]
        )
      case .comma, .colon, .dot: return (["punctuation."], [plain])
      default: return (["keyword.operator"], ["loamOperator"])
      }
    case .identifier:
      if soft.contains(token.start) {
        let name = token.text(in: source.bytes)
        return (["keyword.", "storage."], ["loamSoft" + name.prefix(1).uppercased() + name.dropFirst()])
      }
      if !isParsed, EditorTests.softWords.contains(token.text(in: source.bytes)) { return ([], []) }
      guard isParsed, let part = parts[token.start] else {
        return (["variable.", "entity."], [plain, "loamName", "loamByName", "loamCall", "loamArgument", "loamFunctionName", "loamModelName"])
      }
      let group = ["entity.name.function.loam": "loamFunctionName", "entity.name.type.model": "loamModelName", "entity.name.function.call": "loamCall"][part]
      return ([part], group.map { [$0] } ?? [plain, "loamName", "loamByName", "loamArgument"])
    case .end, .invalid: return ([], [])
    }
  }

  /// Goes through the tree by reflection, so that no kind of node is forgotten.
  private mutating func walk(_ node: Any, _ depth: Int, _ embedded: inout [(extent: Extent, depth: Int)]) {
    var depth = depth
    switch node {
    case let statement as Statement: note(statement)
    case let expression as Expression: note(expression)
    case let target as Target: if case .field(_, let name) = target.kind { parts[name.extent.start] = "variable.other.property" }
    case let parameter as FormalParameter: parts[parameter.name.extent.start] = "variable.parameter"
    case let argument as Argument: if let name = argument.name { parts[name.extent.start] = "variable.parameter.named" }
    case StringPart.value(let value, _) as StringPart:
      depth += 1
      embedded.append((value.extent, depth))
    default: break
    }
    for child in Mirror(reflecting: node).children { walk(child.value, depth, &embedded) }
  }

  private mutating func note(_ statement: Statement) {
    switch statement.kind {
    case .function(let name, _): parts[name.extent.start] = "entity.name.function.loam"
    case .model(let model):
      soft.insert(statement.extent.start)
      parts[model.name.extent.start] = "entity.name.type.model"
    case .test: soft.insert(statement.extent.start)
    case .assign(let target, _):
      guard case .state = target.kind else { return }
      soft.insert(statement.extent.start)
      parts[target.extent.start] = "variable.other.state"
    case .importFile(_, let name): noteWord("as", statement.extent.start, name.extent.start)
    default: break
    }
  }

  private mutating func note(_ expression: Expression) {
    switch expression.kind {
    case .range(_, let high, by: .some(let step)): noteWord("by", high.extent.end, step.extent.start)
    case .record(let fields): for field in fields { parts[field.name.extent.start] = "variable.other.property" }
    case .field(_, let name): if parts[name.extent.start] == nil { parts[name.extent.start] = "variable.other.property" }
    case .call(let base, _):
      let next = source.bytes[base.extent.end...].first { $0 != UInt8(ascii: " ") }
      guard next == UInt8(ascii: "(") else { return }
      if case .name = base.kind { parts[base.extent.start] = "entity.name.function.call" }
      if case .field(_, let name) = base.kind { parts[name.extent.start] = "entity.name.function.call" }
    default: break
    }
  }

  /// The soft word among the tokens between two places.
  private mutating func noteWord(_ word: String, _ start: Int, _ end: Int) {
    for token in Lexer(source, from: start, to: end).tokens where token.kind == .identifier && token.text(in: source.bytes) == word { soft.insert(token.start) }
  }
}
