import Diagnostics
import Tables

/// The classes of the samples of shards, from the texts of their `.cls` files, or else of their `.txt` files: integers are labels;
/// words are classes in alphabetical order, or that of a list that has them all.
struct ShardLabels {
  /// One for each sample; nil if there are none.
  let labels: [Int32]?
  let classes: [String]

  private static let largest = 1_000_000

  /// `classes` are the names of the labels, if they are known: an empty list says that there are no names. `captions` are the texts
  /// of `.txt` files. `place` returns the key of a sample and its shard.
  init(_ texts: [String?], captions: ShardCaptions, classes names: [String]?, place: (Int) -> (key: String, shard: String)) throws {
    if !texts.contains(where: { $0 != nil }), let own = captions.classes(of: names) {
      (labels, classes) = own
      return
    }
    guard texts.contains(where: { $0 != nil }) else {
      (labels, classes) = (nil, names ?? [])
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
      let known = names ?? []
      classes = names?.isEmpty == true ? [] : (0...highest).map { $0 < known.count ? known[$0] : "\($0)" } + known.dropFirst(highest + 1)
      return
    }
    let found = Set(words)
    let classes = names.flatMap { found.isSubset(of: $0) ? $0 : nil } ?? found.sorted()
    let places = Levels.codes(classes)
    labels = words.map { places[$0] ?? 0 }
    self.classes = classes
  }
}

/// The texts of the `.txt` files of samples, which may be the names of classes, or captions: a text of several
/// lines is not a class, and many different texts are not.
struct ShardCaptions {
  private static let mostClasses = 1000
  static let longest = 100

  private var places: [String: Int32] = [:]
  /// One for each sample; empty once they cannot be classes.
  private var labels: [Int32] = []
  private var areClasses = true

  /// The next sample has this text; nil if it has none.
  mutating func add(_ text: String?) {
    guard areClasses else { return }
    guard let text, !text.isEmpty, text.utf8.count <= ShardCaptions.longest, !text.contains(where: \.isNewline) else { return giveUp() }
    let place = places[text] ?? Int32(places.count)
    places[text] = place
    labels.append(place)
    if places.count > ShardCaptions.mostClasses { giveUp() }
  }

  private mutating func giveUp() { (places, labels, areClasses) = ([:], [], false) }

  /// The labels and the names of classes, if all texts are in the list of `names`, or on average two samples have the same text.
  func classes(of names: [String]?) -> (labels: [Int32]?, classes: [String])? {
    guard areClasses, !labels.isEmpty else { return nil }
    let isListed = names.map { Set(places.keys).isSubset(of: $0) } == true
    guard isListed || 2 * places.count <= labels.count else { return nil }
    let classes = isListed ? names ?? [] : places.keys.sorted()
    let order = Levels.codes(classes)
    var labelOf = [Int32](repeating: 0, count: places.count)
    for (text, place) in places { labelOf[Int(place)] = order[text] ?? 0 }
    return (labels.map { labelOf[Int($0)] }, classes)
  }
}
