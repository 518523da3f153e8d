import Glibc
import Privacy

/// What is known before the columns are measured.
struct MeasuringPlan {
  /// The noisy number of rows, at least 1.
  let rows: Double
  /// The budget of one column, and what of δ one column of words may spend.
  let rho: Double
  let delta: Double
  /// The standard deviation of the noise of counts of pairs.
  let pairNoise: Double

  /// The greatest number of states of a column of numbers: so many that the noise of a pair's counts is below the counts.
  var states: Int { min(max(Int((rows / pairNoise).squareRoot()), 2), 32) }
  /// Words with fewer rows than this share a state, and so do those beyond the most frequent ones.
  var leastWord: Double { 3 * pairNoise }
  static let mostWords = 64
}

extension PrivateColumn {
  /// Measures a column.
  init(_ column: Column, known: PrivacySettings.KnownValues?, _ plan: MeasuringPlan, _ curator: inout Curator) throws {
    switch column.kind {
    case .text: self = .unmodelled(column.name, column.kind)
    case .boolean:
      guard case .boolean(let cells) = column.cells else { preconditionFailure("a column of booleans") }
      var exact = [0, 0, 0]
      for row in cells.indices { exact[column.gaps[row] ? 2 : cells[row] ? 1 : 0] += 1 }
      let counts = try curator.counts(exact, .values, rho: plan.rho)
      self.init(column, levels: [], counts.values.prefix(2).map { $0 }, gaps: counts.values[2], counts.noise, plan, covers: true)
    case .category:
      guard case .category(let codes, let levels) = column.cells else { preconditionFailure("a column of categories") }
      var exact = [Int](repeating: 0, count: levels.count + 1)
      for code in codes { exact[code < 0 ? levels.count : Int(code)] += 1 }
      if case .words(let words)? = known {
        let places = Levels.codes(levels)
        let counts = try curator.counts(words.map { word in places[word].map { exact[Int($0)] } ?? 0 } + [exact[levels.count]], .values, rho: plan.rho)
        self.init(column, levels: words, Array(counts.values.dropLast()), gaps: counts.values[words.count], counts.noise, plan, covers: false)
      } else {
        let counts = try curator.frequent(exact, .words, rho: plan.rho, delta: plan.delta)
        // The order of the levels depends on rows that may be unique, so they are sorted again.
        let kept = levels.indices.filter { counts.counts[$0] != nil }
        let order = Levels.order(kept.map { levels[$0] }).map { kept[$0] }
        self.init(
          column, levels: order.map { levels[$0] }, order.map { counts.counts[$0] ?? 0 }, gaps: counts.counts[levels.count] ?? 0, counts.noise, plan,
          covers: false)
      }
    case .number, .whole, .date, .time:
      let all = Column.plainNumbers(column)
      let numbers = column.gaps.isEmpty ? all : all.indices.filter { !column.gaps[$0] }.map { all[$0] }
      var range: (low: Double, high: Double)?
      if case .range(let low, let high)? = known { range = column.kind == .number ? (low, high) : (low.rounded(.down), high.rounded(.up)) }
      guard
        let found = try NumberLeaves(
          numbers, gaps: all.count - numbers.count, isWhole: column.kind != .number, range: range, rows: plan.rows, rho: plan.rho, &curator)
      else {
        self = .unmodelled(column.name, column.kind)
        return
      }
      self.init(column, found, plan)
    }
  }

  /// Of words or booleans. `covers`: whether there are no others.
  private init(_ column: Column, levels: [String], _ counts: [Int], gaps: Int, _ noise: DiscreteGaussian, _ plan: MeasuringPlan, covers: Bool) {
    guard !counts.isEmpty else {
      self = .unmodelled(column.name, column.kind)
      return
    }
    let gap = PrivateColumn.isReal(Double(gaps), deviation: noise.deviation) ? Double(gaps) : 0
    // A value that could occur keeps half a row.
    let masses = counts.map { max(Double($0), 0.5) }
    let total = masses.reduce(gap, +)
    let scale = covers || total > plan.rows ? plan.rows / total : 1
    let often = counts.indices.filter { masses[$0] >= plan.leastWord }.sorted { (-masses[$0], $0) < (-masses[$1], $1) }.prefix(MeasuringPlan.mostWords)
    // Two values are never one state: there would be nothing to model.
    let own = counts.count <= 2 ? Array(counts.indices) : often.sorted()
    let known = Set(own)
    let rest = counts.indices.filter { !known.contains($0) }
    self.init(
      name: column.name, kind: column.kind, levels: levels, leaves: (own + rest).map { .point($0, masses[$0] * scale) },
      ends: Array(1..<own.count + 1) + (rest.isEmpty ? [] : [counts.count]), gaps: gap * scale, coverage: min(1, total * scale / plan.rows))
  }

  /// Of numbers: states with about equal numbers of rows.
  private init(_ column: Column, _ found: NumberLeaves, _ plan: MeasuringPlan) {
    let isWhole = column.kind != .number
    let target = found.leaves.reduce(0) { $0 + $1.mass } / Double(plan.states)
    // Wide leaves are divided, so that several states share them.
    let leaves = found.leaves.flatMap { leaf -> [Leaf] in
      guard leaf.mass > 1.5 * target, !leaf.isPoint else { return [leaf] }
      let edges = leaf.edges(Int((leaf.mass / target).rounded()), isWhole: isWhole)
      guard edges.count > 2 else { return [leaf] }
      return zip(edges, edges.dropFirst()).map { low, high in
        Leaf(low: low, high: high, mass: leaf.mass * ((high / 2 - low / 2) / (leaf.high / 2 - leaf.low / 2)))
      }
    }
    var ends: [Int] = []
    var sum = 0.0
    for (place, leaf) in leaves.enumerated() {
      // A frequent value is not mixed with what is before it.
      if sum > 0, leaf.mass > target, sum > target / 4 {
        ends.append(place)
        sum = 0
      }
      sum += leaf.mass
      if sum >= 0.98 * target {
        ends.append(place + 1)
        sum = 0
      }
    }
    if sum > 0 {
      // A small rest joins the last state.
      if sum < target / 4, !ends.isEmpty { ends.removeLast() }
      ends.append(leaves.count)
    }
    self.init(name: column.name, kind: column.kind, levels: [], leaves: leaves, ends: ends, gaps: found.gaps, coverage: 1)
  }
}
