import Engine
import Library
import Machine
import Tensors

// The report that `report` of the Prelude makes.
extension Display {
  private static let content = Parameter("content", .any, "a record of the subject, measures, notes, pictures, examples and columns")

  static let reports: [Builtin] = [
    Builtin(
      "_report", "A report as a value that prints as a table and that `save` writes as a page", [content],
      examples: [
        Example(
          "r = _report({subject: \"m\", measures: (), notes: (\"Few.\",), pictures: (), examples: nothing, columns: ()})\nprint(r)",
          "report of m\n  value  95 % interval  for comparison  best\nFew.")
      ], whenChecked: .run
    ) { call in
      let content = try Fields(call, call[content])
      let machine = call.machine
      return machine.make(
        foreign: ReportValue(
          Report(
            subject: try content.text("subject"), seed: machine.seed, measures: try content.items("measures").map(measure),
            notes: try content.list("notes").map { try machine.text($0) }, pictures: try content.items("pictures").map(pictures),
            rows: try rows(content))))
    }
  ]

  private static func measure(_ fields: Fields) throws -> Report.Measure {
    Report.Measure(
      name: try fields.text("name"), title: try fields.text("title"), meaning: try fields.text("meaning"), value: try fields.number("value"),
      low: try fields.number("low"),
      high: try fields.number("high"), reference: try fields.value("reference").tag == .nothing ? nil : fields.number("reference"),
      what: try fields.text("what"), best: try fields.text("best"), shown: try fields.text("shown"), range: try fields.text("range"),
      comparison: try fields.text("comparison"))
  }

  private static func pictures(_ fields: Fields) throws -> Report.Pictures {
    Report.Pictures(
      section: try fields.text("section"), title: try fields.text("title"), words: try fields.text("words"), images: try fields.tensor("images"),
      columns: max(1, Int(try fields.number("columns"))))
  }

  /// The names of the columns, and below them some samples.
  private static func rows(_ fields: Fields) throws -> [[String]] {
    guard try fields.value("examples").tag == .tensor else { return [] }
    let examples = try fields.tensor("examples")
    let (count, width) = (examples.shape[0], examples.shape.dropFirst().reduce(1, *))
    let names = try fields.list("columns").map { try fields.call.machine.text($0) }
    let head = (0..<width).map { $0 < names.count ? names[$0] : "column \($0)" }
    return [head]
      + (try (0..<count).map { row in
        try (0..<width).map { try fields.call.machine.formatted(Value(examples[row * width + $0]), ".4g") }
      })
  }
}

/// The fields of a record, of expected types.
private struct Fields {
  let call: Call
  private let record: Value

  init(_ call: Call, _ record: Value) throws {
    guard record.tag == .record else { throw call.refuse("`_report` expects records, got \(call.machine.describe(record))") }
    self.call = call
    self.record = record
  }

  func value(_ name: String) throws -> Value {
    guard let value = call.machine.symbols.existing(name).flatMap({ record.recordField($0) }) else {
      throw call.refuse("`_report`: the record has no field `\(name)`")
    }
    if value.tag == .unknown { throw UnknownValue() }
    return value
  }

  func text(_ name: String) throws -> String { try call.machine.text(value(name)) }

  func number(_ name: String) throws -> Double {
    guard let number = try call.machine.scalar(value(name)).number else { throw call.refuse("`_report`: `\(name)` must be a number") }
    return number
  }

  func tensor(_ name: String) throws -> Tensor {
    let value = try value(name)
    guard value.tag == .tensor else { throw call.refuse("`_report`: `\(name)` must be a tensor") }
    return try call.engine.value(value.node)
  }

  func list(_ name: String) throws -> [Value] {
    let value = try value(name)
    guard value.tag == .list else { throw call.refuse("`_report`: `\(name)` must be a list") }
    return value.listItems
  }

  func items(_ name: String) throws -> [Fields] { try list(name).map { try Fields(call, $0) } }
}
