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
    let gaps = Gaps(cells.map { $0 == .gap })
    self.init(name, try Column.values(cells, kinds.first ?? .number, name), gaps: gaps)
  }

  private static func values(_ cells: [Cell], _ kind: ColumnKind, _ name: String) throws -> Cells {
    switch kind {
    case .number:
      return .number(
        try cells.map { cell in
          switch cell {
          case .number(let number):
            guard number.isFinite else {
              throw Fault(TablesErrors.differ, "column `\(name)` contains \(number > 0 ? "inf" : "-inf")", hint: "cells of a table are finite, or `nothing`")
            }
            return number
          case .whole(let number): return Double(number)
          default: return 0
          }
        })
    case .whole: return .whole(cells.map { if case .whole(let number) = $0 { number } else { 0 } })
    case .boolean: return .boolean(cells.map { if case .boolean(let value) = $0 { value } else { false } })
    case .date: return .date(cells.map { if case .date(let days) = $0 { days } else { 0 } })
    case .time: return .time(cells.map { if case .time(let time) = $0 { time } else { 0 } })
    case .text, .category: return words(cells.map { if case .text(let text) = $0 { text } else { nil } })
    }
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
    let codes = Dictionary(uniqueKeysWithValues: levels.enumerated().map { ($1, Int32($0)) })
    return .category(words.map { $0.flatMap { codes[$0] } ?? -1 }, levels: levels)
  }
}
