import Diagnostics
import Tensors

/// Labels as written in a column.
struct Classes {
  /// A distinct spelling in the column, and the first line that contains it.
  private struct Word {
    let text: String
    /// Nil for the name of a class.
    let number: Double?
    let line: Int
  }

  private struct Key: Hashable {
    let text: [UInt8]
    let isName: Bool
  }

  private var words: [Word] = []
  private var places: [Key: Int32] = [:]
  private var found: [Int32] = []

  /// `number` is nil for a name, even one that consists of digits.
  mutating func append(_ text: String, number: Double?, line: Int) {
    let key = Key(text: Array(text.utf8), isName: number == nil)
    let place = places[key] ?? Int32(clamping: words.count)
    if Int(place) == words.count {
      places[key] = place
      words.append(Word(text: text, number: number, line: line))
    }
    found.append(place)
  }

  /// Why a column cannot be the label.
  struct Problem: Error {
    let text: String
    let line: Int
    let what: String
    let hint: String
  }

  /// Integers are labels; words become classes in sorted order, or in that of `list`.
  func numbered(_ list: ClassList?) throws(Problem) -> (labels: [Int32], names: [String]) {
    if let list { return try numbered(by: list) }
    var labels = [Int32](repeating: 0, count: words.count)
    guard !words.allSatisfy({ $0.number != nil }) else {
      for (place, word) in words.enumerated() { labels[place] = try Classes.label(word) }
      return (found.map { labels[Int($0)] }, [])
    }
    let present = Set(words.map { Array($0.text.utf8) }).map { String(decoding: $0, as: UTF8.self) }
    let names = Classes.sorted(present)
    let order = Dictionary(names.enumerated().map { (Array($1.utf8), Int32($0)) }) { first, _ in first }
    for (place, word) in words.enumerated() { labels[place] = order[Array(word.text.utf8)] ?? 0 }
    return (found.map { labels[Int($0)] }, names)
  }

  private func numbered(by list: ClassList) throws(Problem) -> (labels: [Int32], names: [String]) {
    let order = Dictionary(list.names.enumerated().map { (Array($1.utf8), Int32($0)) }) { first, _ in first }
    var labels = [Int32](repeating: 0, count: words.count)
    for (place, word) in words.enumerated() {
      guard let label = order[Array(word.text.utf8)] else {
        throw Problem(
          text: word.text, line: word.line, what: "is not one of the classes in `\(list.path)`", hint: "add it there, or delete that file")
      }
      labels[place] = label
    }
    return (found.map { labels[Int($0)] }, list.names)
  }

  private static func label(_ word: Word) throws(Problem) -> Int32 {
    let number = word.number ?? 0
    guard number == number.rounded() else {
      throw Problem(text: word.text, line: word.line, what: "is not an integer", hint: "to learn from the column as a number, leave out `label=`")
    }
    guard number >= 0 else {
      throw Problem(
        text: word.text, line: word.line, what: "is negative; labels are counted from 0",
        hint: "leave out `label=` and shift it: `dataset(d.rows[:, 1:], labels=d.rows[:, 0] + \(Int(max(-number, 1))))`, or write words in the file")
    }
    guard number <= Double(Int32.max) else {
      throw Problem(
        text: word.text, line: word.line, what: "is too large; a label is at most 2,147,483,647",
        hint: "does the column hold classes? To learn from it as a number, leave out `label=`")
    }
    return Int32(number)
  }

  /// The order of the classes of a table: by code points, as in scikit-learn's LabelEncoder; by value if all are
  /// numbers.
  static func sorted(_ names: [String]) -> [String] {
    names.allSatisfy { number($0) != nil }
      ? names.sorted(by: precedes) : names.sorted { $0.unicodeScalars.lexicographicallyPrecedes($1.unicodeScalars) }
  }

  /// The order of folders: numbers by value, then words by code points.
  static func precedes(_ a: String, _ b: String) -> Bool {
    switch (number(a), number(b)) {
    case (let x?, let y?) where x != y: x < y
    case (.some, nil): true
    case (nil, .some): false
    default: a.unicodeScalars.lexicographicallyPrecedes(b.unicodeScalars)
    }
  }

  private static func number(_ text: String) -> Int? {
    let digits = text.utf8.first == UInt8(ascii: "-") ? text.utf8.dropFirst() : text.utf8[...]
    return !digits.isEmpty && digits.count <= 18 && digits.allSatisfy { $0 >= 0x30 && $0 <= 0x39 } ? Int(text) : nil
  }
}
