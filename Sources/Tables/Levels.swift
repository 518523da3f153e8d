/// The words of a category.
package enum Levels {
  /// Whether a column with this many distinct words among `count` is a category, rather than free text: some word is
  /// repeated in a short column; in a longer one each at least twice on average, with at most 50 words, or 5 % of the count up to 10,000.
  package static func areCategories(distinct: Int, of count: Int) -> Bool {
    guard count > 20 else { return distinct < count }
    return 2 * distinct <= count && distinct <= max(50, min(10_000, count / 20))
  }

  /// Numbers by value if all are whole numbers; otherwise by code points, as scikit-learn's LabelEncoder orders classes.
  package static func sorted(_ levels: some Sequence<String>) -> [String] {
    let levels = Array(levels)
    guard levels.allSatisfy({ whole($0) != nil }) else { return levels.sorted { $0.unicodeScalars.lexicographicallyPrecedes($1.unicodeScalars) } }
    return levels.sorted { a, b in
      let (x, y) = (whole(a) ?? 0, whole(b) ?? 0)
      return x != y ? x < y : a.unicodeScalars.lexicographicallyPrecedes(b.unicodeScalars)
    }
  }

  private static func whole(_ text: String) -> Int? {
    let digits = text.utf8.first == UInt8(ascii: "-") ? text.utf8.dropFirst() : text.utf8[...]
    return !digits.isEmpty && digits.count <= 18 && digits.allSatisfy { $0 >= 0x30 && $0 <= 0x39 } ? Int(text) : nil
  }
}
