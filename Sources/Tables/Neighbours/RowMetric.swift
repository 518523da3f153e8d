/// The distance of rows over their columns of numbers, divided by their standard deviations, and of classes, each difference of which counts
/// 1; columns in which either row has a gap are left out, and the rest scaled up (J. Gower, A general coefficient of similarity,
/// Biometrics 1971). Free text does not count.
struct RowMetric: Sendable {
  let count: Int
  /// [count, width]; NaN for gaps.
  private let numbers: [Double]
  private let width: Int
  /// [count, kinds]; -1 for gaps.
  private let codes: [Int32]
  private let kinds: Int

  /// `scale`: the table whose deviations are used, and whose classes are known.
  init(_ table: Table, scale: Table) {
    // A column that the table lacks, or has of another kind, is missing in all rows.
    let columns = scale.columns.filter { $0.kind != .text }.map { reference -> (Column?, Column) in
      let own = table.position(of: reference.name).map { table.columns[$0] }
      return (own.flatMap { $0.kind == reference.kind || ($0.kind.isNumeric && reference.kind.isNumeric) ? $0 : nil }, reference)
    }
    let scaled = columns.filter { $0.1.kind != .category && $0.1.kind != .boolean }
    let classes = columns.filter { $0.1.kind == .category || $0.1.kind == .boolean }
    count = table.count
    width = scaled.count
    kinds = classes.count
    var numbers = [Double](repeating: .nan, count: count * width)
    for (place, (column, reference)) in scaled.enumerated() {
      let deviation = RowMetric.deviation(reference)
      for (row, number) in (column?.numbers() ?? []).enumerated() { numbers[row * width + place] = number / deviation }
    }
    var codes = [Int32](repeating: -1, count: count * kinds)
    for (place, (column, reference)) in classes.enumerated() {
      let known = Levels.codes(reference.levels)
      // Words that the other table lacks differ from all of its own.
      let mapped = (column?.levels ?? []).enumerated().map { known[$1] ?? Int32(1 << 20 + $0) }
      for (row, number) in (column?.numbers() ?? []).enumerated() where !number.isNaN {
        codes[row * kinds + place] = mapped.isEmpty ? Int32(number) : mapped[Int(number)]
      }
    }
    self.numbers = numbers
    self.codes = codes
  }

  private static func deviation(_ column: Column) -> Double {
    let present = (column.numbers() ?? []).filter { !$0.isNaN }
    let mean = present.reduce(0, +) / Double(max(present.count, 1))
    let deviation = (present.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(max(present.count, 1))).squareRoot()
    return deviation > 0 ? deviation : 1
  }

  /// The squared distance of a row to one of another table; infinite if no column is present in both.
  func distance(_ row: Int, _ other: RowMetric, _ otherRow: Int) -> Double {
    var (sum, present) = (0.0, 0)
    for column in 0..<width {
      let difference = numbers[row * width + column] - other.numbers[otherRow * width + column]
      guard !difference.isNaN else { continue }
      sum += difference * difference
      present += 1
    }
    for column in 0..<kinds {
      let (a, b) = (codes[row * kinds + column], other.codes[otherRow * kinds + column])
      guard a >= 0, b >= 0 else { continue }
      if a != b { sum += 1 }
      present += 1
    }
    return present == 0 ? .infinity : sum * Double(width + kinds) / Double(present)
  }

  /// The nearest rows of another table among some of its rows, nearest first; of equally near ones the first.
  func nearest(_ row: Int, _ other: RowMetric, among rows: [Int], count: Int, without own: Int? = nil) -> [Int] {
    var best: [(distance: Double, row: Int)] = []
    for candidate in rows where candidate != own {
      let distance = distance(row, other, candidate)
      guard distance.isFinite, best.count < count || distance < best[best.count - 1].distance else { continue }
      let place = best.firstIndex { distance < $0.distance } ?? best.count
      best.insert((distance, candidate), at: place)
      if best.count > count { best.removeLast() }
    }
    return best.map(\.row)
  }
}
