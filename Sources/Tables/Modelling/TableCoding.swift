import Engine

/// How a model sees the rows of a table: each column as scores or classes, and which cells are missing together as a class.
package struct TableCoding: Sendable, Equatable {
  package let names: [String]
  package let kinds: [ColumnKind]
  /// The levels of each column; empty unless it is a category.
  package let levels: [[String]]
  package let codings: [ColumnCoding]
  let dependencies: Dependencies
  let patterns: GapPatterns
  /// The columns of the table behind those of `CodedRows`.
  let scoreColumns: [Int]
  let classColumns: [Int]
  /// The place of each column of the table among those of classes; nil if it is not one of them.
  let classPlaces: [Int?]

  package init(_ table: Table) {
    var codings = table.columns.map { ColumnCoding($0) }
    // Numbers of few values may follow from another column, as years of education from its name; only then are they classes.
    let discrete = zip(table.columns, codings).map { column, coding -> ColumnCoding in
      if case .scores = coding { ColumnCoding(valuesOf: column, atMost: 64) } else { coding }
    }
    let codes = zip(table.columns, discrete).map { column, coding in
      if case .classes = coding { TableCoding.codes(of: column, coding) } else { [Int32]() }
    }
    let sources = codings.indices.filter { if case .classes = codings[$0] { true } else { false } }
    let dependencies = Dependencies(
      codes, discrete.map { if case .classes(let cells) = $0 { cells.count } else { 0 } }, sources: sources, rows: table.count)
    for target in dependencies.rules.keys { codings[target] = discrete[target] }
    self.init(
      names: table.names, kinds: table.columns.map(\.kind), levels: table.columns.map(\.levels), codings: codings, dependencies: dependencies,
      patterns: GapPatterns(table.columns, rows: table.count))
  }

  init(
    names: [String], kinds: [ColumnKind], levels: [[String]], codings: [ColumnCoding], dependencies: Dependencies, patterns: GapPatterns
  ) {
    self.names = names
    self.kinds = kinds
    self.levels = levels
    self.codings = codings
    self.dependencies = dependencies
    self.patterns = patterns
    scoreColumns = codings.indices.filter { if case .scores = codings[$0] { true } else { false } }
    let classColumns = codings.indices.filter { codings[$0].classCount > 0 && dependencies.rules[$0] == nil }
    self.classColumns = classColumns
    var places = [Int?](repeating: nil, count: codings.count)
    for (place, index) in classColumns.enumerated() { places[index] = place }
    classPlaces = places
  }

  /// Of the columns of classes, and of the patterns of gaps, which are the last.
  var classCounts: [Int] { classColumns.map { codings[$0].classCount } + [patterns.masks.count] }

  /// The columns of classes that are words or booleans, by their place.
  var strata: [Int] { classColumns.indices.filter { kinds[classColumns[$0]] == .category || kinds[classColumns[$0]] == .boolean } }

  // MARK: Rows of a table as the model sees them

  /// The rows as a model learns them: ties of numbers are broken at random, and gaps are facts.
  func learned(_ table: Table, _ key: RandomKey) throws -> CodedRows {
    try coded(table) { key.uniform(UInt32(truncatingIfNeeded: $0), UInt32(truncatingIfNeeded: $1)) }
  }

  /// The rows as a trained model sees them: gaps are only unknown. Throws if the table lacks a column, or has one of another kind.
  func coded(_ table: Table) throws -> CodedRows { try coded(table, tie: nil) }

  private func coded(_ table: Table, tie: ((_ row: Int, _ column: Int) -> Double)?) throws -> CodedRows {
    let columns = try table.columns(names, kinds)
    let (width, kinds) = (scoreColumns.count, classCounts.count)
    var scores = [Double](repeating: .nan, count: table.count * width)
    var classes = [Int32](repeating: -1, count: table.count * kinds)
    for (place, index) in scoreColumns.enumerated() {
      guard case .scores(let quantiles, let spikes) = codings[index] else { continue }
      let (column, frequent) = (columns[index], Set(spikes))
      for row in 0..<table.count where !column.gaps[row] {
        let number = ColumnCoding.number(column[row])
        if !frequent.contains(number) { scores[row * width + place] = quantiles.score(number, tie: tie?(row, index) ?? 0.5) }
      }
    }
    for (place, index) in classColumns.enumerated() {
      for (row, code) in TableCoding.codes(of: columns[index], codings[index]).enumerated() { classes[row * kinds + place] = code }
    }
    var rows = CodedRows(count: table.count, width: width, scores: scores, classCounts: classCounts, classes: classes, sets: sets)
    for (target, rule) in dependencies.first { infer(&rows, TableCoding.codes(of: columns[target], codings[target]), rule) }
    if tie != nil {
      for row in 0..<table.count { rows.classes[(row + 1) * kinds - 1] = patterns.code(columns.map { $0.gaps[row] }) }
    }
    return rows
  }

  /// The classes of each source of a dependency that have one of the classes that follow.
  private var sets: [Int: [[Int]]] {
    var sets: [Int: [[Int]]] = [:]
    for (target, rule) in dependencies.first {
      guard let place = classPlaces[rule.source] else { continue }
      sets[place] = (0..<codings[target].classCount).map { code in rule.classes.indices.filter { Int(rule.classes[$0]) == code } }
    }
    return sets
  }

  /// Where the source of a dependency is missing, but not what follows: what the source can be.
  private func infer(_ rows: inout CodedRows, _ codes: [Int32], _ rule: Dependencies.Rule) {
    guard let place = classPlaces[rule.source], let sets = rows.sets[place] else { return }
    let kinds = rows.classCounts.count
    for row in 0..<rows.count where rows.classes[row * kinds + place] == -1 && codes[row] >= 0 && Int(codes[row]) < sets.count {
      let possible = sets[Int(codes[row])]
      rows.classes[row * kinds + place] = possible.count == 1 ? Int32(possible[0]) : possible.isEmpty ? -1 : -2 - codes[row]
    }
  }

  /// The classes of a column's cells; -1 for gaps and for cells that were not in the table that the coding was made of.
  static func codes(of column: Column, _ coding: ColumnCoding) -> [Int32] {
    switch coding {
    case .none: return []
    case .scores(_, let spikes):
      let places = Dictionary(uniqueKeysWithValues: spikes.enumerated().map { ($1, Int32($0)) })
      return (0..<column.count).map { column.gaps[$0] ? -1 : places[ColumnCoding.number(column[$0])] ?? Int32(spikes.count) }
    case .classes(let cells):
      // Words that differ only in how their characters are composed are equal.
      let places = Dictionary(cells.enumerated().map { ($1, Int32($0)) }) { first, _ in first }
      if case .category(let codes, let levels) = column.cells {
        let known = levels.map { places[.text($0)] ?? -1 }
        return codes.map { $0 < 0 ? -1 : known[Int($0)] }
      }
      return (0..<column.count).map { places[column[$0]] ?? -1 }
    }
  }
}
