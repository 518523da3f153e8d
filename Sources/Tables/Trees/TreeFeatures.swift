import Diagnostics
import Engine

/// The columns that trees learn from, and how they are binned. Free texts are left out.
package struct TreeFeatures: Sendable {
  let bins: [FeatureBins]

  /// The features of these rows, without the column `target`. Wide tables have fewer bins, so that a histogram stays in the
  /// cache.
  package init(_ table: Table, without target: String? = nil, _ workers: Workers) throws {
    let columns = table.columns.filter { $0.name != target }
    let limit = max(15, min(FeatureBins.limit, 32_000 / max(1, columns.count)))
    bins = try workers.map(columns.count) { [FeatureBins(columns[$0], limit: limit)].compactMap(\.self) }.flatMap(\.self)
    guard !bins.isEmpty else {
      throw Fault(
        TablesErrors.nothingToJudge, "the table has no columns to learn from" + (target.map { " besides `\($0)`" } ?? ""),
        hint: "free texts are not used; a column of few words can be read as a category with `kinds=`")
    }
  }

  package var names: [String] { bins.map(\.name) }

  /// The bins of the rows of a table with the same columns. Throws if a column is missing or of another kind.
  package func rows(of table: Table, _ workers: Workers) throws -> TreeRows {
    let columns = try bins.map { try table.column($0.name) }
    return TreeRows(
      count: table.count, cells: Array(try workers.map(bins.count) { try bins[$0].bins(of: columns[$0]) }.joined()),
      features: bins.map(TreeRows.Feature.init))
  }
}

/// Rows as bins.
package struct TreeRows: Sendable {
  struct Feature: Sendable {
    /// Of the histogram: with that of missing cells, which is the last.
    let bins: Int
    let isCategory: Bool

    init(_ bins: FeatureBins) {
      self.bins = bins.count + 1
      isCategory = bins.isCategory
    }
  }

  package let count: Int
  /// Column by column.
  let cells: [UInt8]
  let features: [Feature]
}
