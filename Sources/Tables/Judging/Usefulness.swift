import Diagnostics
import Engine

/// How well boosted trees predict a column of real test rows when trained on synthetic rows ("train on synthetic, test on real", C. Esteban
/// et al., 2017), beside the same trees trained on real rows, and on rows whose columns are shuffled independently, which only know
/// how frequent values are.
struct Usefulness {
  enum Source: CaseIterable { case synthetic, real, shuffled }

  struct Scores {
    /// Of classes.
    var accuracy: Estimate?
    /// Of classes; nil if fewer than two occur in the test rows.
    var area: Estimate?
    /// Of numbers.
    var r2: Estimate?
  }

  private(set) var scores: [(source: Source, scores: Scores)] = []

  /// As many rows as there are; `real` and `synthetic` are best of the same length. All positions are ascending.
  init(
    _ tables: ComparedTables, target: Int, real: [Int32], synthetic: [Int32], test: [Int32], key: RandomKey, replicates: Int, _ workers: Workers
  ) throws {
    let column = tables.columns[target]
    let tested = test.filter { !column.test[Int($0)].isNaN }
    let testTable = try tables.table([(.test, tested)])
    let actual = tested.map { column.test[Int($0)] }
    let classes = try Usefulness.classes(column)
    if tested.count < ComparedTables.fewestRows {
      throw Fault(TablesErrors.few, "expected at least \(ComparedTables.fewestRows) test rows with a known `\(column.name)`, got \(tested.count)")
    }
    // A tree for each class and round: fewer rounds for many classes.
    var settings = TreeSettings()
    settings.rounds = max(20, min(settings.rounds, 300 / max(1, classes?.count ?? 1)))
    for (place, source) in Source.allCases.enumerated() {
      let (part, rows) = source == .synthetic ? (ComparedTables.Part.synthetic, synthetic) : (.real, real)
      var table = try tables.table([(part, rows)])
      if source == .shuffled { table = try Usefulness.shuffled(table, RandomKey(key.bits, 1)) }
      let known = column.cells(part)
      var result = Scores()
      guard rows.contains(where: { !known[Int($0)].isNaN }) else { continue }
      let predictor = try TreePredictor(table, target: column.name, classes: classes, settings, key: RandomKey(key.bits, 2, UInt64(place)), workers)
      if let classes {
        let probabilities = try predictor.probabilities(testTable, workers)
        guard case .classes(let codes, _) = try TreePredictor.values(of: testTable.column(column.name), classes) else { continue }
        let labels = codes.map(Int.init)
        result.accuracy = Usefulness.accuracy(probabilities, labels, classes.count)
        result.area = try Usefulness.area(probabilities, labels, classes.count, RandomKey(key.bits, 3), replicates, workers)
      } else {
        result.r2 = try Usefulness.r2(
          try predictor.numbers(testTable, workers), actual, Resampling(key: RandomKey(key.bits, 3), replicates: replicates), workers)
      }
      scores.append((source, result))
    }
  }

  /// The levels of a target that occur; nil for numbers. Throws if it cannot be predicted.
  static func classes(_ column: ComparedColumn) throws -> [String]? {
    let known = column.real.filter { !$0.isNaN }
    guard let first = known.first, known.contains(where: { $0 != first }) else {
      throw Fault(
        TablesErrors.target,
        known.isEmpty ? "all real cells of column `\(column.name)` are missing" : "all real cells of column `\(column.name)` are the same",
        hint: "choose another column with `target=`")
    }
    guard column.isDiscrete else { return nil }
    var occurs = [Bool](repeating: false, count: column.levels.count)
    for cell in column.real + column.synthetic + column.test where !cell.isNaN { occurs[Int(cell)] = true }
    let classes = column.levels.indices.filter { occurs[$0] }.map { column.levels[$0] }
    guard classes.count <= TreePredictor.classLimit else { throw TreePredictor.tooManyClasses(column.name, classes.count) }
    return classes
  }

  private static func shuffled(_ table: Table, _ key: RandomKey) throws -> Table {
    try Table(
      table.columns.enumerated().map { position, column in
        column.selecting(RandomKey(key.bits, UInt64(position)).permutation(table.count).map(Int.init))
      })
  }

  /// The share of rows whose most probable class, the first of several, is the right one.
  private static func accuracy(_ probabilities: [Double], _ labels: [Int], _ classes: Int) -> Estimate {
    var right = 0
    for (row, label) in labels.enumerated() {
      var best = 0
      for index in 1..<max(1, classes) where probabilities[row * classes + index] > probabilities[row * classes + best] { best = index }
      if best == label { right += 1 }
    }
    return .share(Double(right), of: labels.count)
  }

  /// The AUC of two classes, or the mean of each class against the rest (scikit-learn: `multi_class="ovr", average="macro"`), of
  /// classes that occur. Standard bootstrap of the test rows.
  private static func area(
    _ probabilities: [Double], _ labels: [Int], _ classes: Int, _ key: RandomKey, _ replicates: Int, _ workers: Workers
  ) throws -> Estimate? {
    let ranked = (classes == 2 ? 1..<2 : 0..<classes).compactMap { label -> RankedScores? in
      func scores(_ isPositive: Bool) -> [Double] {
        labels.indices.filter { (labels[$0] == label) == isPositive }.map { probabilities[$0 * classes + label] }
      }
      let ranked = RankedScores(positives: scores(true), negatives: scores(false))
      return ranked.positiveCount > 0 && ranked.negativeCount > 0 ? ranked : nil
    }
    guard !ranked.isEmpty else { return nil }
    let areas = try workers.map(replicates) { replicate in
      ranked.enumerated().reduce(0) { sum, next in
        sum + next.element.area(Resampling(key: RandomKey(key.bits, UInt64(next.offset)), replicates: replicates), replicate: replicate)
      } / Double(ranked.count)
    }
    return .bootstrap(ranked.reduce(0) { $0 + $1.area() } / Double(ranked.count), areas, within: 0...1)
  }

  /// The coefficient of determination, 1 - squared error / squared deviation from the mean. Standard bootstrap of the test rows.
  private static func r2(_ predicted: [Double], _ actual: [Double], _ resampling: Resampling, _ workers: Workers) throws -> Estimate {
    // Divided by the largest, so that squares of huge numbers are finite.
    let largest = max(1e-300, actual.reduce(0) { max($0, abs($1)) })
    func r2(_ weights: [Double]) -> Double {
      var (weight, sum, error, deviation) = (0.0, 0.0, 0.0, 0.0)
      for row in actual.indices {
        weight += weights[row]
        sum += weights[row] * actual[row] / largest
      }
      let mean = sum / weight
      for row in actual.indices {
        let (miss, distance) = (predicted[row] / largest - actual[row] / largest, actual[row] / largest - mean)
        error += weights[row] * miss * miss
        deviation += weights[row] * distance * distance
      }
      return deviation > 0 ? 1 - error / deviation : .nan
    }
    let replicates = try workers.map(resampling.replicates) { r2(resampling.weights(actual.count, stratum: 0, replicate: $0)) }
    return .bootstrap(r2([Double](repeating: 1, count: actual.count)), replicates, within: -.infinity...1)
  }
}
