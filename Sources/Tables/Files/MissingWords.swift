/// Which fields are gaps.
struct MissingWords: Sendable {
  /// Without regard to case, as many programs write a missing value.
  static let usual = ["na", "n/a", "nan", "-nan", "null", "?"]
  /// Missing numbers, dates and so on, but valid words.
  private static let weak = ["none", "-"]

  enum Verdict { case value, gap, weakGap }

  private let words: [[UInt8]]
  private let ignoresCase: Bool
  /// By first byte and length, whether a field can be one of the words.
  private var firsts = [Bool](repeating: false, count: 256)
  private var longest = 0
  private let weakCount: Int
  /// Whether one of the words would be a value, so that fields are compared before they are parsed.
  let includesValues: Bool

  init(_ given: [String]?) {
    ignoresCase = given == nil
    weakCount = given == nil ? MissingWords.weak.count : 0
    words = (given.map { $0 + ["nan", "NaN", "NAN"] } ?? MissingWords.weak + MissingWords.usual).map { Array($0.utf8) }
    includesValues = words.contains { word in
      word.withUnsafeBufferPointer { NumberText.number($0, isLenient: true) != nil || NumberText.boolean($0) != nil || Calendar.days($0) != nil }
    }
    for word in words {
      longest = max(longest, word.count)
      guard let first = word.first else { continue }
      firsts[Int(first)] = true
      if ignoresCase, first >= 0x61, first <= 0x7A { firsts[Int(first ^ 0x20)] = true }
    }
  }

  /// For a field that is not empty.
  func verdict(_ field: UnsafeBufferPointer<UInt8>) -> Verdict {
    guard field.count <= longest, firsts[Int(field[0])] else { return .value }
    for (place, word) in words.enumerated() where word.count == field.count {
      let isSame = word.indices.allSatisfy { word[$0] == field[$0] || (ignoresCase && word[$0] == MissingWords.lowercase(field[$0])) }
      if isSame { return place < weakCount ? .weakGap : .gap }
    }
    return .value
  }

  private static func lowercase(_ byte: UInt8) -> UInt8 { byte >= 0x41 && byte <= 0x5A ? byte | 0x20 : byte }

  func contains(_ text: String) -> Bool {
    let bytes = Array(text.utf8)
    return bytes.withUnsafeBufferPointer { $0.isEmpty || verdict($0) != .value }
  }
}
