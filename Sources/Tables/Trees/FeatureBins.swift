import Diagnostics

/// How the cells of a column are divided into at most 255 bins. One more bin is for missing cells.
struct FeatureBins: Sendable {
  private enum Rule: Sendable {
    /// The bin of a number is the count of edges below it.
    case edges([Double])
    /// The bins of levels; other levels are as missing.
    case levels([String: UInt8])
  }

  static let limit = 255

  let name: String
  /// Without the bin of missing cells, which is the last.
  let count: Int
  private let rule: Rule

  var isCategory: Bool { if case .levels = rule { true } else { false } }
  /// The bin of missing cells.
  var missing: UInt8 { UInt8(count) }

  /// Nil for texts.
  init?(_ column: Column, limit: Int = FeatureBins.limit) {
    name = column.name
    if case .category(let codes, let levels) = column.cells {
      let bins = FeatureBins.bins(codes, column.gaps, levels, limit)
      rule = .levels(bins)
      count = max(1, Set(bins.values).count)
    } else if let numbers = column.numbers() {
      let edges = FeatureBins.edges(numbers.filter { !$0.isNaN }.sorted(), limit)
      rule = .edges(edges)
      count = edges.count + 1
    } else {
      return nil
    }
  }

  /// Each level that occurs has a bin, the most frequent one the first; if there are too many, the rarest share the last bin.
  private static func bins(_ codes: [Int32], _ gaps: Gaps, _ levels: [String], _ limit: Int) -> [String: UInt8] {
    var counts = [Int](repeating: 0, count: levels.count)
    for row in codes.indices where !gaps[row] { counts[Int(codes[row])] += 1 }
    let order = levels.indices.filter { counts[$0] > 0 }.sorted { (counts[$0], $1) > (counts[$1], $0) }
    var bins: [String: UInt8] = [:]
    for (position, level) in order.enumerated() { bins[levels[level]] = UInt8(min(position, limit - 1)) }
    return bins
  }

  /// Edges halfway between neighbouring values: between all distinct ones if they are few, or else such that each bin takes
  /// its share of the rows that are left, so that a frequent value has a bin of its own.
  private static func edges(_ sorted: [Double], _ limit: Int) -> [Double] {
    var runs: [(value: Double, count: Int)] = []
    for value in sorted {
      if let last = runs.last, last.value == value { runs[runs.count - 1].count += 1 } else { runs.append((value, 1)) }
    }
    let isCoarse = runs.count > limit
    var (edges, collected, rest): ([Double], Int, Int) = ([], 0, sorted.count)
    for index in runs.indices.dropLast() {
      collected += runs[index].count
      let share = max(1, rest / (limit - edges.count))
      guard !isCoarse || collected >= share || runs[index + 1].count >= share else { continue }
      let middle = runs[index].value / 2 + runs[index + 1].value / 2
      edges.append(middle < runs[index + 1].value && middle >= runs[index].value ? middle : runs[index].value)
      rest -= collected
      collected = 0
      if edges.count == limit - 1 { break }
    }
    return edges
  }

  /// The bins of another column of the same kind.
  func bins(of column: Column) throws -> [UInt8] {
    switch rule {
    case .levels(let bins):
      guard case .category(let codes, let levels) = column.cells else { throw unlike(column) }
      let byLevel = levels.map { bins[$0] ?? missing }
      return codes.indices.map { column.gaps[$0] ? missing : byLevel[Int(codes[$0])] }
    case .edges(let edges):
      guard column.kind != .category, let numbers = column.numbers() else { throw unlike(column) }
      return edges.withUnsafeBufferPointer { edges in numbers.map { $0.isNaN ? missing : FeatureBins.position(of: $0, in: edges) } }
    }
  }

  /// The number of edges below the number.
  @inline(__always) private static func position(of number: Double, in edges: UnsafeBufferPointer<Double>) -> UInt8 {
    UInt8(edges.partitioning { $0 >= number })
  }

  private func unlike(_ column: Column) -> Fault {
    Fault(
      TablesErrors.unlike, "expected \(isCategory ? "categories" : "numbers") in column `\(name)`, got \(column.kind.plural)",
      hint: "read both files with the same `kinds=`")
  }
}
