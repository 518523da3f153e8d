/// The cells of one or more columns, counted in bins of equal width or by level: the data of a bar chart.
package struct ColumnBins: Sendable, Equatable {
  package enum Axis: Sendable, Equatable {
    /// The bounds of the bins, one more than there are bins, in the unit of `Column.numbers()`. A bin contains its lower bound,
    /// the last one both. Those of whole numbers and dates are
    /// halfway between two if the bins are small.
    case bounds([Double], kind: ColumnKind)
    /// Levels in descending order of frequency; `false` and `true` of booleans.
    case levels([String])
  }

  package let axis: Axis
  /// The least and the greatest value of all columns, in the unit of `Column.numbers()`; nil for levels.
  package let range: ClosedRange<Double>?
  /// For each column the number of cells in each bin.
  package let counts: [[Int]]
  /// For each column the number of cells of rarer levels than those of the axis.
  package let others: [Int]
  package let gaps: [Int]

  /// `count` bins at most; whole numbers and dates have bins of a whole number of them. Nil if the column contains texts, or
  /// gaps only.
  init?(_ column: Column, count: Int) { self.init([column]) { _, _ in count } }

  /// Bins for all columns; `count` returns the desired number from the least and the greatest value. Nil if a column contains texts,
  /// if not all columns are numbers, or categories, or of the same kind, or if all cells are missing.
  init?(_ columns: [Column], count: (Double, Double) -> Int) {
    guard let first = columns.first else { return nil }
    let areSame = columns.allSatisfy { $0.kind == first.kind }
    guard areSame || columns.allSatisfy({ $0.kind.isNumeric }) else { return nil }
    let kind = areSame ? first.kind : .number
    gaps = columns.map(\.gaps.count)
    switch kind {
    case .text: return nil
    case .boolean:
      axis = .levels(["false", "true"])
      counts = columns.map { column in
        guard case .boolean(let cells) = column.cells else { return [0, 0] }
        let yes = cells.reduce(0) { $0 + ($1 ? 1 : 0) }
        return [cells.count - yes - column.gaps.count, yes]
      }
      others = columns.map { _ in 0 }
      range = nil
    case .category:
      (axis, counts, others) = ColumnBins.levels(columns, count(0, 0))
      range = nil
    case .number, .whole, .date, .time:
      guard let scale = ColumnBins.scale(columns, kind, count) else { return nil }
      range = scale.low...scale.high
      axis = .bounds(scale.bounds, kind: kind)
      counts = columns.map { scale.counts($0) }
      others = columns.map { _ in 0 }
    }
    guard zip(counts, others).contains(where: { $0.contains { $0 > 0 } || $1 > 0 }) else { return nil }
  }

  package var binCount: Int { counts[0].count }

  /// The share of the column's cells in each bin; gaps are not counted.
  package func shares(_ column: Int = 0) -> [Double] {
    let sum = max(1, counts[column].reduce(others[column], +))
    return counts[column].map { Double($0) / Double(sum) }
  }

  /// What to write below each bin: a level, a whole number, or the least and the greatest value.
  package var labels: [String] {
    switch axis {
    case .levels(let levels): levels.map(CellTexts.word)
    case .bounds(let bounds, let kind): (0..<bounds.count - 1).map { label(bounds[$0], bounds[$0 + 1], bounds, kind) }
    }
  }

  private func label(_ low: Double, _ high: Double, _ bounds: [Double], _ kind: ColumnKind) -> String {
    var (from, to) = (low, high)
    if kind == .whole || kind == .date { (from, to) = (low.rounded(.up), high.rounded(.up) - 1) }
    if let range { (from, to) = (max(from, range.lowerBound), min(to, range.upperBound)) }
    let text = ColumnBins.text(from, kind, bounds)
    return from < to ? "\(text) to \(ColumnBins.text(to, kind, bounds))" : text
  }

  /// The least and the greatest value as text; of categories the first and the last level.
  package var ends: (low: String, high: String) {
    guard case .bounds(let bounds, let kind) = axis, let range else { return (labels.first ?? "", labels.last ?? "") }
    return (ColumnBins.text(range.lowerBound, kind, bounds), ColumnBins.text(range.upperBound, kind, bounds))
  }

  private static func text(_ value: Double, _ kind: ColumnKind, _ bounds: [Double]) -> String {
    switch kind {
    case .whole: Int(exactly: value.rounded())?.description ?? NumberStyle([value]).text(value)
    case .date: Int(exactly: value.rounded()).map(Calendar.text(days:)) ?? ""
    case .time: Int(exactly: (value * 1_000_000).rounded()).map(Calendar.text(microseconds:)) ?? ""
    default: NumberStyle(bounds).text(value)
    }
  }
}

extension ColumnBins {
  /// Bins of equal width from the least to the greatest value.
  private struct Scale {
    let low, high: Double
    let width: Double
    let bounds: [Double]

    init(_ low: Double, _ high: Double, from start: Double, _ width: Double, _ count: Int, to end: Double) {
      (self.low, self.high, self.width) = (low, high, width)
      bounds =
        [start]
        + (1..<max(1, count)).map { index in
          let bound = start + width * Double(index)
          // The product of large numbers may overflow.
          return bound.isFinite ? bound : end - width * Double(count - index)
        } + [end]
    }

    func counts(_ column: Column) -> [Int] {
      let start = bounds[0]
      let last = bounds.count - 2
      var counts = [Int](repeating: 0, count: last + 1)
      for number in column.numbers() ?? [] where !number.isNaN {
        guard width > 0 else {
          counts[0] += 1
          continue
        }
        // The difference of two large numbers may overflow.
        let distance = number - start
        counts[min(last, Int(distance.isFinite ? distance / width : number / width - start / width))] += 1
      }
      return counts
    }
  }

  private static func scale(_ columns: [Column], _ kind: ColumnKind, _ count: (Double, Double) -> Int) -> Scale? {
    var (low, high) = (Double.infinity, -Double.infinity)
    for column in columns {
      for number in column.numbers() ?? [] where !number.isNaN { (low, high) = (min(low, number), max(high, number)) }
    }
    guard low <= high else { return nil }
    let bins = max(1, count(low, high))
    guard kind == .whole || kind == .date else {
      if low == high { return Scale(low, high, from: low, 0, 1, to: high) }
      return Scale(low, high, from: low, high / Double(bins) - low / Double(bins), bins, to: high)
    }
    let values = high - low + 1
    if values / Double(bins) > 10 { return Scale(low, high, from: low - 0.5, values / Double(bins), bins, to: high + 0.5) }
    // Bins of a whole number of values. Otherwise some would contain more values than others.
    let width = (values / Double(bins)).rounded(.up)
    let used = Int((values / width).rounded(.up))
    return Scale(low, high, from: low - 0.5, width, used, to: low - 0.5 + width * Double(used))
  }

  /// The most frequent levels of the first column. Levels of other columns that it lacks follow.
  private static func levels(_ columns: [Column], _ most: Int) -> (Axis, [[Int]], [Int]) {
    var names: [String] = []
    var positions: [String: Int] = [:]
    var counts = columns.map { _ in [Int]() }
    for (index, column) in columns.enumerated() {
      guard case .category(let codes, let levels) = column.cells else { continue }
      var own = [Int](repeating: 0, count: levels.count)
      for code in codes where code >= 0 { own[Int(code)] += 1 }
      for (level, count) in zip(levels, own) where count > 0 {
        let position = positions[level] ?? names.count
        if position == names.count {
          positions[level] = position
          names.append(level)
          for other in counts.indices { counts[other].append(0) }
        }
        counts[index][position] += count
      }
    }
    // Stable: equally frequent levels keep their order.
    let order = names.indices.sorted { left, right in
      for count in counts where count[left] != count[right] { return count[left] > count[right] }
      return left < right
    }
    let shown = order.prefix(max(1, most))
    return (
      .levels(shown.map { names[$0] }), counts.map { count in shown.map { count[$0] } },
      counts.map { count in order.dropFirst(shown.count).reduce(0) { $0 + count[$1] } }
    )
  }
}
