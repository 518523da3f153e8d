import Engine

/// How well boosted trees tell real rows from synthetic ones (D. Lopez-Paz and M. Oquab, "Revisiting classifier two-sample tests",
/// ICLR 2017).
enum TwoSampleTest {
  private static let folds = 5

  /// The AUC by stratified five-fold cross-validation, the mean over the folds. The interval is by the standard bootstrap of the
  /// scores of each fold. The same number of rows of both is best.
  static func area(
    _ tables: ComparedTables, real: [Int32], synthetic: [Int32], key: RandomKey, replicates: Int, _ workers: Workers
  ) throws -> Estimate {
    let table = try tables.table([(.real, real), (.synthetic, synthetic)])
    let rows = try TreeFeatures(table, workers).rows(of: table, workers)
    let isReal = (0..<table.count).map { Int32($0 < real.count ? 1 : 0) }
    var fold = [Int](repeating: 0, count: table.count)
    for (place, row) in RandomKey(key.bits, 1).permutation(real.count).enumerated() { fold[Int(row)] = place % folds }
    for (place, row) in RandomKey(key.bits, 2).permutation(synthetic.count).enumerated() { fold[real.count + Int(row)] = place % folds }
    let all = (0..<Int32(table.count)).map { $0 }
    let ranked = try (0..<folds).map { current in
      let tested = all.filter { fold[Int($0)] == current }
      let trees = try BoostedTrees(
        rows, .classes(isReal, count: 2), on: all.filter { fold[Int($0)] != current }, key: RandomKey(key.bits, 3, UInt64(current)), workers)
      let probabilities = try trees.probabilities(rows, on: tested, workers)
      func scores(_ label: Int32) -> [Double] { tested.indices.filter { isReal[Int(tested[$0])] == label }.map { probabilities[2 * $0 + 1] } }
      return RankedScores(positives: scores(1), negatives: scores(0))
    }
    let areas = try workers.map(replicates) { replicate in
      ranked.indices.reduce(0) { sum, current in
        sum + ranked[current].area(Resampling(key: RandomKey(key.bits, 4, UInt64(current)), replicates: replicates), replicate: replicate)
      } / Double(folds)
    }
    return .bootstrap(ranked.reduce(0) { $0 + $1.area() } / Double(folds), areas, within: 0...1)
  }
}
