/// Columns of classes that follow from others, as the years of education from its name: each value of one column occurs with only one
/// value of the other. A model that drew both would mix values that never occur together.
struct Dependencies: Sendable, Equatable {
  struct Rule: Sendable, Equatable {
    /// The column that determines the other.
    let source: Int
    /// The class of the other for each class of the source.
    let classes: [Int32]
  }

  /// By the column that follows.
  var rules: [Int: Rule] = [:]

  /// For each source, the first column that follows from it.
  var first: [(target: Int, rule: Rule)] {
    var sources: Set<Int> = []
    return rules.sorted { $0.key < $1.key }.filter { sources.insert($0.value.source).inserted }.map { ($0.key, $0.value) }
  }

  init(rules: [Int: Rule]) { self.rules = rules }

  /// `codes`: for each column of the table, the class of each row; empty if it has no classes. `sources`: the columns from which
  /// others may follow.
  init(_ codes: [[Int32]], _ counts: [Int], sources: [Int], rows: Int) {
    for target in codes.indices where counts[target] >= 2 {
      for source in sources where source != target && counts[source] >= 3 && 5 * counts[source] < rows && counts[source] >= counts[target] {
        // A column that follows from another cannot be a source, so that rules form no circle.
        guard rules[source] == nil, !rules.values.contains(where: { $0.source == target }) else { continue }
        if let classes = Dependencies.map(codes[source], codes[target], counts[source]) {
          rules[target] = Rule(source: source, classes: classes)
          break
        }
      }
    }
  }

  private static func map(_ source: [Int32], _ target: [Int32], _ count: Int) -> [Int32]? {
    var map = [Int32](repeating: -1, count: count)
    for (from, to) in zip(source, target) where from >= 0 || to >= 0 {
      // Both are missing together, so that gaps follow, too.
      guard from >= 0, to >= 0, map[Int(from)] < 0 || map[Int(from)] == to else { return nil }
      map[Int(from)] = to
    }
    // A column with one value follows from every other.
    return Set(map.filter { $0 >= 0 }).count > 1 && !map.contains(-1) ? map : nil
  }
}
