import Engine

/// What a model of tables can do once it is fitted.
package protocol TableDistribution: Sendable {
  var names: [String] { get }
  func sample(_ count: Int, given: [String: Cell], key: RandomKey, workers: Workers) throws -> Table
  /// The log density of each row, in which unknown cells count as gaps.
  func likelihoods(of table: Table, workers: Workers) throws -> (logarithms: [Double], unknown: UnknownCells)
  func filling(_ table: Table, draw: Int?, key: RandomKey, workers: Workers) throws -> Table
}

extension TableDistribution {
  package func logLikelihoods(_ table: Table, workers: Workers) throws -> [Double] { try likelihoods(of: table, workers: workers).logarithms }
}

extension TableMixture: TableDistribution {
  package var names: [String] { coding.names }
}

extension PrivateTable: TableDistribution {}
