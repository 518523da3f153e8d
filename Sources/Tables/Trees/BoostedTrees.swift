import Engine

/// Gradient boosting of histogram trees, in the manner of LightGBM (G. Ke et al., NeurIPS 2017) and scikit-learn's
/// `HistGradientBoostingClassifier`: the trees of each round lower the loss of those before (J. Friedman, "Greedy function
/// approximation: a gradient boosting machine", 2001).
package struct BoostedTrees: Sendable {
  package enum Target: Sendable {
    /// Finite numbers.
    case numbers([Double])
    /// Classes 0..<count.
    case classes([Int32], count: Int)
  }

  private let loss: BoostingLoss
  private let start: [Double]
  /// Of each round, one for each output.
  private var trees: [[Tree]] = []

  package var rounds: Int { trees.count }

  /// Trains on the rows at these positions, which are ascending; `target` has a value for every row.
  package init(_ rows: TreeRows, _ target: Target, on selected: [Int32], _ settings: TreeSettings = .init(), key: RandomKey, _ workers: Workers)
    throws
  {
    let targets: [Double]
    switch target {
    case .numbers(let numbers): (loss, targets) = (.squared, numbers)
    case .classes(let classes, let count): (loss, targets) = (count <= 2 ? .logistic : .softmax(count), classes.map(Double.init))
    }
    let (learnt, heldOut) = BoostedTrees.division(selected, settings, key)
    start = loss.start(targets, learnt)
    let count = rows.count
    var scores = start.flatMap { [Double](repeating: $0, count: count) }
    var gradients = [SIMD2<Double>](repeating: .zero, count: scores.count)
    var (best, bestRounds) = (Double.infinity, 0)
    try rows.withColumns { columns in
      let grower = TreeGrower(rows.features, columns, rows: learnt.count, settings, workers)
      for _ in 0..<settings.rounds where !learnt.isEmpty {
        var round: [Tree] = []
        try gradients.withUnsafeMutableBufferPointer { gradients in
          try scores.withUnsafeMutableBufferPointer { scores in
            guard let gradients = gradients.baseAddress, let scores = scores.baseAddress else { return }
            try targets.withUnsafeBufferPointer { try loss.differentiate(scores, $0, into: gradients, workers) }
            for output in 0..<loss.outputs {
              round.append(try grower.grow(learnt, gradients + output * count, scores + output * count))
              for row in heldOut { scores[output * count + Int(row)] += round[output].value(columns, Int(row)) }
            }
          }
        }
        trees.append(round)
        if !heldOut.isEmpty {
          let now = loss.mean(scores, targets, heldOut)
          if now < best { (best, bestRounds) = (now, trees.count) }
          if trees.count - bestRounds >= settings.patience { break }
        }
        // Without a split in any tree, nothing is left to learn.
        if round.allSatisfy({ $0.nodes.count == 1 }) { break }
      }
    }
    if !heldOut.isEmpty { trees.removeLast(trees.count - bestRounds) }
  }

  /// The rows to learn from and those held out for early stopping, both ascending.
  private static func division(_ rows: [Int32], _ settings: TreeSettings, _ key: RandomKey) -> ([Int32], [Int32]) {
    guard rows.count >= settings.earlyStoppingRows else { return (rows, []) }
    let count = Int(Double(rows.count) * settings.heldOut)
    let places = key.permutation(rows.count)
    return (places.dropFirst(count).sorted().map { rows[Int($0)] }, places.prefix(count).sorted().map { rows[Int($0)] })
  }

  /// The sums of the trees for these rows, output by output.
  private func scores(_ rows: TreeRows, _ selected: [Int32], _ workers: Workers) throws -> [Double] {
    let count = selected.count
    var scores = start.flatMap { [Double](repeating: $0, count: count) }
    try scores.withUnsafeMutableBufferPointer { scores in
      try rows.withColumns { columns in
        try workers.forEachRange(count, grain: 1024) { range in
          for round in trees {
            for (output, tree) in round.enumerated() {
              for place in range { scores[output * count + place] += tree.value(columns, Int(selected[place])) }
            }
          }
        }
      }
    }
    return scores
  }

  /// Predicted numbers.
  package func numbers(_ rows: TreeRows, on selected: [Int32], _ workers: Workers) throws -> [Double] { try scores(rows, selected, workers) }

  /// The probabilities of the classes, row by row.
  package func probabilities(_ rows: TreeRows, on selected: [Int32], _ workers: Workers) throws -> [Double] {
    let scores = try scores(rows, selected, workers)
    return selected.indices.flatMap { loss.probabilities(scores, $0, selected.count) }
  }
}
