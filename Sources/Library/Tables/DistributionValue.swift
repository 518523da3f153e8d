import Diagnostics
import Machine
import Tables

/// What a model of tables learned, as a value of the language.
class DistributionValue: FittedValue {
  let distribution: any TableDistribution

  init(_ distribution: any TableDistribution) { self.distribution = distribution }

  var typeName: String { "distribution" }
  var text: String { "distribution of \(counted(distribution.names.count, "column"))" }
  var fieldNames: [String] { ["columns"] }
  var steps: [[(name: String, value: Value)]] { [] }

  func shown(width: Int, dim: (String) -> String) -> String? { nil }
  func isEqual(to other: any Foreign, _ machine: Machine) throws -> Bool { self === other }

  func field(_ name: String, _ machine: Machine) throws -> Value? {
    name == "columns" ? machine.make(list: distribution.names.map { machine.make(string: $0) }) : nil
  }
}
