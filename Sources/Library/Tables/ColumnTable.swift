import Diagnostics
import Engine
import Machine
import Tables
import Tensors

extension Kind where Content == ColumnValue {
  static var column: Kind { .foreign("a column of a table", ColumnValue.self) }
}

// What is computed of a column. Gaps are left out.
extension Library {
  private static let column = Parameter("column", .column, "a column of a table")
  private static let share = Parameter("q", .number, "the share of cells at or below the result", in: 0...1)
  private static let replacement = Parameter("value", .any, "the value for gaps")
  private static let kind = Parameter("to", "the kind", choices: ColumnKind.allCases.map(\.rawValue))
  private static let edges = Parameter("at", .any, "the edges of the classes, or their number")
  private static let labels = Parameter("labels", optional: .list, "the names of the classes", shown: "their ranges")
  private static let order = Parameter("levels", .list, "all levels, in the new order")
  private static let ages = "t = table({age: (36, nothing, 41, 19)})\n"

  static let columnReductions: [Builtin] = [
    reduction("sum", "The sum of the cells that are not missing", "96") { try $0.sum() },
    reduction("mean", "The mean of the cells that are not missing; of dates, the day in which it falls", "32.0") { try $0.mean() },
    reduction("std", "The standard deviation of the cells that are not missing, divided by their number", "9.41629792788369") { try $0.std() },
    reduction("min", "The least cell that is not missing; of words, the first level", "19") { $0.minimum() },
    reduction("max", "The greatest cell that is not missing; of words, the last level", "41") { $0.maximum() },
    reduction("median", "The median of the cells that are not missing", "36.0") { try $0.median() },
  ]

  static let columnFunctions: [Builtin] = [
    columnMode, columnQuantile, columnUnique, columnCountValues, columnIsGap, columnFill, columnConvert, columnCut, columnOrderLevels, columnTensor,
  ]

  private static let columnMode = Builtin(
    "mode", "The most frequent cell of a column; of equally frequent ones the first", [column],
    examples: [Example("t = table({colour: (\"red\", \"blue\", \"red\")})\nprint(mode(t.colour))", "red")], whenChecked: .unknown
  ) { call in call.machine.make(cell: try given(call).mode()) }

  private static let columnQuantile = Builtin(
    "quantile", "A quantile of the cells that are not missing, interpolated linearly as in NumPy", [column, share],
    examples: [Example(ages + "print(quantile(t.age, 0.5))", "36.0")], of: .column, whenChecked: .unknown
  ) { call in call.machine.make(cell: try given(call).quantile(call[share])) }

  private static let columnUnique = Builtin(
    "unique", "The distinct cells of a column, in the order of their first appearance", [column],
    examples: [Example("t = table({colour: (\"red\", \"blue\", \"red\")})\nprint(list(unique(t.colour)))", "(\"red\", \"blue\")")], of: .column,
    whenChecked: .unknown
  ) { call in made(call, try given(call).unique()) }

  private static let columnCountValues = Builtin(
    "count_values", "How often each value of a column occurs, as a table, the most frequent first", [column],
    examples: [
      Example(
        "t = table({colour: (\"red\", \"blue\", \"red\")})\nprint(count_values(t.colour)[0])", "{colour: \"red\", count: 2, share: 0.6666666666666666}")
    ],
    whenChecked: .unknown
  ) { call in call.machine.make(foreign: TableValue(try given(call).valueCounts())) }

  private static let columnIsGap = Builtin(
    "is_gap", "Which cells are missing, as a column of booleans", [column],
    examples: [Example(ages + "print(sum(is_gap(t.age)), len(t[is_gap(t.age)]))", "1 1")], whenChecked: .unknown
  ) { call in made(call, try given(call).isGap) }

  private static let columnFill = Builtin(
    "fill", "A column whose gaps have a value", [column, replacement], examples: [Example(ages + "print(list(fill(t.age, 0)))", "(36, 0, 41, 19)")],
    whenChecked: .unknown
  ) { call in
    guard let cell = try call.machine.cell(call[replacement]) else { throw call.wrong(replacement, expected: "a number, a string or a boolean") }
    return made(call, try given(call).filled(with: cell))
  }

  private static let columnConvert = Builtin(
    "convert", "A column converted to another kind", [column, kind],
    examples: [Example("t = table({year: (2007, 2008)})\nprint(convert(t.year, \"category\").levels)", "(\"2007\", \"2008\")")], whenChecked: .unknown
  ) { call in
    let column = try given(call)
    return made(call, try column.converted(to: ColumnKind(rawValue: call[kind]) ?? column.kind))
  }

  private static let columnCut = Builtin(
    "cut", "Numbers as classes between edges, such as ages by decade", [column, edges, labels],
    examples: [Example(ages + "print(list(cut(t.age, (0, 30, 60), labels=(\"young\", \"old\"))))", "(\"old\", nothing, \"old\", \"young\")")],
    whenChecked: .unknown
  ) { call in
    let names = try call[labels].map { try $0.listItems.map { try call.machine.text($0) } }
    let value = try call[edges]
    if value.tag == .int { return made(call, try given(call).cut(.count(value.bits), labels: names)) }
    guard let items = try call.machine.elements(of: value), items.allSatisfy(\.isNumber) else {
      throw call.wrong(edges, expected: "a list of numbers, or a number of classes")
    }
    return made(call, try given(call).cut(.at(items.map { $0.number ?? 0 }), labels: names))
  }

  private static let columnOrderLevels = Builtin(
    "order_levels", "A category whose words are in another order, in which they are sorted and compared", [column, order],
    examples: [Example("t = table({size: (\"L\", \"S\", \"L\")})\nprint(order_levels(t.size, (\"S\", \"L\")).levels)", "(\"S\", \"L\")")],
    whenChecked: .unknown
  ) { call in made(call, try given(call).orderingLevels(call[order].listItems.map { try call.machine.text($0) })) }

  private static let columnTensor = Builtin(
    "tensor", "The numbers of a column; of a category, the positions of its levels. Gaps are an error", [column],
    examples: [Example("t = table({age: (36, 41)})\nprint(tensor(t.age))", "[36, 41]")], of: .column, whenChecked: .unknown
  ) { call in
    let column = try given(call)
    guard column.gaps.isEmpty else {
      throw Fault(
        TablesErrors.kind, "column `\(column.name)` has \(counted(column.gaps.count, "gap")), and a tensor has none",
        hint: "fill them, `fill(t.\(column.name), 0)`, or leave them out: `t[t.\(column.name) != nothing]`")
    }
    guard let numbers = column.numbers() else { throw Fault(TablesErrors.kind, "column `\(column.name)` has texts, expected numbers or categories") }
    let isWhole = column.kind == .category || column.kind == .boolean || (column.kind == .whole && numbers.allSatisfy { abs($0) < 0x1p31 })
    guard isWhole else { return call.machine.make(tensor: try tensor(numbers, [column.count])) }
    return call.machine.make(tensor: try Tensor(dtype: .i32, shape: [column.count]) { numbers[$0] })
  }

  static let columnElementwise: [Builtin] = ["log", "exp", "sqrt", "abs", "round", "floor", "ceil"].compactMap { columnElementwise($0) }

  private static func given(_ call: Call) throws -> Column {
    let value = try call[column]
    guard value.isKnown else { throw UnknownValue() }
    return value.column
  }

  private static func made(_ call: Call, _ column: Column) -> Value { call.machine.make(foreign: ColumnValue(column)) }

  private static func reduction(_ name: String, _ summary: String, _ result: String, _ body: @escaping @Sendable (Column) throws -> Cell) -> Builtin {
    Builtin(name, summary, [column], examples: [Example(ages + "print(\(name)(t.age))", result)], of: .column, whenChecked: .unknown) { call in
      call.machine.make(cell: try body(given(call)))
    }
  }

  /// The function of the same name applied to each cell.
  private static func columnElementwise(_ name: String) -> Builtin? {
    guard let function = Library.elementwise.first(where: { $0.name == name })?.floatFunction else { return nil }
    let example = Example("t = table({x: (1.0, nothing)})\nprint(\(name)(t.x)[1])", "nothing")
    return Builtin(name, "The function applied to each cell of a column; gaps remain", [column], examples: [example], of: .column, whenChecked: .unknown) {
      call in
      let column = try given(call)
      guard column.kind.isNumeric, let numbers = column.numbers() else {
        throw Fault(TablesErrors.kind, "`\(name)` needs numbers, got column `\(column.name)` of \(column.kind.plural)")
      }
      let results = numbers.map { function($0) }
      if let row = results.indices.first(where: { !column.gaps[$0] && !results[$0].isFinite }) {
        throw Fault(TablesErrors.kind, "`\(name)` of \(plainText(numbers[row])) in column `\(column.name)`, row \(row), is not a finite number")
      }
      return made(call, Column(column.name, .number(results.enumerated().map { column.gaps[$0.offset] ? 0 : $0.element }), gaps: column.gaps))
    }
  }
}
