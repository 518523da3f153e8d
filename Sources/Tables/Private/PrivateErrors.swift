import Diagnostics

// Errors of private models.
extension TablesErrors {
  package static let budget = DiagnosticID(
    "L0507", "invalid-privacy-budget",
    """
    `privacy=` is the ε of differential privacy: how much a single row may change what is published. It is from 0.001 to 100, and
    gives a strong guarantee below 1, and hardly any above 10. `delta=` is the probability with which the guarantee may fail: from
    1e-15 to 0.01, and much less than 1 divided by the number of rows.
    """,
    wrong: """
      t = table({size: (1, 2, 3, 4), colour: ("red", "blue", "red", "blue")})
      m = train(table_model(privacy=0), t)
      """,
    right: """
      t = table({size: (1, 2, 3, 4), colour: ("red", "blue", "red", "blue")})
      m = train(table_model(privacy=1), t)
      """)

  package static let range = DiagnosticID(
    "L0508", "invalid-public-range",
    """
    `ranges=` is a record of what is publicly known of columns: of numbers, dates and times the least and the greatest value, of a
    category all words. It must not be read from the table itself, or it would reveal what is in it.
    """,
    wrong: """
      t = table({age: (36, 41, 19, 52), colour: ("red", "blue", "red", "blue")})
      m = train(table_model(privacy=1, ranges={age: (120, 0)}), t)
      """,
    right: """
      t = table({age: (36, 41, 19, 52), colour: ("red", "blue", "red", "blue")})
      m = train(table_model(privacy=1, ranges={age: (0, 120), colour: ("red", "blue")}), t)
      """)

  package static let noEntropy = DiagnosticID(
    "L0509", "no-random-noise",
    """
    A private model needs noise that nobody can compute again. Where the program runs, the system gives none. Run it with the
    command `loam`.
    """)

  package static let privacy = [budget, range, noEntropy]

  static func invalidEpsilon(_ epsilon: Double) -> Fault {
    let hint =
      epsilon > PrivacySettings.epsilons.upperBound ? "above 10 there is hardly a guarantee; leave out `privacy` for a model without one" : "try `privacy=1`"
    return Fault(budget, "`privacy` must be a number from 0.001 to 100, got \(epsilon)", hint: hint)
  }

  static func invalidDelta(_ delta: Double) -> Fault {
    Fault(budget, "`delta` must be from 1e-15 to 0.01, got \(delta)", hint: "a value much less than 1 divided by the number of rows, such as 1e-6")
  }

  static func tooLittleBudget(_ epsilon: Double, _ columns: Int) -> Fault {
    Fault(
      budget, "`privacy=\(epsilon)` is too little for \(counted(columns, "column")): the noise of a count would be millions of rows",
      hint: "select fewer columns, or allow a larger value")
  }

  package static func invalidRange(_ name: String, _ what: String) -> Fault {
    Fault(range, "invalid range of column `\(name)`: \(what)", hint: "as in `ranges={age: (0, 120), size: (\"S\", \"M\", \"L\")}`")
  }

  static func textTarget(_ name: String) -> Fault {
    Fault(model, "column `\(name)` cannot be the target: it is free text, which is not modelled", hint: "choose a column of words, numbers or dates")
  }

  package static var noNoise: Fault { Fault(noEntropy, "the system gives no random noise for a private model") }

  static func invalidPrivateValue(_ cell: Cell, _ column: PrivateColumn) -> Fault {
    guard column.isModelled else {
      return Fault(
        model, "column `\(column.name)` is not modelled: it is free text, or hidden by the noise", hint: "leave it out of `given`")
    }
    let text = if case .text(let word) = cell { "\"\(word)\"" } else { cell == .gap ? "a gap" : cell.text }
    let hint =
      column.levels.isEmpty ? nil : Suggestion.hint(for: cell.text, among: column.levels) ?? "its values are \(listed(column.levels))"
    return Fault(model, "column `\(column.name)` is never \(text) in the private model", hint: hint)
  }
}
