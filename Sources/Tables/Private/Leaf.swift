/// The smallest part of a column that a private model distinguishes: the numbers from `low` to just below `high`, or `low` alone; of
/// words and booleans, the position `low`.
struct Leaf: Sendable, Equatable {
  var low: Double
  var high: Double
  /// The noisy number of rows.
  var mass: Double

  var isPoint: Bool { low == high }

  static func point(_ position: Int, _ mass: Double) -> Leaf { Leaf(low: Double(position), high: Double(position), mass: mass) }

  /// What is also in another leaf; nil if nothing is.
  func overlap(_ other: Leaf) -> Leaf? {
    if other.isPoint { return other.low >= low && other.low <= high ? other : nil }
    let part = Leaf(low: max(low, other.low), high: min(high, other.high), mass: 0)
    return part.low < part.high ? part : nil
  }

  /// The boundaries of at most `count` parts of equal width; of whole numbers, each has at least one. Only the two ends if there are no
  /// smaller parts.
  func edges(_ count: Int, isWhole: Bool) -> [Double] {
    guard low < high else { return [low, high] }
    let count = isWhole ? min(count, Int(min(high - low, 1e9))) : count
    var edges = [low]
    for index in 1..<max(count, 1) {
      let share = Double(index) / Double(count)
      // Not by the difference of the ends, which may overflow.
      let edge = low * (1 - share) + high * share
      let place = isWhole ? edge.rounded(.down) : edge
      if place > edges[edges.count - 1], place < high { edges.append(place) }
    }
    return edges + [high]
  }
}

extension [Leaf] {
  /// The leaf that contains a number, or the nearest one. Leaves are in order, and there is at least one.
  func position(of number: Double) -> Int {
    let after = partitioning { $0.low > number }
    guard after > 0 else { return 0 }
    let leaf = self[after - 1]
    guard after < count, number >= leaf.high, !leaf.isPoint || number != leaf.low else { return after - 1 }
    return number - leaf.high <= self[after].low - number ? after - 1 : after
  }
}
