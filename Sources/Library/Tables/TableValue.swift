import Diagnostics
import Engine
import Machine
import Tables
import Tensors

/// A table as a value of the language.
package final class TableValue: Foreign {
  package let table: Table
  /// False in a program that is only checked: the columns are known, but not their cells.
  package let isKnown: Bool

  /// How the table is shown, if not as its rows.
  private let appearance: Appearance?
  package typealias Appearance = @Sendable (_ width: Int, _ dim: (String) -> String) -> String

  package init(_ table: Table, isKnown: Bool = true, appearance: Appearance? = nil) {
    self.table = table
    self.isKnown = isKnown
    self.appearance = appearance
  }

  package func shown(width: Int, dim: (String) -> String) -> String? {
    guard isKnown else { return nil }
    return appearance?(max(width, 20), dim) ?? TableText.text(of: table, width: max(width, 20), dim: dim)
  }

  package var typeName: String { "table" }
  package var byteCount: Int { 64 + table.byteCount }
  package var text: String { "\(counted(table.count, "row")) of \(counted(table.columns.count, "column"))" }

  package func isEqual(to other: any Foreign, _ machine: Machine) throws -> Bool {
    guard let other = other as? TableValue else { return false }
    guard isKnown, other.isKnown else { throw UnknownValue() }
    return table == other.table
  }

  // MARK: Columns

  package var fieldNames: [String] { table.names }

  package func field(_ name: String, _ machine: Machine) throws -> Value? {
    machine.make(foreign: ColumnValue(try table.column(name), isKnown: isKnown))
  }

  /// A column more, or another in place of the one of this name.
  package func setting(_ name: String, to value: Value, _ machine: Machine) throws -> Value? {
    guard isKnown else { return .unknown }
    return machine.make(foreign: TableValue(try table.adding(machine.column(name, value, count: table.count))))
  }

  package func setting(_ subscripts: [Value], to value: Value, _ machine: Machine) throws -> Value? {
    guard subscripts.count == 1, subscripts[0].tag == .string else { return nil }
    return try setting(subscripts[0].string, to: value, machine)
  }

  // MARK: Rows

  package func count() throws -> Int? {
    guard isKnown else { throw UnknownValue() }
    return table.count
  }

  /// A record with a field for each column.
  package func element(_ index: Int, _ machine: Machine) throws -> Value? {
    guard isKnown else { return machine.make(record: table.names.map { ($0, Value.unknown) }) }
    return machine.make(record: table.columns.map { ($0.name, machine.make(cell: $0[index])) })
  }

  package func indexed(_ subscripts: [Value], _ machine: Machine) throws -> Value? {
    guard subscripts.count == 1 else {
      throw Fault(MachineErrors.badIndex, "a table takes one index, got \(subscripts.count)", hint: "as in `t[3].mass`, `t[0:10]`, or `t[t.mass > 4]`")
    }
    let index = subscripts[0]
    if index.tag == .string { return try field(index.string, machine) }
    if index.tag == .list, index.listCount > 0, index.listItems.allSatisfy({ $0.tag == .string }) {
      return machine.make(foreign: TableValue(try Table(index.listItems.map { try table.column($0.string) }), isKnown: isKnown))
    }
    guard isKnown else { return .unknown }
    switch try machine.rows(index, of: table.count, "the table") {
    case .one(let row): return try element(row, machine)
    case .several(let rows): return machine.make(foreign: TableValue(table.selecting(rows)))
    }
  }
}

/// What a subscript selects.
enum SelectedRows {
  case one(Int)
  case several([Int])
}

extension Machine {
  /// The rows that a subscript of a table or column means: an index, a slice, a list or tensor of indices, or a mask.
  func rows(_ index: Value, of count: Int, _ what: String) throws -> SelectedRows {
    if let mask = index.foreign(as: ColumnValue.self) {
      guard mask.isKnown else { throw UnknownValue() }
      guard case .boolean(let flags) = mask.column.cells else {
        throw Fault(
          MachineErrors.badIndex, "a column used as an index must be of booleans, got one of \(mask.column.kind.plural)", hint: "compare it: `t[t.mass > 4]`")
      }
      guard flags.count == count else {
        throw Fault(MachineErrors.badIndex, "a mask of length \(flags.count) does not match \(counted(count, "row")) of \(what)")
      }
      // A comparison with a gap is neither true nor false, and does not select.
      return .several((0..<count).filter { flags[$0] && !mask.column.gaps[$0] })
    }
    if index.tag == .tensor, index.node.type.rank > 0, index.node.dtype == .bool {
      let mask = try engine.value(index.node)
      guard mask.count == count else {
        throw Fault(MachineErrors.badIndex, "a mask of length \(mask.count) does not match \(counted(count, "row")) of \(what)")
      }
      return .several((0..<count).filter { mask[$0] != 0 })
    }
    if index.tag == .list || (index.tag == .tensor && index.node.type.rank > 0) {
      guard let positions = try wholeNumbers(index) else {
        throw Fault(MachineErrors.badIndex, "the rows of \(what) are selected by integers, a slice or a mask, got \(describe(index))")
      }
      return .several(try positions.map { try checked($0, count, what) })
    }
    if let row = try integer(index) { return .one(try checked(row, count, what)) }
    return .several(try slice(index, count, what).positions)
  }
}

extension Kind where Content == TableValue {
  static var table: Kind { .foreign("a table", TableValue.self) }
}

extension Builtin.Subject {
  package static let table = Builtin.Subject("a table") { $0.foreign(as: TableValue.self) != nil }
  package static let column = Builtin.Subject("a column of a table") { $0.foreign(as: ColumnValue.self) != nil }
}
