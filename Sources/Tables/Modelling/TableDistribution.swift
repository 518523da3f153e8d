import Engine

/// What a model of tables can do once it is fitted.
package protocol TableDistribution: Sendable {
  var names: [String] { get }
  func sample(_ count: Int, given: [String: Cell], key: RandomKey, workers: Workers) throws -> Table
  /// Unknown cells count as gaps.
  func logLikelihoods(_ table: Table, workers: Workers) throws -> [Double]
  func unknownCells(_ table: Table) throws -> UnknownCells
  func filling(_ table: Table, draw: Int?, key: RandomKey, workers: Workers) throws -> Table
}

extension TableMixture: TableDistribution {
  package var names: [String] { coding.names }
}

extension PrivateTable: TableDistribution {}
