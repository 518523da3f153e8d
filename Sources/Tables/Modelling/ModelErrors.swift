import Diagnostics

// Errors of models of tables.
extension TablesErrors {
  package static let kind = DiagnosticID(
    "L0525", "wrong-kind-of-column",
    """
    A column of the table has another kind of cells than is needed here: a model that learned from numbers cannot read words,
    for example. `describe(t)` shows the kinds; `csv(file, kinds={age: "number"})` chooses them.
    """,
    wrong: """
      t = table({size: (1.5, 2.5, 3.5), colour: ("red", "blue", "red")})
      m = train(table_model(), t)
      print(nll(m, table({size: ("small", "large"), colour: ("red", "blue")})))
      """,
    right: """
      t = table({size: (1.5, 2.5, 3.5), colour: ("red", "blue", "red")})
      m = train(table_model(), t)
      print(nll(m, table({size: (1.0, 2.0), colour: ("red", "blue")})) > 0)
      """)

  package static let model = DiagnosticID(
    "L0526", "no-table-to-model",
    """
    A model of tables cannot use these values: the table has no rows or only free text, or a given value does not occur in the
    column that the model learned. `describe(t)` shows what is in each column.
    """,
    wrong: """
      t = table({size: (1.5, 2.5, 3.5), colour: ("red", "blue", "red")})
      m = train(table_model(), t)
      print(sample(m, 2, given={colour: "green"}))
      """,
    right: """
      t = table({size: (1.5, 2.5, 3.5), colour: ("red", "blue", "red")})
      m = train(table_model(), t)
      print(sample(m, 2, given={colour: "blue"}))
      """)

  package static let models = [kind, model]

  static func nothingToModel(_ what: String) -> Fault { Fault(model, "nothing can be learned: \(what)", hint: "`describe(t)` shows what is in each column") }

  static func tooManyRows(_ count: Int) -> Fault {
    Fault(model, "\(count) rows do not fit in memory", hint: "sample them in parts, and save each")
  }

  static func invalidValue(_ cell: Cell, _ name: String, _ coding: ColumnCoding) -> Fault {
    let text = if case .text(let word) = cell { "\"\(word)\"" } else { cell == .gap ? "a gap" : cell.text }
    switch coding {
    case .scores: return Fault(model, "column `\(name)` cannot be \(text): expected a number, or a date as text")
    case .classes(let cells):
      let hint = Suggestion.hint(for: cell.text, among: cells.map(\.text)) ?? "its values are \(listed(cells.map(\.text)))"
      return Fault(model, "column `\(name)` is never \(text) in the table that the model learned", hint: hint)
    case .none: return Fault(model, "column `\(name)` is not modelled: it is free text or empty", hint: "leave it out of `given`")
    }
  }

  static func wrongKind(_ name: String, _ found: ColumnKind, expected: ColumnKind) -> Fault {
    Fault(
      kind, "column `\(name)` has \(found.plural), expected \(expected.plural)",
      hint: "choose the kind when reading: `csv(file, kinds={\(name): \"\(expected.rawValue)\"})`")
  }
}
