/// The words of a category.
package enum Levels {
  /// More words are texts.
  static let most = 10_000

  /// Whether a column with this many distinct words in its filled cells is a category, rather than free text: each occurs at least
  /// twice on average, and there are at most 50, or 5 % of the rows up to 10,000.
  static func areCategories(distinct: Int, filled: Int, rows: Int) -> Bool {
    2 * distinct <= filled && distinct <= max(50, min(most, rows / 20))
  }

  /// The same for words that a program lists: of a few, it is enough that one repeats.
  package static func areCategories(distinct: Int, of count: Int) -> Bool {
    count > 20 ? areCategories(distinct: distinct, filled: count, rows: count) : distinct < count
  }

  package static func sorted(_ levels: some Sequence<String>) -> [String] {
    let levels = Array(levels)
    return order(levels).map { levels[$0] }
  }

  /// The position of each word. Words that differ only in how their characters are composed are equal, and have the first position of them.
  package static func codes(_ levels: [String]) -> [String: Int32] { Dictionary(levels.enumerated().map { ($1, Int32($0)) }) { first, _ in first } }

  /// The positions of the words in the order of levels: by value if all are whole numbers, otherwise by code points, as scikit-learn's
  /// LabelEncoder orders classes.
  static func order(_ words: [String]) -> [Int] {
    let numbers = words.compactMap(whole)
    guard numbers.count == words.count else {
      // UTF-8 sorts as code points do.
      return words.indices.sorted { words[$0].utf8.lexicographicallyPrecedes(words[$1].utf8) }
    }
    return words.indices.sorted {
      numbers[$0] != numbers[$1] ? numbers[$0] < numbers[$1] : words[$0].utf8.lexicographicallyPrecedes(words[$1].utf8)
    }
  }

  /// The whole number that a word is; nil if it is not one of up to 18 digits.
  package static func whole(_ text: String) -> Int? {
    let digits = text.utf8.first == UInt8(ascii: "-") ? text.utf8.dropFirst() : text.utf8[...]
    return !digits.isEmpty && digits.count <= 18 && digits.allSatisfy { $0 >= 0x30 && $0 <= 0x39 } ? Int(text) : nil
  }
}
