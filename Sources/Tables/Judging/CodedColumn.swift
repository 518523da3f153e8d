/// The cells of a column in the real and the synthetic rows as positions among the distinct values of both, -1 where missing.
struct CodedColumn {
  let real: [Int32]
  let synthetic: [Int32]
  let count: Int
  let isDiscrete: Bool
  let hasGaps: Bool

  init(real: [Double], synthetic: [Double], isDiscrete: Bool) {
    var distinct: [Double] = []
    for cell in (real + synthetic).filter({ !$0.isNaN }).sorted() where distinct.last != cell { distinct.append(cell) }
    func codes(_ cells: [Double]) -> [Int32] {
      cells.map { cell in
        cell.isNaN ? -1 : Int32(distinct.partitioning { $0 >= cell })
      }
    }
    self.real = codes(real)
    self.synthetic = codes(synthetic)
    count = distinct.count
    self.isDiscrete = isDiscrete
    hasGaps = (real + synthetic).contains(where: \.isNaN)
  }

  /// How alike the distributions of the known cells are, and the shares of missing ones, where a row counts as often as its weight.
  ///
  /// Categories: the complement of the total variation distance, half the sum of the differences of the shares. Numbers: the complement
  /// of the Kolmogorov-Smirnov statistic, the largest difference of the distribution functions. Gaps: the complement of the difference
  /// of the shares (SDMetrics: TVComplement, KSComplement, MissingValueSimilarity). The shape is NaN if a side has no known cells.
  func similarity(_ realWeights: [Double], _ syntheticWeights: [Double]) -> (shape: Double, gaps: Double) {
    func sums(_ codes: [Int32], _ weights: [Double]) -> (values: [Double], known: Double, all: Double) {
      var sums = [Double](repeating: 0, count: count)
      var (known, all) = (0.0, 0.0)
      for row in codes.indices {
        all += weights[row]
        guard codes[row] >= 0 else { continue }
        sums[Int(codes[row])] += weights[row]
        known += weights[row]
      }
      return (sums, known, all)
    }
    let (a, b) = (sums(real, realWeights), sums(synthetic, syntheticWeights))
    let gaps = 1 - abs(a.known / a.all - b.known / b.all)
    guard a.known > 0, b.known > 0 else { return (.nan, gaps) }
    var (sum, largest, x, y) = (0.0, 0.0, 0.0, 0.0)
    for value in 0..<count {
      if isDiscrete {
        sum += abs(a.values[value] / a.known - b.values[value] / b.known)
      } else {
        (x, y) = (x + a.values[value], y + b.values[value])
        largest = max(largest, abs(x / a.known - y / b.known))
      }
    }
    return (1 - (isDiscrete ? sum / 2 : largest), gaps)
  }
}
