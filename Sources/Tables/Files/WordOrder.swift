/// The order of the levels of a category: by value if all are whole numbers, else by code points, as the classes of a data
/// set.
enum WordOrder {
  /// The positions of the words in their order.
  static func order(_ words: [String]) -> [Int] {
    let numbers = words.compactMap(number)
    guard numbers.count == words.count else {
      // UTF-8 sorts as code points do.
      return words.indices.sorted { words[$0].utf8.lexicographicallyPrecedes(words[$1].utf8) }
    }
    return words.indices.sorted {
      numbers[$0] != numbers[$1] ? numbers[$0] < numbers[$1] : words[$0].utf8.lexicographicallyPrecedes(words[$1].utf8)
    }
  }

  private static func number(_ text: String) -> Int? {
    let digits = text.utf8.first == UInt8(ascii: "-") ? text.utf8.dropFirst() : text.utf8[...]
    return !digits.isEmpty && digits.count <= 18 && digits.allSatisfy { $0 >= 0x30 && $0 <= 0x39 } ? Int(text) : nil
  }
}
