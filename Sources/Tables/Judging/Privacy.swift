import Engine
import Tensors

/// Whether synthetic rows give away the real rows that they were learnt from.
struct Privacy {
  /// Synthetic rows that equal a training row.
  let copies: Estimate
  /// The median distance of a synthetic row to the nearest training row.
  let distanceToTraining: Estimate
  /// The others need real rows that were held out.
  private(set) var heldOut: HeldOut?

  struct HeldOut {
    /// Held-out rows that equal a training row.
    let copies: Estimate
    /// The median distance of a synthetic row to the nearest held-out row.
    let distance: Estimate
    /// The share of synthetic rows that are nearer to a training row than to a held-out one, ties by half, if there were as many of both
    /// (SDMetrics: DCROverfittingProtection, which drops training rows until there are, and misses the copies of those). Where nothing
    /// is memorised, the odds are the ratio of their numbers, by which they are divided here. Score interval for the synthetic rows.
    let nearerToTraining: Estimate
    /// The AUC of telling training rows from held-out ones by the distance to the nearest synthetic row (D. Chen et al., "GAN-Leaks",
    /// CCS 2020, the attack with generated rows only). Standard bootstrap.
    let membership: Estimate
  }

  /// The rows between which distances are measured.
  struct Rows {
    /// Those whose neighbours are searched.
    let queries: [ComparedTables.Part: [Int32]]
    /// Those among which they are searched.
    let references: [ComparedTables.Part: [Int32]]
    /// As many real rows as there are test rows among the references.
    let matched: [Int32]

    fileprivate func of(_ part: ComparedTables.Part) -> (ComparedTables.Part, [Int32]) { (part, queries[part] ?? []) }
    fileprivate func among(_ part: ComparedTables.Part) -> (ComparedTables.Part, [Int32]) { (part, references[part] ?? []) }
  }

  /// Copies are counted among all rows.
  init(_ tables: ComparedTables, _ rows: Rows, key: RandomKey, replicates: Int, _ workers: Workers) throws {
    let training = Set(try Privacy.hashes(tables, .real, workers))
    func copies(_ part: ComparedTables.Part) throws -> Estimate {
      .share(Double(try Privacy.hashes(tables, part, workers).count { training.contains($0) }), of: tables.count(part))
    }
    self.copies = try copies(.synthetic)
    let distances = try RecordDistances(tables, workers)
    distanceToTraining = .median(try distances.nearest(rows.of(.synthetic), to: (.real, rows.matched), workers))
    let heldOut = rows.among(.test)
    guard !heldOut.1.isEmpty else { return }
    let toTraining = try distances.nearest(rows.of(.synthetic), to: rows.among(.real), workers)
    let toHeldOut = try distances.nearest(rows.of(.synthetic), to: heldOut, workers)
    var nearer = 0.0
    for (training, heldOut) in zip(toTraining, toHeldOut) { nearer += training < heldOut ? 1 : training == heldOut ? 0.5 : 0 }
    // The attack says "training" the nearer a row is to a synthetic one.
    let ranked = RankedScores(
      positives: try distances.nearest(rows.of(.real), to: rows.among(.synthetic), workers).map { -$0 },
      negatives: try distances.nearest(rows.of(.test), to: rows.among(.synthetic), workers).map { -$0 })
    let resampling = Resampling(key: key, replicates: replicates)
    let areas = try workers.map(replicates) { ranked.area(resampling, replicate: $0) }
    self.heldOut = HeldOut(
      copies: try copies(.test), distance: .median(toHeldOut),
      nearerToTraining: .share(nearer, of: toTraining.count).odds(dividedBy: Double(rows.among(.real).1.count) / Double(heldOut.1.count)),
      membership: .bootstrap(ranked.area(), areas, within: 0...1))
  }

  /// At most `count` of these rows, chosen at random, ascending.
  static func matched(_ rows: [Int32], _ count: Int, _ key: RandomKey) -> [Int32] {
    guard rows.count > count else { return rows }
    return key.permutation(rows.count).prefix(count).sorted().map { rows[Int($0)] }
  }

  /// A hash of 64 bits for each row; two of a million different rows have the same with a chance of one in ten million.
  private static func hashes(_ tables: ComparedTables, _ part: ComparedTables.Part, _ workers: Workers) throws -> [UInt64] {
    let columns = tables.columns.map { $0.cells(part) }
    var hashes = [UInt64](repeating: 0, count: tables.count(part))
    try hashes.withUnsafeMutableBufferPointer { hashes in
      try workers.forEachRange(hashes.count, grain: 4096) { range in
        for row in range {
          var hash = Hash64()
          // The two zeros are equal, and so are missing cells.
          for column in columns { hash.combine(column[row].isNaN ? .max : (column[row] + 0).bitPattern) }
          hashes[row] = hash.value
        }
      }
    }
    return hashes
  }
}
