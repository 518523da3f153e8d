import Engine

/// How many rows and columns a report looks at, so that one on 30,000 rows and 15 columns takes some seconds.
package struct TableReportLimits: Sendable {
  /// Rows of each table for shapes, trends, and training.
  package var rows = 30_000
  /// Rows times columns; wide tables are compared on fewer rows.
  package var cells = 500_000
  package var columns = 300
  /// All pairs of so many columns.
  package var pairColumns = 32
  /// Rows of each table for the two-sample test.
  package var detectionRows = 10_000
  /// Rows of each table for distances.
  package var privacyRows = 5_000
  /// Of the bootstrap. A standard deviation needs fewer than a quantile (B. Efron and R. Tibshirani, 1993, section 6.4).
  package var replicates = 100

  package init() {}

  func rows(columns: Int) -> Int { min(rows, max(500, cells / columns)) }
  func detectionRows(columns: Int) -> Int { min(detectionRows, rows(columns: columns)) }
  func privacyRows(columns: Int) -> Int { min(privacyRows, rows(columns: columns)) }
  /// Each class has its trees.
  func trainingRows(columns: Int, classes: Int) -> Int { min(rows(columns: columns), max(500, 10 * rows / max(1, classes))) }

  func pairColumns(_ count: Int, _ key: RandomKey) -> [Int] {
    count <= pairColumns ? Array(0..<count) : RandomKey(key.bits, 2).permutation(count).prefix(pairColumns).sorted().map(Int.init)
  }

  /// The columns to look at, always with the target.
  func chosenColumns(_ tables: ComparedTables, target: String?, _ key: RandomKey) -> ComparedTables {
    guard tables.columns.count > columns else { return tables }
    var chosen = Array(RandomKey(key.bits, 5).permutation(tables.columns.count).prefix(columns).map(Int.init))
    if let place = tables.columns.firstIndex(where: { $0.name == target }), !chosen.contains(place) { chosen[0] = place }
    return tables.selecting(chosen.sorted())
  }
}
