/// The rows of a table as a model sees them.
package struct CodedRows: Sendable {
  let count: Int
  /// The number of columns of scores, and [count, width] scores; NaN where a cell is missing or a spike.
  let width: Int
  var scores: [Double]
  /// The number of classes of each column of classes, and [count, classCounts.count] classes; -1 where a cell is missing, and
  /// -2 - n where it is one of the set `sets[column][n]`.
  let classCounts: [Int]
  var classes: [Int32]
  var sets: [Int: [[Int]]] = [:]

  func selecting(_ rows: [Int]) -> CodedRows {
    let kinds = classCounts.count
    return CodedRows(
      count: rows.count, width: width, scores: rows.flatMap { scores[$0 * width..<($0 + 1) * width] }, classCounts: classCounts,
      classes: rows.flatMap { classes[$0 * kinds..<($0 + 1) * kinds] }, sets: sets)
  }

  /// The classes that a cell may have; nil if it may have all.
  func set(_ column: Int, _ code: Int32) -> [Int]? { code < -1 ? sets[column]?[Int(-2 - code)] : nil }

  /// Rows with the same missing scores, in order of first appearance.
  struct Pattern {
    let present: [Int]
    let missing: [Int]
    var rows: [Int]
  }

  func patterns() -> [Pattern] {
    var places: [[Bool]: Int] = [:]
    var patterns: [Pattern] = []
    for row in 0..<count {
      let mask = (0..<width).map { scores[row * width + $0].isNaN }
      if let place = places[mask] {
        patterns[place].rows.append(row)
      } else {
        places[mask] = patterns.count
        patterns.append(Pattern(present: (0..<width).filter { !mask[$0] }, missing: (0..<width).filter { mask[$0] }, rows: [row]))
      }
    }
    return patterns
  }
}
