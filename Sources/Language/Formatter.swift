import Diagnostics

/// Formats a program: indentation, spaces between tokens, blank lines. Existing line breaks are kept, and tokens and
/// comments are unchanged. It works on the lexer's tokens, so that the output has the same tokens and comments in the
/// same order.
package struct Formatter {
  private let source: Source
  private let pieces: [Piece]
  /// For each piece: a pipe, or a comment directly before one.
  private let leadsToPipe: [Bool]
  private var output = ""
  /// The open brackets and the lines they were opened on.
  private var open: [(bracket: Bracket, line: Int)] = []
  private var line = 0

  /// A token or a comment.
  private struct Piece {
    enum Kind {
      case token(Token.Kind)
      case comment
    }
    let kind: Kind
    let text: String
    let breaksBefore: Int
    /// A comment's original column, in characters; 0 for tokens.
    let column: Int
    /// Preceded by white space.
    let isApart: Bool

    var symbol: Symbol? { if case .token(.symbol(let symbol)) = kind { symbol } else { nil } }
    var keyword: Keyword? { if case .token(.keyword(let keyword)) = kind { keyword } else { nil } }
    var isComment: Bool { if case .comment = kind { true } else { false } }
    var isSeparator: Bool { if case .token(.newline) = kind { true } else { false } }
  }

  private enum Bracket {
    /// Calls, parameters, lists and groups.
    case round
    case square
    case record
    case block
  }

  /// The formatted program; nil if it has syntax errors, or if the result does not parse to the same tokens, which would
  /// be a bug in the formatter.
  package static func format(_ source: Source) -> String? {
    let before = Parser.parse(source)
    guard before.diagnostics.isEmpty else { return nil }
    var formatter = Formatter(source)
    let text = formatter.formatted()
    let after = Parser.parse(Source(name: source.name, text: text))
    guard after.diagnostics.isEmpty, after.fingerprints == before.fingerprints else { return nil }
    return text
  }

  private init(_ source: Source) {
    self.source = source
    pieces = Formatter.pieces(of: source)
    var leadsToPipe = [Bool](repeating: false, count: pieces.count)
    for index in pieces.indices.reversed() {
      leadsToPipe[index] = pieces[index].isComment ? index + 1 < pieces.count && leadsToPipe[index + 1] : pieces[index].symbol == .pipe
    }
    self.leadsToPipe = leadsToPipe
  }

  private static func pieces(of source: Source) -> [Piece] {
    let lexer = Lexer(source)
    var places: [(start: Int, end: Int, kind: Piece.Kind)] = lexer.tokens.compactMap { token in
      // Line breaks are recovered from the gaps between tokens; a `;` is kept.
      if token.kind == .newline, source.bytes[token.start] == UInt8(ascii: "\n") { return nil }
      return token.kind == .end ? nil : (token.start, token.end, .token(token.kind))
    }
    places += lexer.comments.map { ($0.start, $0.end, .comment) }
    places.sort { $0.start < $1.start }
    var pieces: [Piece] = []
    var (last, lineStart) = (0, 0)
    for place in places {
      let gap = source.bytes[last..<place.start]
      if let newline = gap.lastIndex(of: UInt8(ascii: "\n")) { lineStart = newline + 1 }
      var text = String(decoding: source.bytes[place.start..<place.end], as: UTF8.self)
      var column = 0
      if case .comment = place.kind {
        text = comment(text)
        column = String(decoding: source.bytes[lineStart..<place.start], as: UTF8.self).count
      }
      pieces.append(
        Piece(
          kind: place.kind, text: text, breaksBefore: gap.count { $0 == UInt8(ascii: "\n") },
          column: column,
          isApart: place.start == 0 || gap.last.map { $0 == 0x20 || $0 == 0x09 || $0 == 0x0A || $0 == 0x0D } ?? false))
      last = place.end
      // A string can span several lines.
      if let newline = source.bytes[place.start..<place.end].lastIndex(of: UInt8(ascii: "\n")) { lineStart = newline + 1 }
    }
    return pieces
  }

  /// `#word` becomes `# word`; marks such as `#>` and rulers of `#` are kept.
  private static func comment(_ text: String) -> String {
    var trimmed = text[...]
    while let last = trimmed.last, last.isWhitespace { trimmed.removeLast() }
    let marks = trimmed.prefix { $0 == "#" }
    guard let first = trimmed.dropFirst(marks.count).first, first.isLetter || first.isNumber else { return String(trimmed) }
    return marks + " " + trimmed.dropFirst(marks.count)
  }

  // MARK: Lines

  private mutating func formatted() -> String {
    var previous: Piece?
    var lineStart = output.startIndex
    // Line breaks before removed separators.
    var dropped = 0
    for (index, piece) in pieces.enumerated() {
      let next = index + 1 < pieces.count ? pieces[index + 1] : nil
      let breaks = previous == nil ? 0 : dropped + piece.breaksBefore
      if piece.isSeparator, breaks > 0 || isSuperfluous(previous, next) {
        dropped = breaks
        continue
      }
      dropped = 0
      if breaks > 0, previous != nil {
        let isBlank = breaks > 1 && !opensBlock(previous) && !closes(piece)
        output += isBlank ? "\n\n" : "\n"
        line += 1
        lineStart = output.endIndex
        output += String(repeating: "  ", count: indentation(piece, previous, index))
      } else if let previous {
        if piece.isComment {
          let width = output[lineStart...].count
          output += String(repeating: " ", count: max(2, piece.column - width))
        } else if isSpaced(previous, piece, before: index) {
          output += " "
        }
      }
      output += piece.text
      track(piece, index)
      previous = piece
    }
    return output.isEmpty ? "" : output + "\n"
  }

  /// A `;` next to a line break, another separator or a bracket is redundant.
  private func isSuperfluous(_ previous: Piece?, _ next: Piece?) -> Bool {
    guard let previous, let next else { return true }
    return next.breaksBefore > 0 || next.isSeparator || previous.isSeparator || opensBlock(previous) || closes(next) || next.isComment
      || previous.isComment
  }

  private func opensBlock(_ piece: Piece?) -> Bool {
    switch piece?.symbol {
    case .openBrace, .openParenthesis, .openBracket: true
    default: false
    }
  }

  private func closes(_ piece: Piece) -> Bool {
    switch piece.symbol {
    case .closeBrace, .closeParenthesis, .closeBracket: true
    default: false
    }
  }

  /// One level for each line with unclosed brackets, and one for a continuation line.
  private func indentation(_ piece: Piece, _ previous: Piece?, _ index: Int) -> Int {
    if closes(piece), let opener = open.last { return Set(open.map(\.line).filter { $0 < opener.line }).count }
    let depth = Set(open.map(\.line)).count
    if piece.isComment { return leadsToPipe[index] ? depth + 1 : depth }
    if piece.symbol == .pipe { return depth + 1 }
    switch previous?.symbol {
    case .comma, .openBrace, .openParenthesis, .openBracket, .colon, nil: break
    case .some(let symbol): if symbol.continuesLine { return depth + 1 }
    }
    switch previous?.keyword {
    case .and, .or, .not: return depth + 1
    default: return depth
    }
  }

  private mutating func track(_ piece: Piece, _ index: Int) {
    switch piece.symbol {
    case .openParenthesis: open.append((.round, line))
    case .openBracket: open.append((.square, line))
    case .openBrace: open.append((isRecord(index) ? .record : .block, line))
    case .closeParenthesis, .closeBracket, .closeBrace: if !open.isEmpty { open.removeLast() }
    default: break
    }
  }

  /// `{` before `}` or `NAME:` opens a record.
  private func isRecord(_ index: Int) -> Bool {
    let rest = pieces[(index + 1)...].lazy.filter { !$0.isComment && !$0.isSeparator }.prefix(2)
    guard let first = rest.first else { return false }
    if first.symbol == .closeBrace { return true }
    guard case .token(.identifier) = first.kind else { return false }
    return rest.dropFirst().first?.symbol == .colon
  }

  // MARK: Spaces

  private func isSpaced(_ left: Piece, _ right: Piece, before index: Int) -> Bool {
    if left.isSeparator { return true }
    if right.isSeparator { return false }
    switch right.symbol {
    case .comma, .closeParenthesis, .closeBracket, .dot, .range: return false
    case .ellipsis, .colon: return left.symbol == .comma
    case .closeBrace: return open.last?.bracket == .block && left.symbol != .openBrace
    case .openParenthesis, .openBracket: if endsOperand(left) { return left.symbol == .closeBrace && right.isApart }
    case .assign: if isNamedArgument { return false }
    default: break
    }
    switch left.symbol {
    case .openParenthesis, .openBracket, .dot, .range, .ellipsis: return false
    case .openBrace: return open.last?.bracket == .block
    case .colon: return open.last?.bracket == .record
    case .assign: return !isNamedArgument
    case .minus, .plus: return !isPrefix(before: index - 1)
    default: return true
    }
  }

  /// Directly inside parentheses, `=` names an argument or sets a default.
  private var isNamedArgument: Bool { open.last?.bracket == .round }

  private func endsOperand(_ piece: Piece) -> Bool {
    switch piece.kind {
    case .comment: return false
    case .token(let kind):
      switch kind {
      case .identifier, .integer, .float, .string: return true
      case .keyword(let keyword): return [.true, .false, .nothing].contains(keyword)
      case .symbol(let symbol): return [.closeParenthesis, .closeBracket, .closeBrace].contains(symbol)
      default: return false
      }
    }
  }

  /// Whether the `+` or `-` at `index` is a prefix operator.
  private func isPrefix(before index: Int) -> Bool {
    guard let left = pieces[..<index].last(where: { !$0.isComment }) else { return true }
    if pieces[index].breaksBefore > 0, open.last?.bracket == .block || open.isEmpty { return true }
    return !endsOperand(left)
  }
}
