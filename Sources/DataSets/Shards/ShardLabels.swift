import Diagnostics

/// The classes of the samples of shards, from the texts of their `.cls` files: integers are labels; words are classes in
/// alphabetical order.
struct ShardLabels {
  /// One for each sample; nil if there are none.
  let labels: [Int32]?
  let classes: [String]

  private static let largest = 1_000_000

  /// `classes` are the names of the labels, if they are known; `place` returns the key of a sample and its shard.
  init(_ texts: [String?], classes names: [String], place: (Int) -> (key: String, shard: String)) throws {
    guard texts.contains(where: { $0 != nil }) else {
      (labels, classes) = (nil, [])
      return
    }
    if let missing = texts.firstIndex(of: nil) {
      let (key, shard) = place(missing)
      throw Fault(
        ShardErrors.badSample, "the sample `\(key)` of `\(shard)` has no label, but others have one",
        hint: "add the file `\(key).cls`")
    }
    let words = texts.map { $0 ?? "" }
    let numbers = words.map { Int32($0) }
    if numbers.allSatisfy({ $0 ?? -1 >= 0 }) {
      let labels = numbers.map { $0 ?? 0 }
      let highest = Int(labels.max() ?? 0)
      guard highest < ShardLabels.largest else {
        throw Fault(
          ShardErrors.badSample, "a label is \(highest), expected less than \(ShardLabels.largest)", hint: "number the classes from 0")
      }
      self.labels = labels
      classes = (0...highest).map { $0 < names.count ? names[$0] : "\($0)" } + names.dropFirst(highest + 1)
      return
    }
    let classes = Set(words).sorted()
    let places = Dictionary(uniqueKeysWithValues: classes.enumerated().map { ($1, Int32($0)) })
    labels = words.map { places[$0] ?? 0 }
    self.classes = classes
  }
}
