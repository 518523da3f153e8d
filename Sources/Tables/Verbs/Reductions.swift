import Diagnostics

// Reductions of a column, which leave out its gaps. Where no cell is left, a sum is 0, a count 0, and any other result a gap.
extension Column {
  /// The number of cells that are not missing.
  package var presentCount: Int { count - gaps.count }

  /// The number of different cells, without gaps.
  package var distinctCount: Int { RowKeys([self]).distinct - (gaps.isEmpty ? 0 : 1) }

  /// Exact for whole numbers; the number of true cells for booleans. Numbers are added with compensation (A. Neumaier, ZAMM 54,
  /// 1974), in the order of the rows. Errors: other kinds (L0517); overflow (L0519).
  package func sum() throws -> Cell {
    switch cells {
    case .whole(let cells):
      // Missing cells are 0.
      guard let total = Int(exactly: cells.reduce(Int128(0)) { $0 + Int128($1) }) else {
        throw Fault(
          TablesErrors.arithmetic, "the sum of `\(name)` overflows a 64-bit integer",
          hint: "convert the column to numbers: `convert(column, \"number\")`")
      }
      return .whole(total)
    case .boolean(let cells): return .whole(cells.reduce(0) { $0 + ($1 ? 1 : 0) })
    case .number(let cells):
      let total = Column.compensatedSum(cells)
      guard total.isFinite else { throw Fault(TablesErrors.arithmetic, "the sum of `\(name)` is not a finite number") }
      return .number(total)
    default: throw unfit("sum")
    }
  }

  /// A number; for booleans the share that is true; for dates the day in which the mean falls, for times the microsecond. Errors:
  /// words (L0517).
  package func mean() throws -> Cell {
    let divisor = presentCount
    switch cells {
    case _ where divisor == 0 && !kind.isWords: return .gap
    case .number(let cells):
      let total = Column.compensatedSum(cells)
      if total.isFinite { return .number(total / Double(divisor)) }
      return .number(Column.compensatedSum(cells.map { $0 / Double(divisor) }))
    case .whole(let cells): return .number(Double(cells.reduce(Int128(0)) { $0 + Int128($1) }) / Double(divisor))
    case .boolean(let cells): return .number(Double(cells.reduce(0) { $0 + ($1 ? 1 : 0) }) / Double(divisor))
    case .date(let cells): return .date(Column.flooredMean(cells, divisor))
    case .time(let cells): return .time(Column.flooredMean(cells, divisor))
    default: throw unfit("mean")
    }
  }

  /// The standard deviation as Loam's `std` of a tensor, which divides by the number of cells: a number, for dates in days, for
  /// times in seconds. Errors: words and booleans (L0517).
  package func std() throws -> Cell {
    guard kind.isNumeric || kind.isMomentary, let numbers = numbers() else { throw unfit("std") }
    let present = numbers.filter { !$0.isNaN }
    guard let largest = present.map(abs).max() else { return .gap }
    // Squares of extreme numbers would overflow or vanish.
    let scale = largest > 1e150 || largest < 1e-150 && largest > 0 ? largest.binade : 1
    let scaled = scale == 1 ? present : present.map { $0 / scale }
    let mean = Column.compensatedSum(scaled) / Double(scaled.count)
    let variance = Column.compensatedSum(scaled.map { ($0 - mean) * ($0 - mean) }) / Double(scaled.count)
    return .number(variance.squareRoot() * scale)
  }

  /// The first cell in the order of `sort_by`.
  package func minimum() -> Cell { extreme(isLeast: true) }

  /// The last cell in the order of `sort_by`.
  package func maximum() -> Cell { extreme(isLeast: false) }

  /// The most frequent cell; of several the first in the order of `sort_by`.
  package func mode() -> Cell {
    let keys = RowKeys([self])
    let counts = keys.counts
    let candidates = (0..<keys.distinct).filter { !gaps[keys.firsts[$0]] }
    guard let most = candidates.map({ counts[$0] }).max() else { return .gap }
    return selecting(candidates.filter { counts[$0] == most }.map { keys.firsts[$0] }).minimum()
  }

  func unfit(_ function: String) -> Fault {
    Fault(
      TablesErrors.kinds, "`\(function)` cannot be applied to `\(name)`, a column of \(kind.plural)",
      hint: kind.isWords ? "`count_values(column)` counts words; `convert(column, \"number\")` reads them as numbers" : nil)
  }

  static func compensatedSum(_ numbers: [Double]) -> Double {
    var (total, correction) = (0.0, 0.0)
    for number in numbers {
      let next = total + number
      correction += abs(total) >= abs(number) ? (total - next) + number : (number - next) + total
      total = next
    }
    // An infinite total has a correction that is not a number.
    return total.isFinite ? total + correction : total
  }

  private static func flooredMean(_ cells: [Int], _ divisor: Int) -> Int {
    let total = cells.reduce(Int128(0)) { $0 + Int128($1) }
    let (quotient, rest) = total.quotientAndRemainder(dividingBy: Int128(divisor))
    return Int(rest < 0 ? quotient - 1 : quotient)
  }

  /// The least cell or the greatest; of equal ones the first.
  private func extreme(isLeast: Bool) -> Cell {
    let isLess: (Int, Int) -> Bool =
      switch cells {
      case .number(let cells): { cells[$0] < cells[$1] }
      case .whole(let cells), .date(let cells), .time(let cells): { cells[$0] < cells[$1] }
      case .category(let codes, _): { codes[$0] < codes[$1] }
      case .boolean(let cells): { !cells[$0] && cells[$1] }
      case .text(let texts): { Words.isLess(texts.utf8($0), texts.utf8($1)) }
      }
    var best: Int?
    for row in 0..<count where !gaps[row] { if best.map({ isLeast ? isLess(row, $0) : isLess($0, row) }) ?? true { best = row } }
    return best.map { self[$0] } ?? .gap
  }
}
