import Diagnostics
import Machine
import Tables

// Cells of tables as values of the language: `nothing` for a gap, dates and times as text.
extension Machine {
  func make(cell: Cell) -> Value {
    switch cell {
    case .gap: .nothing
    case .number(let number): Value(number)
    case .whole(let number): Value(number)
    case .text(let text): make(string: text)
    case .boolean(let value): Value(value)
    case .date, .time: make(string: cell.text)
    }
  }

  /// The cell that a value means; nil if it cannot be in a table.
  func cell(_ value: Value) throws -> Cell? {
    switch value.tag {
    case .nothing: return .gap
    case .int: return .whole(value.bits)
    case .float: return value.double.isNaN ? .gap : .number(value.double)
    case .string: return .text(value.string)
    case .true, .false: return .boolean(value.tag == .true)
    case .tensor where value.node.type.count == 1:
      let tensor = try engine.value(value.node)
      if tensor.dtype == .bool { return .boolean(tensor[0] != 0) }
      return tensor.dtype.isFloat ? (tensor[0].isNaN ? .gap : .number(tensor[0])) : .whole(Int(tensor[0]))
    default: return nil
    }
  }
}

extension Column {
  /// A column of cells of the language. Whole numbers and fractions together are numbers; texts are a category if some repeat,
  /// dates if all are in the form of one. Throws if the cells are of kinds that do not fit together.
  init(_ name: String, _ cells: [Cell]) throws {
    var kinds: Set<ColumnKind> = []
    for cell in cells {
      switch cell {
      case .gap: continue
      case .number: kinds.insert(.number)
      case .whole: kinds.insert(.whole)
      case .text: kinds.insert(.text)
      case .boolean: kinds.insert(.boolean)
      case .date: kinds.insert(.date)
      case .time: kinds.insert(.time)
      }
    }
    if kinds == [.number, .whole] { kinds = [.number] }
    guard kinds.count <= 1 else {
      let names = kinds.map(\.plural).sorted().joined(separator: " and ")
      throw Fault(TablesErrors.differ, "column `\(name)` has \(names)", hint: "a column has cells of one kind, or `nothing`")
    }
    switch kinds.first {
    case .text:
      self.init(name, Column.words(cells.map { if case .text(let text) = $0 { text } else { nil } }), gaps: Gaps(cells.map { $0 == .gap }))
    case .number, nil: self = Column.made(name, .number, [], try cells.map { try Column.finite($0, name) })
    case let kind?: self = Column.made(name, kind, [], cells)
    }
  }

  /// A number, also of a whole one.
  private static func finite(_ cell: Cell, _ name: String) throws -> Cell {
    if case .whole(let number) = cell { return .number(Double(number)) }
    if case .number(let number) = cell, !number.isFinite {
      throw Fault(TablesErrors.differ, "column `\(name)` contains \(number > 0 ? "inf" : "-inf")", hint: "cells of a table are finite, or `nothing`")
    }
    return cell
  }

  /// Dates, times, a category or texts.
  private static func words(_ words: [String?]) -> Cells {
    let present = words.compactMap { $0 }
    let bytes = present.lazy.map { Array($0.utf8)[...] }
    if bytes.allSatisfy({ Calendar.days($0) != nil }) { return .date(words.map { $0.flatMap { Calendar.days(Array($0.utf8)[...]) } ?? 0 }) }
    if bytes.allSatisfy({ Calendar.microseconds($0) != nil }) {
      return .time(words.map { $0.flatMap { Calendar.microseconds(Array($0.utf8)[...]) } ?? 0 })
    }
    let levels = Levels.sorted(Set(present))
    guard Levels.areCategories(distinct: levels.count, of: present.count) else { return .text(Texts(words.map { $0 ?? "" })) }
    let codes = Levels.codes(levels)
    return .category(words.map { $0.flatMap { codes[$0] } ?? -1 }, levels: levels)
  }
}
