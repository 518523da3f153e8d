import Diagnostics
import Engine
import Machine
import Tables
import Tensors

/// A fitted mixture of a `table_model` as a value of the language.
final class MixtureValue: DistributionValue {
  let mixture: TableMixture

  init(_ mixture: TableMixture) {
    self.mixture = mixture
    super.init(mixture)
  }

  override var typeName: String { "mixture" }
  override var text: String { "mixture of \(counted(mixture.components, "component")) over \(counted(mixture.coding.names.count, "column"))" }
  override var fieldNames: [String] { ["components", "columns", "tried"] }

  override var steps: [[(name: String, value: Value)]] {
    mixture.steps.enumerated().map { index, step in
      [(name: "iteration", value: Value(index + 1)), (name: "log_likelihood", value: Value(step.logLikelihood))]
        + (step.heldOut.map { [(name: "held_out", value: Value($0))] } ?? [])
    }
  }

  override func shown(width: Int, dim: (String) -> String) -> String? { mixture.text(width: width, dim: dim) }

  override func isEqual(to other: any Foreign, _ machine: Machine) throws -> Bool { mixture == (other as? MixtureValue)?.mixture }

  override func field(_ name: String, _ machine: Machine) throws -> Value? {
    switch name {
    case "components": Value(mixture.components)
    case "tried":
      machine.make(
        list: mixture.tried.map {
          machine.make(record: [(name: "components", value: Value($0.components)), (name: "log_likelihood", value: Value($0.logLikelihood))])
        })
    default: try super.field(name, machine)
    }
  }
}

extension MixtureValue: Archivable {
  static let archiveName = "table mixture"
  func write(to archive: inout ArchivedParts) { mixture.write(to: &archive.writer) }
  convenience init(from archive: inout ArchivedPartsReader) throws { self.init(try TableMixture(from: &archive.reader)) }
}

extension TableValue: Archivable {
  package static let archiveName = "table"
  package func write(to archive: inout ArchivedParts) { table.write(to: &archive.writer) }
  package convenience init(from archive: inout ArchivedPartsReader) throws { self.init(try Table(from: &archive.reader)) }
}
