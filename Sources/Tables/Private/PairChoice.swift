import Engine

/// Which pairs of columns are measured: a spanning tree of pairs that depend strongly, as far as the noise of its choice allows.
struct PairChoice {
  private let count: Int
  /// For each pair a < b, in order, how far its counts are from those of independent columns, less the noise with which it would be
  /// measured (R. McKenna and others, AIM, VLDB 2022). A row more or less changes a score by at most 1.
  private let pairs: [(a: Int, b: Int, score: Int)]

  init(_ columns: [PrivateColumn], _ states: [[Int32]], _ plan: MeasuringPlan, _ workers: Workers) throws {
    let shares = columns.map { column in column.shares.map { $0 * column.coverage } }
    let parts = try workers.map(columns.count) { a in
      (a + 1..<columns.count).map { b -> (a: Int, b: Int, score: Int) in
        let exact = PairChoice.counts(states[a], states[b], columns[a].stateCount, columns[b].stateCount)
        var distance = 0
        for (place, count) in exact.enumerated() {
          // Whole numbers, so that scores are exact.
          let independent = plan.rows * shares[a][place / shares[b].count] * shares[b][place % shares[b].count]
          distance += abs(count - Int(independent.rounded()))
        }
        return (a, b, distance - Int((Double(exact.count) * plan.pairNoise * (2 / Double.pi).squareRoot()).rounded()))
      }
    }
    count = columns.count
    pairs = parts.flatMap { $0 }
  }

  var scores: [Int] { pairs.map(\.score) }

  /// How often each pair of states occurs. Rows in which one is not modelled are not counted.
  static func counts(_ a: [Int32], _ b: [Int32], _ rows: Int, _ columns: Int) -> [Int] {
    var counts = [Int](repeating: 0, count: rows * columns)
    for (x, y) in zip(a, b) where x >= 0 && y >= 0 { counts[Int(x) * columns + Int(y)] += 1 }
    return counts
  }

  /// The pairs of a spanning tree, one after the other.
  func tree(rho: Double, _ curator: inout Curator) throws -> [(a: Int, b: Int)] {
    var group = Array(0..<count)
    var chosen: [(a: Int, b: Int)] = []
    while chosen.count < count - 1 {
      let candidates = pairs.filter { group[$0.a] != group[$0.b] }
      let pair = candidates[try curator.choice(candidates.map(\.score), .choice, rho: rho / Double(count - 1))]
      chosen.append((pair.a, pair.b))
      let (old, new) = (group[pair.b], group[pair.a])
      for index in group.indices where group[index] == old { group[index] = new }
    }
    return chosen
  }
}
