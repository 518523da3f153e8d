import Diagnostics
import Engine
import Machine

/// The data of a chart as columns of equal length.
struct ChartColumns {
  struct Column {
    let name: String?
    let content: Content
  }

  enum Content {
    /// `nothing` is NaN.
    case numbers([Double])
    case texts([String])
    /// Neither; the string says which value is not, such as "element 3 is a list".
    case others(String)
    /// Numbers and other values; the string says which, as above.
    case mixed(String)

    var count: Int? {
      switch self {
      case .numbers(let numbers): numbers.count
      case .texts(let texts): texts.count
      case .others, .mixed: nil
      }
    }
  }

  let columns: [Column]
  let count: Int

  /// Limits the memory of a chart.
  static let mostPoints = 10_000_000

  init(_ call: Call, _ parameter: Parameter<Value>) throws {
    let value = try call[parameter]
    switch value.tag {
    case .tensor: (columns, count) = try ChartColumns.columns(ofTensor: call, value)
    case .list where value.listCount > 0 && value.listItems.allSatisfy { $0.tag == .record }:
      (columns, count) = (try ChartColumns.columns(ofRecords: call, value.listItems), value.listCount)
    case .record: (columns, count) = try ChartColumns.columns(ofFields: call, value)
    case .list, .range:
      let content = try ChartColumns.content(call, value)
      (columns, count) = ([Column(name: nil, content: content)], content.count ?? 0)
    default: throw call.wrong(parameter, expected: "a list, a tensor or a record")
    }
    guard count > 0 else {
      if case .mixed(let words) = columns.first?.content { throw ChartColumns.unfit(call, words) }
      if case .others(let words) = columns.first?.content { throw ChartColumns.unfit(call, words) }
      throw call.refuse(
        "nothing to plot in \(call.machine.describe(value))", hint: "check `len(x)`, the number of points")
    }
  }

  private static func unfit(_ call: Call, _ words: String) -> any Error {
    call.refuse(
      "`plot` draws numbers, but \(words)",
      hint: "pass lines of equal length as a record, `plot({a: xs, b: ys})`, or as the columns of a tensor")
  }

  /// `[n]` is one line, `[n, k]` are k.
  private static func columns(ofTensor call: Call, _ value: Value) throws -> ([Column], Int) {
    let type = value.node.type
    guard type.rank == 1 || type.rank == 2 else {
      throw call.refuse(
        "`plot` expects a tensor [n] for one line or [n, k] for k lines, got \(type.description)", hint: "reshape it to one of these shapes with `reshape`")
    }
    let (rows, width) = (type.shape[0], type.rank == 2 ? type.shape[1] : 1)
    try checkCount(call, rows)
    guard width <= ChartChoice.mostLines else {
      throw call.refuse(
        "a chart can have at most \(ChartChoice.mostLines) lines, but \(type.description) has \(width)",
        hint: rows <= ChartChoice.mostLines ? "each column is a line; use `transpose(x)` to draw the rows" : "choose some: `x[:, 0:5]`")
    }
    let tensor = try call.engine.value(value.node)
    let columns = (0..<width).map { column in
      Column(name: nil, content: .numbers((0..<rows).map { tensor[$0 * width + column] }))
    }
    return (columns, width == 0 ? 0 : rows)
  }

  /// Each field name is a column, in order of first appearance.
  private static func columns(ofRecords call: Call, _ records: [Value]) throws -> [Column] {
    try checkCount(call, records.count)
    var names: [String] = []
    var cells: [String: [Value]] = [:]
    for (row, record) in records.enumerated() {
      for index in 0..<record.recordCount {
        let name = call.machine.symbols.name(record.recordKey(index))
        if cells[name] == nil {
          names.append(name)
          cells[name] = [Value](repeating: .nothing, count: records.count)
        }
        cells[name]?[row] = record.recordValue(index)
      }
    }
    return try names.map { name in
      Column(name: name, content: try content(call, cells[name] ?? []) { "`\(name)` of element \($0)" })
    }
  }

  /// The fields of a record: lists, tensors or ranges of equal length.
  private static func columns(ofFields call: Call, _ record: Value) throws -> ([Column], Int) {
    var columns: [Column] = []
    for index in 0..<record.recordCount {
      let name = call.machine.symbols.name(record.recordKey(index))
      columns.append(Column(name: name, content: try content(call, record.recordValue(index), named: name)))
    }
    guard let first = columns.first(where: { $0.content.count != nil }), let count = first.content.count else {
      guard case .others(let words) = columns.first?.content else { return (columns, 0) }
      throw call.refuse("the fields of a record must be lists or tensors [n], but \(words)", hint: "for several records, pass a list: `(r, s)`")
    }
    if let odd = columns.first(where: { $0.content.count.map { $0 != count } ?? false }) {
      throw call.refuse(
        "the fields of a chart must have the same length: `\(first.name ?? "")` has \(counted(count, "value")), `\(odd.name ?? "")` has \(odd.content.count ?? 0)",
        hint: "shorten the longer one: `xs[0:\(min(count, odd.content.count ?? 0))]`")
    }
    return (columns, count)
  }

  /// A list, a tensor [n] or a range as one column.
  static func content(_ call: Call, _ value: Value, named name: String? = nil) throws -> Content {
    let place = name.map { "`\($0)`, element" } ?? "element"
    switch value.tag {
    case .tensor where value.node.type.rank == 1:
      try checkCount(call, value.node.type.count)
      let tensor = try call.engine.value(value.node)
      return .numbers((0..<tensor.count).map { tensor[$0] })
    case .list:
      try checkCount(call, value.listCount)
      return try content(call, value.listItems) { "\(place) \($0)" }
    case .range:
      let count = try call.machine.rangeCount(value)
      try checkCount(call, count)
      return .numbers(try (0..<count).map { try call.machine.rangeElement(value, $0).number ?? .nan })
    default: return .others("\(name.map { "`\($0)`" } ?? "it") is \(call.machine.describe(value))")
    }
  }

  private static func content(_ call: Call, _ values: [Value], place: (Int) -> String) throws -> Content {
    var numbers: [Double] = []
    var texts: [String] = []
    var other: Int?
    var hasNumbers = false
    for (index, value) in values.enumerated() {
      if value.tag == .unknown { throw UnknownValue() }
      let isSingle = value.tag == .tensor && value.node.type.count == 1
      let single = isSingle ? try call.machine.scalar(value) : value
      if let number = single.number {
        numbers.append(number)
        hasNumbers = true
      } else if single.tag == .nothing {
        numbers.append(.nan)
        texts.append("")
      } else if single.tag == .string {
        texts.append(single.string)
      } else {
        other = other ?? index
      }
    }
    // A column with only `nothing` counts as numbers, all of them missing.
    if numbers.count == values.count { return .numbers(numbers) }
    if texts.count == values.count { return .texts(texts) }
    let odd = other ?? values.firstIndex { $0.tag == .string } ?? 0
    let words = "\(place(odd)) is \(call.machine.describe(values[odd]))"
    return hasNumbers ? .mixed(words) : .others(words)
  }

  private static func checkCount(_ call: Call, _ count: Int) throws {
    guard count <= mostPoints else {
      throw call.refuse("a chart can have at most 10,000,000 points, got \(count)", hint: "plot some of them: `x[::100]`")
    }
  }
}
