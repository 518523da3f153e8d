import Diagnostics

extension TableMixture {
  /// What the model learned, in lines of at most `width` terminal columns: how it sees each column, the number of components and how
  /// it was chosen. At most `limit` columns of the table. `dim` is applied to headings.
  package func text(width: Int = 80, limit: Int = 100, dim: (String) -> String = { $0 }) -> String {
    let width = max(TextGrid.narrowest, width)
    let shown = coding.names.indices.prefix(limit)
    func column(_ title: String, minimum: Int, _ texts: [String]) -> TextGrid.Column {
      TextGrid.Column(cells: ([title] + texts).enumerated().map { TextGrid.Cell(text: $1, isDim: $0 == 0) }, minimum: minimum)
    }
    let grid = TextGrid(columns: [
      column("column", minimum: 16, shown.map { CellTexts.name(coding.names[$0]) }),
      column("kind", minimum: 8, shown.map { coding.kinds[$0].rawValue }),
      column("modelled as", minimum: 20, shown.map { coding.text(of: $0) }),
    ])
    var lines = grid.lines(grid.fitting(width), width, dim: dim)
    if shown.count < coding.names.count { lines.append(dim("… with \(counted(coding.names.count - shown.count, "more column"))")) }
    return (lines + TextGrid.wrapped(remark, width)).joined(separator: "\n")
  }

  private var remark: String {
    var text = counted(components, "component")
    if let best = TableMixture.best(of: tried) {
      let score = CellTexts.text(.number(best.logLikelihood))
      text += "; of the numbers that were tried (\(tried.map { "\($0.components)" }.joined(separator: ", "))), "
      text += "\(best.components) had the highest mean log-likelihood of rows that were left out (\(score))"
      if components != best.components { text += "; several mixtures of about this size were joined" }
    }
    let patterns = coding.patterns.masks.count - 1
    return text + (patterns > 0 ? "; \(counted(patterns, "pattern")) of gaps." : ".")
  }
}

extension TableCoding {
  /// How a column is seen: `numbers from 32.1 to 59.6 in steps of 0.1`, `3 classes`.
  fileprivate func text(of column: Int) -> String {
    if let rule = dependencies.rules[column] { return "follows from \(CellTexts.name(names[rule.source]))" }
    switch codings[column] {
    case .none: return "left out: new rows have gaps"
    case .classes(let cells):
      if cells.count == 1 { return "always \(CellTexts.text(cells[0]))" }
      return kinds[column] == .category || kinds[column] == .boolean ? "\(cells.count) classes" : "\(cells.count) values, as classes"
    case .scores(let quantiles, let spikes):
      func written(_ number: Double) -> String { CellTexts.text(ColumnCoding.cell(number, kinds[column])) }
      var text = "\(written(quantiles.values[0])) to \(written(quantiles.values[quantiles.values.count - 1]))"
      if let step = quantiles.step, kinds[column] == .number || step != 1, kinds[column].isNumeric {
        text += " in steps of \(CellTexts.text(.number(step)))"
      }
      return spikes.isEmpty ? text : text + "; often \(spikes.map(written).joined(separator: ", "))"
    }
  }
}
