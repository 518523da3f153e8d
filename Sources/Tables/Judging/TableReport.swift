import Diagnostics
import Engine

/// What synthetic rows are worth: how valid, alike, useful and private they are, beside the real rows they imitate.
package struct TableReport: Sendable {
  package struct Row: Sendable, Equatable {
    package let measure: TableMeasure
    /// Empty for the whole table, a column, or a pair of columns; the target of a prediction.
    package let columns: [String]
    package let estimate: Estimate
  }

  package private(set) var rows: [Row] = []
  /// What was left out or sampled, and why, in sentences.
  package private(set) var notes: [String] = []

  /// A report of these rows.
  package init(rows: [Row], notes: [String]) {
    self.rows = rows
    self.notes = notes
  }

  /// The first measure of a whole table.
  package func estimate(_ measure: TableMeasure, _ columns: String...) -> Estimate? {
    rows.first { $0.measure == measure && (columns.isEmpty || $0.columns == columns) }?.estimate
  }

  /// Compares `synthetic` rows with the `real` rows that they were learnt from and `test` rows that were held out. Without test rows,
  /// usefulness and most of privacy are left out. `target` is the column to predict; by default the last column of categories.
  /// `constraints` says for each synthetic row whether the constraints hold.
  ///
  /// The same tables, key and limits give the same report for any number of threads.
  ///
  /// Throws if the columns differ, a table has fewer than 20 rows, all columns are free text, or the target is unknown or cannot be predicted.
  package init(
    synthetic: Table, real: Table, test: Table? = nil, target: String? = nil, constraints: [Bool]? = nil, limits: TableReportLimits = .init(),
    key: RandomKey, _ workers: Workers
  ) throws {
    let target = try TableReport.target(target, of: real)
    let all = try ComparedTables(synthetic: synthetic, real: real, test: test)
    let tables = limits.chosenColumns(all, target: target, key)
    if tables.columns.count < all.columns.count {
      notes.append("Columns: \(tables.columns.count) of \(all.columns.count), chosen at random.")
    }
    let texts = real.columns.filter { $0.kind == .text }.map(\.name)
    if !texts.isEmpty { notes.append("Free texts are not compared: \(TablesErrors.listed(texts)).") }
    try addValidity(tables, constraints, workers)
    try addSimilarities(tables, limits, RandomKey(key.bits, 1), workers)
    try addDetection(tables, limits, RandomKey(key.bits, 2), workers)
    // A single column cannot be predicted from others.
    if let place = tables.columns.firstIndex(where: { $0.name == target }), test != nil, tables.columns.count > 1 {
      try addUsefulness(tables, target: place, limits, RandomKey(key.bits, 3), workers)
    }
    try addPrivacy(tables, limits, RandomKey(key.bits, 4), workers)
    if test == nil { notes.append("Without `test=` rows, which the model has not seen, usefulness and memorised rows cannot be judged.") }
  }

  /// The column to predict; nil if there is none.
  private static func target(_ name: String?, of real: Table) throws -> String? {
    if let name {
      let column = try real.column(name)
      _ = try TreePredictor.classes(of: column)
      return name
    }
    func varies(_ column: Column) -> Bool { Set((column.numbers() ?? []).lazy.filter { !$0.isNaN }.prefix(100_000)).count > 1 }
    func isUsable(_ column: Column) -> Bool { column.kind != .text && column.levels.count <= TreePredictor.classLimit && varies(column) }
    return
      (real.columns.last { $0.kind == .category && isUsable($0) } ?? real.columns.last { $0.kind == .boolean && isUsable($0) }
      ?? real.columns.last(where: isUsable))?.name
  }

  private mutating func add(_ measure: TableMeasure, _ estimate: Estimate?, of columns: [String] = []) {
    if let estimate { rows.append(Row(measure: measure, columns: columns, estimate: estimate)) }
  }

  private mutating func addValidity(_ tables: ComparedTables, _ constraints: [Bool]?, _ workers: Workers) throws {
    let validity = try Validity(tables, constraints: constraints, workers)
    let count = tables.syntheticCount
    add(.validRows, .share(Double(validity.rows.count { $0 }), of: count))
    if let constraints { add(.constraints, .share(Double(constraints.count { $0 }), of: count)) }
    for (column, invalid) in zip(tables.columns, validity.invalidCells) where invalid > 0 {
      add(.validCells, .share(Double(count - invalid), of: count), of: [column.name])
    }
  }

  private mutating func addSimilarities(_ tables: ComparedTables, _ limits: TableReportLimits, _ key: RandomKey, _ workers: Workers) throws {
    let most = limits.rows(columns: tables.columns.count)
    let pairColumns = limits.pairColumns(tables.columns.count, key)
    let similarities = try Similarities(
      tables, real: sampled(tables, .real, most, "Shapes and trends", key), synthetic: sampled(tables, .synthetic, most, "Shapes and trends", key),
      pairColumns: pairColumns, Resampling(key: RandomKey(key.bits, 1), replicates: limits.replicates), workers)
    if pairColumns.count < tables.columns.count { notes.append("Trends: the pairs of \(pairColumns.count) columns, chosen at random.") }
    func name(_ column: Int) -> String { tables.columns[column].name }
    add(.meanShape, similarities.meanShape)
    for (column, estimate) in similarities.shapes {
      add(tables.columns[column].isDiscrete ? .categoryShape : .numberShape, estimate, of: [name(column)])
    }
    for (column, estimate) in similarities.gaps { add(.gaps, estimate, of: [name(column)]) }
    add(.meanTrend, similarities.meanTrend)
    for (pair, estimate) in similarities.trends {
      let isDiscrete = tables.columns[pair.first].isDiscrete || tables.columns[pair.second].isDiscrete
      add(isDiscrete ? .contingency : .correlation, estimate, of: [name(pair.first), name(pair.second)])
    }
  }

  private mutating func addDetection(_ tables: ComparedTables, _ limits: TableReportLimits, _ key: RandomKey, _ workers: Workers) throws {
    let count = min(tables.realCount, tables.syntheticCount, limits.detectionRows(columns: tables.columns.count))
    add(
      .detection,
      try TwoSampleTest.area(
        tables, real: sampled(tables, .real, count, "Two-sample test", key),
        synthetic: sampled(tables, .synthetic, count, "Two-sample test", key), key: RandomKey(key.bits, 1), replicates: limits.replicates,
        workers))
  }

  private mutating func addUsefulness(
    _ tables: ComparedTables, target: Int, _ limits: TableReportLimits, _ key: RandomKey, _ workers: Workers
  ) throws {
    let classes = try Usefulness.classes(tables.columns[target])?.count ?? 1
    let count = min(tables.realCount, tables.syntheticCount, limits.trainingRows(columns: tables.columns.count, classes: classes))
    let usefulness = try Usefulness(
      tables, target: target, real: sampled(tables, .real, count, "Training", key),
      synthetic: sampled(tables, .synthetic, count, "Training", key),
      test: sampled(tables, .test, limits.rows(columns: tables.columns.count), "Training", key), key: RandomKey(key.bits, 1),
      replicates: limits.replicates, workers)
    let name = [tables.columns[target].name]
    for (source, scores) in usefulness.scores {
      let measures: (TableMeasure, TableMeasure, TableMeasure) =
        switch source {
        case .synthetic: (.accuracyOfSynthetic, .areaOfSynthetic, .r2OfSynthetic)
        case .real: (.accuracyOfReal, .areaOfReal, .r2OfReal)
        case .shuffled: (.accuracyOfShuffled, .areaOfShuffled, .r2OfShuffled)
        }
      add(measures.0, scores.accuracy, of: name)
      add(measures.1, scores.area, of: name)
      add(measures.2, scores.r2, of: name)
    }
  }

  private mutating func addPrivacy(_ tables: ComparedTables, _ limits: TableReportLimits, _ key: RandomKey, _ workers: Workers) throws {
    let columns = tables.columns.count
    var (queries, references): ([ComparedTables.Part: [Int32]], [ComparedTables.Part: [Int32]]) = ([:], [:])
    for part in [ComparedTables.Part.synthetic, .real, .test] {
      queries[part] = sampled(tables, part, limits.privacyRows(columns: columns), "Distances from", key)
      references[part] = sampled(tables, part, limits.rows(columns: columns), "Distances to", key)
    }
    let testCount = references[.test]?.count ?? 0
    let matched = Privacy.matched(references[.real] ?? [], testCount > 0 ? testCount : tables.realCount, RandomKey(key.bits, 2))
    let privacy = try Privacy(
      tables, .init(queries: queries, references: references, matched: matched), key: RandomKey(key.bits, 1), replicates: limits.replicates, workers)
    add(.copies, privacy.copies)
    add(.copiesAmongTest, privacy.heldOut?.copies)
    add(.distanceToTraining, privacy.distanceToTraining)
    add(.distanceToTest, privacy.heldOut?.distance)
    add(.nearerToTraining, privacy.heldOut?.nearerToTraining)
    add(.membership, privacy.heldOut?.membership)
  }

  /// At most so many rows, chosen at random, ascending; a note says so.
  private mutating func sampled(_ tables: ComparedTables, _ part: ComparedTables.Part, _ most: Int, _ what: String, _ key: RandomKey) -> [Int32] {
    let count = tables.count(part)
    guard count > most else { return (0..<Int32(count)).map { $0 } }
    notes.append("\(what): \(most) of \(count) \(part.rawValue) rows, chosen at random.")
    return RandomKey(key.bits, UInt64(most)).permutation(count).prefix(most).sorted()
  }
}
