/// `...` in a saved output matches text that may differ: alone on a line, any lines; within a line, any text; alone
/// between the parts of a block, any parts.
package enum Ellipsis {
  static let mark = "..."

  static func isMark(_ line: String) -> Bool { line.utf8.count >= 3 && line.trimmingSpaces == mark }

  /// Whether a saved line matches a new one.
  static func matches(_ saved: String, _ new: String) -> Bool {
    let (saved, new) = (Array(saved.withoutTrailingSpace.utf8), Array(new.utf8))
    if saved == new { return true }
    let pieces = pieces(of: saved)
    guard pieces.count > 1, let first = pieces.first, let last = pieces.last else { return false }
    guard new.count >= first.count + last.count, new.starts(with: first), new.suffix(last.count).elementsEqual(last) else { return false }
    var rest = new[first.count..<new.count - last.count]
    for piece in pieces.dropFirst().dropLast() {
      guard let end = endOfFirst(piece, in: rest) else { return false }
      rest = rest[end...]
    }
    return true
  }

  static func steps(_ saved: [String], _ new: [String]) -> [Alignment.Step] { Alignment.steps(saved, new, isMark: isMark, matches: matches) }

  package static func matches(_ saved: [String], _ new: [String]) -> Bool { steps(saved, new).allSatisfy(\.isAgreement) }

  /// The new lines, with the wildcards of the saved ones where they still match.
  package static func merged(_ saved: [String], _ new: [String]) -> [String] {
    steps(saved, new).compactMap { step in
      switch step {
      case .same(let old, _): saved[old]
      case .changed(let old, let now): merged(line: saved[old], new[now])
      case .gone: nil
      case .added(let now): new[now]
      case .marked(let old, _): saved[old]
      }
    }
  }

  /// A changed line keeps its wildcards if at least half of it is unchanged.
  private static func merged(line saved: String, _ new: String) -> String {
    guard saved.utf8.count < 1000, new.utf8.count < 1000 else { return new }
    let (before, now) = (words(saved), words(new))
    guard before.contains(mark) else { return new }
    let steps = Alignment.steps(before, now, isMark: { $0 == mark }, matches: ==)
    var (line, same) = ("", 0)
    for step in steps {
      switch step {
      case .same(_, let word):
        same += 1
        line += now[word]
      case .changed(_, let word), .added(let word): line += now[word]
      case .gone: continue
      case .marked: line += mark
      }
    }
    return same * 2 >= before.count - 1 ? line : new
  }

  /// Splits into numbers, names, wildcards and single characters.
  private static func words(_ line: String) -> [String] {
    var words: [String] = []
    var isOpen = false
    for character in line {
      let belongs = character.isLetter || character.isNumber
      if belongs && isOpen { words[words.count - 1].append(character) } else { words.append(String(character)) }
      isOpen = belongs
      if words.suffix(3) == [".", ".", "."] { words.replaceSubrange((words.count - 3)..., with: [mark]) }
    }
    return words
  }

  private static func pieces(of line: [UInt8]) -> [ArraySlice<UInt8>] {
    var pieces: [ArraySlice<UInt8>] = []
    var start = 0
    while let end = endOfFirst(ArraySlice(mark.utf8), in: line[start...]) {
      pieces.append(line[start..<end - 3])
      start = end
    }
    return pieces + [line[start...]]
  }

  private static func endOfFirst(_ piece: ArraySlice<UInt8>, in text: ArraySlice<UInt8>) -> Int? {
    guard !piece.isEmpty else { return text.startIndex }
    guard text.count >= piece.count else { return nil }
    for start in text.startIndex...text.endIndex - piece.count where text[start] == piece[piece.startIndex] && text[start...].starts(with: piece) {
      return start + piece.count
    }
    return nil
  }
}

extension Alignment.Step {
  /// Whether this step is not a difference.
  package var isAgreement: Bool {
    switch self {
    case .same, .marked: true
    case .changed, .gone, .added: false
    }
  }
}

extension String {
  var trimmingSpaces: String { String(drop(while: { $0 == " " || $0 == "\t" })).withoutTrailingSpace }
}
