/// How a model sees the cells of one column.
package enum ColumnCoding: Sendable, Equatable {
  /// As normal scores, except for values that are very frequent, such as 0 in a column of incomes, which are classes.
  case scores(Quantiles, spikes: [Double])
  /// As one of several classes: the levels of a category, the two booleans, or the few values of a column of numbers.
  case classes([Cell])
  /// Not at all: free text, and columns without a value.
  case none

  /// A column of numbers with at most so many distinct values is one of classes.
  private static let fewValues = 10
  /// A number is a class of its own if it is more than this share of the cells, and so many times as frequent as the numbers
  /// next to it: not if numbers are only rounded.
  private static let spikeShare = 0.1
  private static let spikeHeight = 4.0

  init(_ column: Column) {
    let present = (0..<column.count).filter { !column.gaps[$0] }
    guard !present.isEmpty else {
      self = .none
      return
    }
    switch column.cells {
    case .text: self = .none
    case .category(_, let levels): self = .classes(levels.map { .text($0) })
    case .boolean: self = .classes([.boolean(false), .boolean(true)])
    case .number, .whole, .date, .time:
      let numbers = present.map { ColumnCoding.number(column[$0]) }
      let counts = numbers.reduce(into: [:]) { $0[$1, default: 0] += 1 }
      let spikes = ColumnCoding.spikes(counts, of: numbers.count)
      let known = Set(spikes)
      let others = numbers.filter { !known.contains($0) }
      let isFew = others.count < 10 || counts.count - spikes.count < 3
      if counts.count <= ColumnCoding.fewValues && counts.count < numbers.count || isFew && counts.count <= 64 {
        self = .classes(counts.keys.sorted().map { ColumnCoding.cell($0, column.kind) })
      } else {
        self = .scores(Quantiles(others.isEmpty ? numbers : others), spikes: others.isEmpty ? [] : spikes)
      }
    }
  }

  /// The values of a column of numbers as classes; none if there are more than `limit`.
  init(valuesOf column: Column, atMost limit: Int) {
    var values: Set<Double> = []
    for row in 0..<column.count where !column.gaps[row] {
      values.insert(ColumnCoding.number(column[row]))
      guard values.count <= limit else {
        self = .none
        return
      }
    }
    self = .classes(values.sorted().map { ColumnCoding.cell($0, column.kind) })
  }

  private static func spikes(_ counts: [Double: Int], of total: Int) -> [Double] {
    let values = counts.keys.sorted()
    return values.indices.filter { index in
      let count = Double(counts[values[index]] ?? 0)
      guard count > max(spikeShare * Double(total), 2) else { return false }
      let near = [index - 2, index - 1, index + 1, index + 2].filter(values.indices.contains).map { Double(counts[values[$0]] ?? 0) }
      return near.isEmpty || count > spikeHeight * near.reduce(0, +) / Double(near.count)
    }.map { values[$0] }
  }

  /// Of a number, or a date or time in the unit of its column.
  static func number(_ cell: Cell) -> Double {
    switch cell {
    case .number(let number): number
    case .whole(let number), .date(let number), .time(let number): Double(number)
    case .boolean(let value): value ? 1 : 0
    case .gap, .text: .nan
    }
  }

  /// The cell of a number in the unit of a column of this kind.
  static func cell(_ number: Double, _ kind: ColumnKind) -> Cell {
    switch kind {
    case .whole: .whole(Int(number.rounded()))
    case .date: .date(Int(number.rounded()))
    case .time: .time(Int(number.rounded()))
    default: .number(number)
    }
  }

  /// Of scores with spikes: one for each spike, and one for all other values.
  var classCount: Int {
    switch self {
    case .scores(_, let spikes): spikes.isEmpty ? 0 : spikes.count + 1
    case .classes(let cells): cells.count
    case .none: 0
    }
  }
}
