import Diagnostics
import Engine

/// Boosted trees that predict a column of a table from the others, free texts aside.
package struct TreePredictor: Sendable {
  /// The classes of a column of categories or booleans; nil for one of numbers, dates or times.
  package let classes: [String]?
  package let target: String
  private let features: TreeFeatures
  private let trees: BoostedTrees

  /// The most classes. Each has a tree in every round.
  package static let classLimit = 100

  /// Trains on the rows whose target is known. `classes` is the order of the classes; by default that of the column. Throws if
  /// there is no such column, or it cannot be predicted: a text, too many classes, or no cells.
  package init(
    _ table: Table, target: String, classes: [String]? = nil, _ settings: TreeSettings = .init(), key: RandomKey, _ workers: Workers
  ) throws {
    let column = try table.column(target)
    self.target = target
    self.classes = column.kind == .category && classes != nil ? classes : try TreePredictor.classes(of: column)
    features = try TreeFeatures(table, without: target, workers)
    let known = (0..<column.count).filter { !column.gaps[$0] }.map(Int32.init)
    guard !known.isEmpty else {
      throw Fault(TablesErrors.target, "all cells of column `\(target)` are missing", hint: "choose another target")
    }
    trees = try BoostedTrees(
      try features.rows(of: table, workers), try TreePredictor.values(of: column, self.classes), on: known, settings, key: key, workers)
  }

  /// The classes of a target; nil for numbers.
  package static func classes(of column: Column) throws -> [String]? {
    switch column.cells {
    case .boolean: return ["false", "true"]
    case .category(_, let levels):
      guard levels.count <= classLimit else { throw tooManyClasses(column.name, levels.count) }
      return levels
    case .text:
      throw Fault(
        TablesErrors.target, "column `\(column.name)` is free text, which cannot be predicted",
        hint: "choose a column of categories or numbers as the target")
    default: return nil
    }
  }

  static func tooManyClasses(_ column: String, _ count: Int) -> Fault {
    Fault(
      TablesErrors.target, "column `\(column)` has \(count) categories, at most \(classLimit) can be predicted",
      hint: "choose a column of fewer categories as the target")
  }

  /// The cells of a column as targets. Missing cells and other classes have no meaning.
  package static func values(of column: Column, _ classes: [String]?) throws -> BoostedTrees.Target {
    guard let classes else { return .numbers((column.numbers() ?? []).map { $0.isNaN ? 0 : $0 }) }
    switch column.cells {
    case .boolean(let cells): return .classes(cells.map { $0 ? 1 : 0 }, count: classes.count)
    case .category(let codes, let levels):
      let places = levels.map { level in Int32(classes.firstIndex { $0.utf8.elementsEqual(level.utf8) } ?? 0) }
      return .classes(codes.indices.map { column.gaps[$0] ? 0 : places[Int(codes[$0])] }, count: classes.count)
    default:
      throw Fault(
        TablesErrors.unlike, "expected categories in column `\(column.name)`, got \(column.kind.plural)",
        hint: "read both files with the same `kinds=`")
    }
  }

  /// The probabilities of the classes, row by row, for a table with the same columns; the target may lack.
  package func probabilities(_ table: Table, _ workers: Workers) throws -> [Double] {
    try trees.probabilities(try features.rows(of: table, workers), on: (0..<Int32(table.count)).map { $0 }, workers)
  }

  /// The predicted numbers.
  package func numbers(_ table: Table, _ workers: Workers) throws -> [Double] {
    try trees.numbers(try features.rows(of: table, workers), on: (0..<Int32(table.count)).map { $0 }, workers)
  }
}
