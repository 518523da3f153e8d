/// The column of classes that says most about the others, such as the species of a penguin: each component of a mixture belongs to one
/// of its classes, so that what can be learned about the column from new rows is as sharp as from the old ones.
struct Stratum: Sendable {
  /// The place of the column among those of classes.
  let column: Int
  /// How many components each class has.
  let components: [Int]

  /// Nil if no column of words or booleans has two to ten classes with enough rows each, or there are fewer components than classes.
  init?(_ data: CodedRows, candidates: [Int], components count: Int) {
    let kinds = data.classCounts.count
    var best: (column: Int, score: Double, sizes: [Int])?
    for column in candidates where (2...10).contains(data.classCounts[column]) && data.classCounts[column] <= count {
      var sizes = [Int](repeating: 0, count: data.classCounts[column])
      for row in 0..<data.count where data.classes[row * kinds + column] >= 0 { sizes[Int(data.classes[row * kinds + column])] += 1 }
      guard sizes.allSatisfy({ $0 >= max(8, data.count / 50) }) else { continue }
      let score = Stratum.association(data, column)
      if score > best?.score ?? -1 { best = (column, score, sizes) }
    }
    guard let best else { return nil }
    column = best.column
    // One each, then as seats are given to parties by the method of D'Hondt.
    var components = [Int](repeating: 1, count: best.sizes.count)
    for _ in best.sizes.count..<max(count, best.sizes.count) {
      let next = components.indices.max { Double(best.sizes[$0]) / Double(components[$0]) < Double(best.sizes[$1]) / Double(components[$1]) }
      components[next ?? 0] += 1
    }
    self.components = components
  }

  /// The class of each component.
  var classes: [Int] { components.indices.flatMap { [Int](repeating: $0, count: components[$0]) } }

  /// The mean over the other columns of how much of their variation follows from this one: the correlation ratio of scores, and of
  /// classes the tau of L. Goodman and W. Kruskal, Measures of association for cross classifications, JASA 1954.
  private static func association(_ data: CodedRows, _ column: Int) -> Double {
    let (kinds, levels) = (data.classCounts.count, data.classCounts[column])
    var (sum, count) = (0.0, 0)
    for score in 0..<data.width {
      var (sizes, sums, squares) = ([Double](repeating: 0, count: levels), [Double](repeating: 0, count: levels), 0.0)
      for row in 0..<data.count {
        let (level, value) = (Int(data.classes[row * kinds + column]), data.scores[row * data.width + score])
        guard level >= 0, !value.isNaN else { continue }
        sizes[level] += 1
        sums[level] += value
        squares += value * value
      }
      let (total, mean) = (sizes.reduce(0, +), sums.reduce(0, +) / max(sizes.reduce(0, +), 1))
      let variation = squares - total * mean * mean
      let between = (0..<levels).reduce(0.0) { $0 + (sizes[$1] > 0 ? sums[$1] * sums[$1] / sizes[$1] : 0) } - total * mean * mean
      if variation > 1e-9 {
        sum += between / variation
        count += 1
      }
    }
    // The last column is that of the patterns of gaps.
    for other in 0..<kinds - 1 where other != column {
      let width = data.classCounts[other]
      var table = [Double](repeating: 0, count: levels * width)
      for row in 0..<data.count {
        let (level, code) = (Int(data.classes[row * kinds + column]), Int(data.classes[row * kinds + other]))
        if level >= 0, code >= 0 { table[level * width + code] += 1 }
      }
      let total = max(table.reduce(0, +), 1)
      let columns = (0..<width).map { code in (0..<levels).reduce(0.0) { $0 + table[$1 * width + code] } / total }
      let concentration = columns.reduce(0) { $0 + $1 * $1 }
      let within = (0..<levels).reduce(0.0) { sum, level in
        let row = table[level * width..<(level + 1) * width]
        let size = row.reduce(0, +)
        return size > 0 ? sum + row.reduce(0) { $0 + $1 * $1 } / size / total : sum
      }
      if concentration < 1 - 1e-9 {
        sum += (within - concentration) / (1 - concentration)
        count += 1
      }
    }
    return count == 0 ? 0 : sum / Double(count)
  }
}
