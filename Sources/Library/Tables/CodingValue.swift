import Diagnostics
import Engine
import Machine
import Tables
import Tensors

/// How a table is coded as rows of numbers, as a value of the language.
final class CodingValue: Foreign {
  let coding: TableCoding

  init(_ coding: TableCoding) { self.coding = coding }

  var typeName: String { "coding" }
  var text: String { "coding of \(counted(coding.names.count, "column")) as \(counted(coding.rowWidth, "number"))" }
  func isEqual(to other: any Foreign, _ machine: Machine) throws -> Bool { coding == (other as? CodingValue)?.coding }
}

extension CodingValue: Archivable {
  static let archiveName = "table coding"
  func write(to archive: inout ArchivedParts) { coding.write(to: &archive.writer) }
  convenience init(from archive: inout ArchivedPartsReader) throws { self.init(try TableCoding(from: &archive.reader)) }
}

// Tables as rows of numbers and back, for `tabular`.
extension Library {
  private static let table = Parameter("t", .table, "a table")
  private static let coding = Parameter("coding", .foreign("a coding", CodingValue.self), "what `_table_coding` returned")
  private static let rows = Parameter("rows", .tensor, "numbers from 0 to 1, [n, width]")
  private static let example = "t = table({size: (1.5, 2.5, 3.5, 2.0), colour: (\"red\", \"blue\", \"red\", \"red\")})\n"

  static let tableCodings: [Builtin] = [
    Builtin(
      "_table_coding", "How the rows of a table are coded as numbers", [table],
      examples: [Example(example + "print(_table_coding(t))", "coding of 2 columns as 7 numbers")], whenChecked: .unknown
    ) { call in call.machine.make(foreign: CodingValue(TableCoding(try known(call[table])))) },
    Builtin(
      "_code_rows", "The rows of a table as numbers from 0 to 1", [coding, table],
      examples: [Example(example + "print(shape(_code_rows(_table_coding(t), t)))", "(4, 7)")], whenChecked: .unknown
    ) { call in
      let (coding, table) = (try call[coding].coding, try known(call[table]))
      try call.machine.checkMemory(for: table.count * coding.rowWidth, of: 12)
      let numbers = try coding.unitRows(table)
      return call.machine.make(tensor: try Tensor(dtype: .f32, shape: [table.count, coding.rowWidth]) { numbers[$0] })
    },
    Builtin(
      "_decode_rows", "The table that rows of numbers mean; classes are drawn", [coding, rows],
      examples: [Example(example + "c = _table_coding(t)\nprint(_decode_rows(c, _code_rows(c, t)).colour[1])", "blue")], whenChecked: .unknown
    ) { call in
      let (coding, rows) = (try call[coding].coding, try call.engine.value(call[rows].node))
      guard rows.type.rank == 2, rows.shape[1] == coding.rowWidth else {
        throw call.wrong(Library.rows, expected: "a tensor [n, \(coding.rowWidth)]")
      }
      let table = try coding.table(ofUnitRows: (0..<rows.count).map { rows[$0] }, key: nextKey(call), workers: workers(call))
      return call.machine.make(foreign: TableValue(table))
    },
  ]
}
