import Diagnostics

// What a private model guarantees, and what it spent its budget on.
extension PrivateTable {
  /// A row for each step: what was measured, how many measurements there were, their share of the budget, and the standard deviation of
  /// the noise of each count.
  package func accounting() throws -> Table {
    let lines = orderedLines
    return try Table([
      Column("step", .text(Texts(lines.map(\.step.rawValue)))), Column("measurements", .whole(lines.map(\.count))),
      Column("rho", .number(lines.map(\.rho))), Column("share", .number(lines.map { $0.rho / account.rho })),
      Column("noise", .number(lines.map { $0.deviation ?? 0 }), gaps: Gaps(lines.map { $0.deviation == nil })),
    ])
  }

  private var orderedLines: [PrivacyAccount.Line] {
    PrivacyAccount.Step.allCases.flatMap { step in account.lines.filter { $0.step == step } }
  }

  /// Without a noisy count of the rows, their number is public.
  private var countIsPublic: Bool { !account.lines.contains { $0.step == .rows } }
  private var neighbours: String {
    countIsPublic
      ? "Two tables are neighbours if they differ in one row, which is left out of all counts in one of them."
      : "Two tables are neighbours if one has a row more than the other."
  }

  /// Such as "(1, 1e-06)-differentially private model of 15 columns, of about 24013 rows".
  package var summary: String {
    "private model of \(counted(columns.count, "column")) and \(countIsPublic ? "" : "about ")\(counted(Int(rows), "row")): "
      + "(\(PrivateTable.short(account.epsilon)), \(PrivateTable.short(account.delta)))-differentially private"
  }

  /// What limits the model, found from noisy numbers only. `delta`: that of everything that is learned from the table.
  package func remarks(delta: Double) -> [String] {
    var remarks: [String] = []
    let pairs = account.lines.filter { $0.step == .pairs }.compactMap(\.deviation).max()
    let noise = pairs ?? account.lines.filter { $0.step != .rows }.compactMap(\.deviation).max() ?? 0
    if noise > rows / PrivateTable.muchNoise {
      remarks.append(
        "the noise of a count, ± \(PrivateTable.short(noise)), is large beside \(countIsPublic ? "" : "about ")\(counted(Int(rows), "row")): more rows, fewer columns, "
          + "`ranges=` or a greater `privacy=` would help")
    }
    if delta * rows > 1 { remarks.append("`delta` is more than 1 divided by the number of rows, which protects too little") }
    let lost = columns.filter { !$0.isModelled && $0.kind != .text }
    for column in lost {
      let advice = column.kind == .category ? "no word is frequent enough" : "its range is hidden by the noise"
      remarks.append("`\(column.name)` is not modelled, \(advice): give `ranges=`, if it is publicly known")
    }
    for column in columns where column.isModelled && column.coverage < PrivateTable.wellCovered {
      remarks.append("about \(Int((100 * (1 - column.coverage)).rounded())) % of the rows have words of `\(column.name)` that are too rare, and never occur")
    }
    return remarks
  }

  /// Noise above this part of the rows hides most of what a table contains.
  private static let muchNoise = 100.0
  private static let wellCovered = 0.9

  /// The account in lines of at most `width` columns of a terminal.
  package func text(width: Int = 80, dim: (String) -> String = { $0 }) -> String {
    let lines = orderedLines
    let rows: [[String]] =
      lines.map { line in
        [
          line.step.rawValue, "\(line.count)", line.deviation.map { "± \(PrivateTable.short($0))" } ?? "",
          "\(PrivateTable.short(100 * line.rho / account.rho)) %",
        ]
      } + [["together", "", "", "\(PrivateTable.short(100 * account.spentRho / account.rho)) %"]]
    let titles = ["what was measured", "times", "noise", "of ρ"]
    let grid = TextGrid(
      columns: titles.indices.map { place in
        TextGrid.Column(
          cells: [TextGrid.Cell(text: titles[place], isDim: true)] + rows.map { TextGrid.Cell(text: $0[place]) }, isRight: place > 0,
          minimum: place == 0 ? 16 : 20)
      })
    let modelled = columns.indices.filter { columns[$0].isModelled }
    let guarantee = [
      neighbours,
      "Between neighbours, the probability of any outcome differs by at most a factor of e^ε, plus δ: a budget of ρ = \(PrivateTable.short(account.rho)) "
        + "of zero-concentrated differential privacy\(account.wordDelta > 0 ? ", with half of δ for words" : "").",
      "Public are \(countIsPublic ? "the number of rows, and " : "")the names and kinds of the columns"
        + (known.isEmpty ? "." : ", and the values of \(TablesErrors.listed(known))."),
      countIsPublic ? "The training of a network on these rows spends a further part of the budget." : "",
      edges.isEmpty ? "" : "Pairs: " + edges.map { "`\(names[$0.parent])`–`\(names[$0.child])`" }.joined(separator: ", ") + ".",
      modelled.count < columns.count ? "Not modelled: \(TablesErrors.listed(columns.filter { !$0.isModelled }.map(\.name)))." : "",
    ].filter { !$0.isEmpty }
    func wrapped(_ text: String) -> String { TextGrid.wrapped(text, width).joined(separator: "\n") }
    let table = grid.lines(grid.fitting(width), width, dim: dim).joined(separator: "\n")
    return ([wrapped(summary), table] + guarantee.map(wrapped) + remarks(delta: account.delta).map { wrapped("note: \($0)") }).joined(separator: "\n")
  }

  /// Three significant digits.
  static func short(_ number: Double) -> String { NumberStyle.printed("%.3g", number) }
}
