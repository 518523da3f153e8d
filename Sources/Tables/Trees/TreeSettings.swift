/// How boosted trees are trained. The defaults are those of scikit-learn's `HistGradientBoostingClassifier`, except that
/// leaves are smaller on few rows, sums are regularised, and early stopping begins at fewer rows.
package struct TreeSettings: Sendable {
  package var rounds = 100
  package var learningRate = 0.1
  /// The most leaves of a tree, at least 2.
  package var leaves = 31
  /// The fewest rows in a leaf; nil for a tenth of the rows, from 2 to 20.
  package var smallestLeaf: Int?
  /// The squared size of a leaf's value is penalised by half of this.
  package var l2 = 1.0
  /// The fewest rows for early stopping.
  package var earlyStoppingRows = 2000
  /// The share of the rows that is held out for early stopping.
  package var heldOut = 0.1
  /// Training ends after so many rounds without a lower loss on the held-out rows, and keeps the best round.
  package var patience = 10

  package init() {}

  func smallestLeaf(rows: Int) -> Int { max(1, smallestLeaf ?? min(20, max(2, rows / 10))) }
}
