import Diagnostics
import Engine
import Machine
import Tables
import Tensors

/// How a table is coded as rows of numbers, as a value of the language.
class CodingValue: Foreign {
  let coding: any RowCoding

  init(_ coding: any RowCoding) { self.coding = coding }

  var typeName: String { "coding" }
  var text: String { "coding of \(counted(coding.names.count, "column")) as \(counted(coding.rowWidth, "number"))" }
  var fieldNames: [String] { ["scores", "groups", "absences"] }
  func shown(width: Int, dim: (String) -> String) -> String? { nil }
  func isEqual(to other: any Foreign, _ machine: Machine) throws -> Bool { self === other }

  func field(_ name: String, _ machine: Machine) throws -> Value? {
    switch name {
    case "scores": Value(coding.scoreCount)
    case "groups": machine.make(list: coding.groups.map { Value($0) })
    case "absences":
      machine.make(tensor: try CodingValue.tensor(coding.absences, [coding.groups.reduce(0, +), coding.scoreCount]))
    default: nil
    }
  }

  static func tensor(_ numbers: [Double], _ shape: [Int]) throws -> Tensor { try Tensor(dtype: .f32, shape: shape) { numbers[$0] } }
}

/// A coding that was made by looking at all rows.
final class TableCodingValue: CodingValue, Archivable {
  let table: TableCoding

  init(_ table: TableCoding) {
    self.table = table
    super.init(table)
  }

  override func isEqual(to other: any Foreign, _ machine: Machine) throws -> Bool { table == (other as? TableCodingValue)?.table }

  static let archiveName = "table coding"
  func write(to archive: inout ArchivedParts) { table.write(to: &archive.writer) }
  convenience init(from archive: inout ArchivedPartsReader) throws { self.init(try TableCoding(from: &archive.reader)) }
}

/// A coding that is differentially private, shown with its account.
final class PrivateCodingValue: CodingValue, Archivable {
  let model: PrivateTable

  init(_ model: PrivateTable) {
    self.model = model
    super.init(model)
  }

  override var typeName: String { "private coding" }
  override var fieldNames: [String] { super.fieldNames + ["shares", "epsilon", "delta", "accounting"] }
  override func shown(width: Int, dim: (String) -> String) -> String? { model.text(width: max(width, 20), dim: dim) }
  override func isEqual(to other: any Foreign, _ machine: Machine) throws -> Bool { model == (other as? PrivateCodingValue)?.model }

  override func field(_ name: String, _ machine: Machine) throws -> Value? {
    switch name {
    // How often each class occurs, after the noise.
    case "shares": machine.make(tensor: try CodingValue.tensor(model.groupShares, [model.groupShares.count]))
    case "epsilon": Value(model.account.epsilon)
    case "delta": Value(model.account.delta)
    case "accounting": machine.make(foreign: TableValue(try model.accounting()))
    default: try super.field(name, machine)
    }
  }

  static let archiveName = "private table coding"
  func write(to archive: inout ArchivedParts) { model.write(to: &archive.writer) }
  convenience init(from archive: inout ArchivedPartsReader) throws { self.init(try PrivateTable(from: &archive.reader)) }
}

// Tables as rows of numbers and back, for `tabular`.
extension Library {
  private static let table = Parameter("t", .table, "a table")
  private static let coding = Parameter("coding", .foreign("a coding", CodingValue.self), "what `_table_coding` or `_private_coding` returned")
  private static let rows = Parameter("rows", .tensor, "rows of numbers, [n, width]")
  private static let scale = Parameter("scale", .string, "how numbers are written: \"scores\" of the normal distribution, or \"shares\" of it, from 0 to 1")
  private static let unbuilt = Parameter("m", .model, "a model")
  private static let arguments = Parameter("arguments", .any, "a record")
  private static let example = "t = table({size: (1.5, 2.5, 3.5, 2.0), colour: (\"red\", \"blue\", \"red\", \"red\")})\n"

  static let tableCodings: [Builtin] = [
    Builtin(
      "_table_coding", "How the rows of a table are coded as numbers", [table],
      examples: [Example(example + "print(_table_coding(t))", "coding of 2 columns as 7 numbers")], whenChecked: .unknown
    ) { call in call.machine.make(foreign: TableCodingValue(TableCoding(try known(call[table])))) },
    Builtin(
      "_code_rows", "The rows of a table as numbers: those of numbers, then 0 and 1 for each class", [coding, table, scale],
      examples: [Example(example + "print(shape(_code_rows(_table_coding(t), t, \"shares\")))", "(4, 7)")], whenChecked: .unknown
    ) { call in
      let (coding, table) = (try call[coding].coding, try known(call[table]))
      try call.machine.checkMemory(for: table.count * coding.rowWidth, of: 12)
      return call.machine.make(tensor: try CodingValue.tensor(coding.rows(table, scale(call)), [table.count, coding.rowWidth]))
    },
    Builtin(
      "_decode_rows", "The table that rows of numbers mean: the class is the largest of scores, and drawn from shares", [coding, rows, scale],
      examples: [Example(example + "c = _table_coding(t)\nprint(_decode_rows(c, _code_rows(c, t, \"scores\"), \"scores\").colour[1])", "blue")],
      whenChecked: .unknown
    ) { call in
      let (coding, rows) = (try call[coding].coding, try call.engine.value(call[rows].node))
      guard rows.type.rank == 2, rows.shape[1] == coding.rowWidth else {
        throw call.wrong(Library.rows, expected: "a tensor [n, \(coding.rowWidth)]")
      }
      let table = try coding.table(of: (0..<rows.count).map { rows[$0] }, count: rows.shape[0], scale(call), key: nextKey(call), workers: workers(call))
      return call.machine.make(foreign: TableValue(table))
    },
    Builtin(
      "_named_arguments", "The name of a model, and the arguments that it was made with", [unbuilt],
      examples: [Example("print(_named_arguments(vae(latent=2)))", "(\"vae\", {latent: 2})")]
    ) { call in
      let (machine, model) = (call.machine, try call[unbuilt])
      return machine.make(list: [
        machine.make(string: machine.models.name(of: model)), machine.make(record: machine.models.arguments(of: model)),
      ])
    },
    Builtin(
      "_with_arguments", "A model that is not built yet, with other arguments", [unbuilt, arguments],
      examples: [Example("print(_with_arguments(vae(latent=2), {hidden: 8}))", "vae(latent=2, hidden=8)")]
    ) { call in
      let record = try call[arguments]
      guard record.tag == .record else { throw call.wrong(arguments, expected: "a record of arguments") }
      let machine = call.machine
      let changes = (0..<record.recordCount).map { (name: machine.symbols.name(record.recordKey($0)), value: record.recordValue($0)) }
      return machine.models.copy(try call[unbuilt], with: changes)
    },
  ]

  private static func scale(_ call: Call) throws -> ScoreScale {
    switch try call[scale] {
    case "scores": .scores
    case "shares": .shares
    default: throw call.wrong(scale, expected: "\"scores\" or \"shares\"")
    }
  }
}
