import Machine
import Tables
import Tensors

/// A fitted private model as a value of the language, shown with its account.
final class PrivateTableValue: DistributionValue {
  let model: PrivateTable

  init(_ model: PrivateTable) {
    self.model = model
    super.init(model)
  }

  override var typeName: String { "private model" }
  override var text: String { model.summary }
  override var fieldNames: [String] { ["columns", "epsilon", "delta", "rho", "rows", "pairs", "accounting"] }

  override func shown(width: Int, dim: (String) -> String) -> String? { model.text(width: max(width, 20), dim: dim) }

  override func isEqual(to other: any Foreign, _ machine: Machine) throws -> Bool { model == (other as? PrivateTableValue)?.model }

  override func field(_ name: String, _ machine: Machine) throws -> Value? {
    switch name {
    case "epsilon": Value(model.account.epsilon)
    case "delta": Value(model.account.delta)
    case "rho": Value(model.account.rho)
    case "rows": Value(model.rows)
    case "pairs":
      machine.make(
        list: model.edges.map { edge in machine.make(list: [edge.parent, edge.child].map { machine.make(string: model.names[$0]) }) })
    case "accounting": machine.make(foreign: TableValue(try model.accounting()))
    default: try super.field(name, machine)
    }
  }
}

extension PrivateTableValue: Archivable {
  static let archiveName = "private table model"
  func write(to archive: inout ArchivedParts) { model.write(to: &archive.writer) }
  convenience init(from archive: inout ArchivedPartsReader) throws { self.init(try PrivateTable(from: &archive.reader)) }
}
