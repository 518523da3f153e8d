import Diagnostics
import Engine
import Machine
import Tables
import Tensors

/// A column of a table as a value of the language.
package final class ColumnValue: Foreign {
  package let column: Column
  /// False in a program that is only checked.
  package let isKnown: Bool

  package init(_ column: Column, isKnown: Bool = true) {
    self.column = column
    self.isKnown = isKnown
  }

  package var typeName: String { "column" }
  package var byteCount: Int { 64 + column.byteCount }
  package func shown(width: Int, dim: (String) -> String) -> String? { isKnown ? ColumnText.text(of: column, width: max(width, 20), dim: dim) : nil }
  package var text: String { "column `\(column.name)` of \(column.count) \(column.kind.plural)" }

  package func isEqual(to other: any Foreign, _ machine: Machine) throws -> Bool {
    guard let other = other as? ColumnValue else { return false }
    guard isKnown, other.isKnown else { throw UnknownValue() }
    return column.cells == other.column.cells && column.gaps == other.column.gaps
  }

  package var fieldNames: [String] { ["name", "kind", "levels"] }

  package func field(_ name: String, _ machine: Machine) throws -> Value? {
    switch name {
    case "name": machine.make(string: column.name)
    case "kind": machine.make(string: column.kind.rawValue)
    case "levels": machine.make(list: column.levels.map { machine.make(string: $0) })
    default: nil
    }
  }

  package func count() throws -> Int? {
    guard isKnown else { throw UnknownValue() }
    return column.count
  }

  package func element(_ index: Int, _ machine: Machine) throws -> Value? { isKnown ? machine.make(cell: column[index]) : .unknown }

  package func indexed(_ subscripts: [Value], _ machine: Machine) throws -> Value? {
    guard subscripts.count == 1 else { throw Fault(MachineErrors.badIndex, "a column takes one index, got \(subscripts.count)") }
    guard isKnown else { return .unknown }
    switch try machine.rows(subscripts[0], of: column.count, "the column") {
    case .one(let row): return machine.make(cell: column[row])
    case .several(let rows): return machine.make(foreign: ColumnValue(column.selecting(rows)))
    }
  }
}

extension Machine {
  /// The column that a value means: one of a table, a list or tensor with a value for each row, or one value for all rows.
  func column(_ name: String, _ value: Value, count: Int?) throws -> Column {
    if let given = value.foreign(as: ColumnValue.self) {
      guard given.isKnown else { throw UnknownValue() }
      return try sized(given.column.renamed(name), count)
    }
    if value.tag == .list || value.tag == .range || (value.tag == .tensor && value.node.type.rank == 1) {
      guard let items = try elements(of: value) else { throw invalidColumn(name, value) }
      let cells = try items.enumerated().map { index, item in
        guard let cell = try cell(item) else {
          throw Fault(
            TablesErrors.differ, "column `\(name)`, row \(index): a cell cannot be \(describe(item))",
            hint: "cells are numbers, strings, booleans or `nothing`")
        }
        return cell
      }
      return try sized(Column(name, cells), count)
    }
    guard let cell = try cell(value), let count else { throw invalidColumn(name, value) }
    return try Column(name, [Cell](repeating: cell, count: count))
  }

  private func sized(_ column: Column, _ count: Int?) throws -> Column {
    guard let count, column.count != count else { return column }
    throw Fault(
      TablesErrors.differ, "column `\(column.name)` has \(counted(column.count, "cell")) for \(counted(count, "row"))", hint: "give one value for each row")
  }

  private func invalidColumn(_ name: String, _ value: Value) -> Fault {
    Fault(
      TablesErrors.differ, "column `\(name)` cannot be \(describe(value))", hint: "a column is a list or a tensor with a value for each row: `{age: (36, 41)}`")
  }
}
