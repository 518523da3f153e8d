import Diagnostics

/// A column of several tables in common terms.
struct ComparedColumn: Sendable {
  let name: String
  /// Of the real table.
  let kind: ColumnKind
  /// The levels of all tables, those of the real one first; false and true for booleans; empty for numbers, dates and times.
  let levels: [String]
  /// The cells of each table as numbers: positions of levels, days or seconds; NaN where missing.
  let synthetic: [Double]
  let real: [Double]
  let test: [Double]

  var isDiscrete: Bool { kind == .category || kind == .boolean }

  func cells(_ part: ComparedTables.Part) -> [Double] {
    switch part {
    case .synthetic: synthetic
    case .real: real
    case .test: test
    }
  }

  /// Fails if a column is of another kind than the real one. Whole numbers compare with numbers.
  init(synthetic: Column, real: Column, test: Column?) throws {
    for (column, owner) in [(synthetic, "synthetic"), (test ?? real, "test")]
    where column.kind != real.kind && !(column.kind.isNumeric && real.kind.isNumeric) {
      throw Fault(
        TablesErrors.unlike, "column `\(real.name)` has \(column.kind.plural) in the \(owner) table, but \(real.kind.plural) in the real one",
        hint: "read both files with the same `kinds=`")
    }
    name = real.name
    kind = real.kind
    var levels = real.levels
    var places: [[UInt8]: Int] = [:]
    for (place, level) in levels.enumerated() { places[Array(level.utf8)] = place }
    func numbers(_ column: Column) -> [Double] {
      guard column.kind == .category else { return column.numbers() ?? [] }
      let common = column.levels.map { level -> Double in
        let bytes = Array(level.utf8)
        if let place = places[bytes] { return Double(place) }
        places[bytes] = levels.count
        levels.append(level)
        return Double(levels.count - 1)
      }
      guard case .category(let codes, _) = column.cells else { return [] }
      return codes.indices.map { column.gaps[$0] ? .nan : common[Int(codes[$0])] }
    }
    self.real = numbers(real)
    self.synthetic = numbers(synthetic)
    self.test = test.map(numbers) ?? []
    self.levels = kind == .boolean ? ["false", "true"] : levels
  }
}

/// Synthetic rows, the real rows that they imitate and perhaps further real rows, with the same columns. Free texts are left out.
struct ComparedTables: Sendable {
  enum Part: String, Sendable { case synthetic, real, test }

  let columns: [ComparedColumn]
  let syntheticCount: Int
  let realCount: Int
  /// 0 if there are no test rows.
  let testCount: Int

  static let fewestRows = 20

  init(synthetic: Table, real: Table, test: Table?) throws {
    for (table, owner) in [(synthetic, "synthetic"), (real, "real"), (test ?? real, "test")] where table.count < Self.fewestRows {
      throw Fault(
        TablesErrors.few, "expected at least \(Self.fewestRows) \(owner) rows, got \(table.count)",
        hint: owner == "synthetic" ? "sample more rows" : nil)
    }
    for (table, owner) in [(synthetic, "synthetic"), (test ?? real, "test")] {
      // Free texts are not grown, so synthetic rows need not have them.
      if let absent = real.columns.first(where: { $0.kind != .text && table.position(of: $0.name) == nil }) {
        throw Fault(
          TablesErrors.unlike, "the \(owner) table has no column `\(absent.name)`, which the real one has",
          hint: "its columns are \(TablesErrors.listed(table.names))")
      }
      if let further = table.names.first(where: { real.position(of: $0) == nil }) {
        throw Fault(
          TablesErrors.unlike, "the \(owner) table has a column `\(further)`, which the real one lacks",
          hint: "the columns of the real table are \(TablesErrors.listed(real.names))")
      }
    }
    let compared = real.columns.filter { $0.kind != .text }
    guard !compared.isEmpty else {
      throw Fault(
        TablesErrors.nothingToJudge, "all columns are free text, which is not compared",
        hint: "a column of few words can be read as a category with `kinds=`")
    }
    columns = try compared.map { try ComparedColumn(synthetic: synthetic.column($0.name), real: $0, test: test?.column($0.name)) }
    (syntheticCount, realCount, testCount) = (synthetic.count, real.count, test?.count ?? 0)
  }

  private init(_ columns: [ComparedColumn], of tables: ComparedTables) {
    self.columns = columns
    (syntheticCount, realCount, testCount) = (tables.syntheticCount, tables.realCount, tables.testCount)
  }

  /// These columns only.
  func selecting(_ positions: [Int]) -> ComparedTables { ComparedTables(positions.map { columns[$0] }, of: self) }

  func count(_ part: Part) -> Int {
    switch part {
    case .synthetic: syntheticCount
    case .real: realCount
    case .test: testCount
    }
  }

  /// Rows of these parts below one another, as categories and numbers. Columns can be chosen by position.
  func table(_ parts: [(Part, [Int32])], columns chosen: [Int]? = nil) throws -> Table {
    try Table(
      (chosen ?? Array(columns.indices)).map { position in
        let column = columns[position]
        return ComparedTables.column(
          column,
          cells: parts.flatMap { part, rows in
            let cells = column.cells(part)
            return rows.map { cells[Int($0)] }
          })
      })
  }

  /// A column of cells in common terms.
  static func column(_ column: ComparedColumn, cells: [Double]) -> Column {
    let gaps = Gaps(cells.map(\.isNaN))
    guard column.isDiscrete else { return Column(column.name, .number(cells.map { $0.isNaN ? 0 : $0 }), gaps: gaps) }
    return Column(column.name, .category(cells.map { $0.isNaN ? -1 : Int32($0) }, levels: column.levels), gaps: gaps)
  }
}
