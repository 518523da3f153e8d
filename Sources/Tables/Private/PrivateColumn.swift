import Glibc

/// The distribution of one column of a private model: leaves with noisy counts, and states, which are groups of leaves, and whose
/// dependence on the states of other columns is modelled.
package struct PrivateColumn: Sendable, Equatable {
  package let name: String
  package let kind: ColumnKind
  /// The words of a category that were frequent enough, or are known.
  package let levels: [String]
  /// In the order of the states. Empty if the column is not modelled: free text, or a column that is hidden by the noise.
  let leaves: [Leaf]
  /// The end of each state among the leaves.
  let ends: [Int]
  /// The noisy number of gaps; if there are any, they are the last state.
  let gaps: Double
  /// The share of the rows that have a modelled value or a gap. The others have words that are too rare.
  let coverage: Double

  var isModelled: Bool { !ends.isEmpty }
  var isNumeric: Bool { [.number, .whole, .date, .time].contains(kind) }
  var isWhole: Bool { isNumeric && kind != .number }
  var hasGaps: Bool { gaps > 0 }
  var stateCount: Int { ends.count + (hasGaps ? 1 : 0) }

  /// A noisy count that is less than this many standard deviations is taken for 0 where rows may be absent.
  static func isReal(_ count: Double, deviation: Double) -> Bool { count > 3 * deviation }

  init(name: String, kind: ColumnKind, levels: [String], leaves: [Leaf], ends: [Int], gaps: Double, coverage: Double) {
    self.name = name
    self.kind = kind
    self.levels = levels
    self.leaves = leaves
    self.ends = ends
    self.gaps = gaps
    self.coverage = coverage
  }

  static func unmodelled(_ name: String, _ kind: ColumnKind) -> PrivateColumn {
    PrivateColumn(name: name, kind: kind, levels: [], leaves: [], ends: [], gaps: 0, coverage: 1)
  }

  // MARK: States

  func leaves(of state: Int) -> Range<Int> { (state == 0 ? 0 : ends[state - 1])..<ends[state] }

  func mass(of state: Int) -> Double { state < ends.count ? leaves(of: state).reduce(0) { $0 + leaves[$1].mass } : gaps }

  /// The probabilities of the states.
  var shares: [Double] {
    let masses = (0..<stateCount).map(mass)
    let total = masses.reduce(0, +)
    return masses.map { $0 / total }
  }

  func state(ofLeaf leaf: Int) -> Int { ends.partitioning { $0 > leaf } }

  /// The leaf of each cell of a column: `unknown` for words that are not modelled, `gap` for gaps.
  func leaves(of column: Column) -> [Int32] {
    guard isModelled else { return [Int32](repeating: PrivateColumn.unknown, count: column.count) }
    // A column without a value may be of any kind.
    guard column.gaps.count < column.count else { return [Int32](repeating: PrivateColumn.gap, count: column.count) }
    if isNumeric {
      return Column.plainNumbers(column).enumerated().map { row, number in
        column.gaps[row] ? PrivateColumn.gap : Int32(leaves.position(of: number))
      }
    }
    var places = [Int32](repeating: PrivateColumn.unknown, count: kind == .boolean ? 2 : levels.count)
    for (leaf, item) in leaves.enumerated() { places[Int(item.low)] = Int32(leaf) }
    switch column.cells {
    case .boolean(let cells): return cells.enumerated().map { row, value in column.gaps[row] ? PrivateColumn.gap : places[value ? 1 : 0] }
    case .category(let codes, let words):
      let own = Dictionary(zip(levels, places)) { first, _ in first }
      let found = words.map { own[$0] ?? PrivateColumn.unknown }
      return codes.map { $0 < 0 ? PrivateColumn.gap : found[Int($0)] }
    default: return [Int32](repeating: PrivateColumn.unknown, count: column.count)
    }
  }

  static let unknown: Int32 = -1
  static let gap: Int32 = -2

  /// -1 for what is not modelled.
  func state(ofCode leaf: Int32) -> Int32 {
    leaf >= 0 ? Int32(state(ofLeaf: Int(leaf))) : leaf == PrivateColumn.gap && hasGaps ? Int32(ends.count) : -1
  }

  func states(of column: Column) -> [Int32] {
    let states = leaves.indices.map { Int32(state(ofLeaf: $0)) }
    return leaves(of: column).map { $0 >= 0 ? states[Int($0)] : state(ofCode: $0) }
  }

  /// The log density of the cells of a leaf among those of its state; of words and whole numbers the log probability.
  func logDensity(ofLeaf place: Int) -> Double {
    let leaf = leaves[place]
    let share = log(leaf.mass / mass(of: state(ofLeaf: place)))
    return isNumeric && !leaf.isPoint ? share - log(leaf.high - leaf.low) : share
  }

  // MARK: Cells

  /// A cell of a state, by two random numbers in [0, 1).
  func cell(ofState state: Int, _ choice: Double, _ place: Double) -> Cell {
    guard state < ends.count else { return .gap }
    let range = leaves(of: state)
    var left = choice * mass(of: state)
    var chosen = range.upperBound - 1
    for leaf in range {
      left -= leaves[leaf].mass
      if left < 0 {
        chosen = leaf
        break
      }
    }
    return cell(ofLeaf: chosen, place)
  }

  private func cell(ofLeaf position: Int, _ place: Double) -> Cell {
    let leaf = leaves[position]
    switch kind {
    case .category: return .text(levels[Int(leaf.low)])
    case .boolean: return .boolean(leaf.low == 1)
    default: return PrivateColumn.number(leaf.isPoint ? leaf.low : leaf.number(at: place, kind), kind)
    }
  }

  /// The most probable cell, or the mean of numbers, with these probabilities of the states that are not gaps.
  func expected(_ probabilities: [Double]) -> Cell {
    let masses = (0..<ends.count).map(mass)
    guard isNumeric else {
      let weights = (0..<ends.count).flatMap { state in leaves(of: state).map { (leaf: $0, weight: probabilities[state] * leaves[$0].mass / masses[state]) } }
      return cell(ofLeaf: weights.max { $0.weight < $1.weight }?.leaf ?? 0, 0)
    }
    let total = probabilities.prefix(ends.count).reduce(0, +)
    var mean = 0.0
    for state in 0..<ends.count {
      for leaf in leaves(of: state) {
        let middle = leaves[leaf].low / 2 + (isWhole ? leaves[leaf].high - 1 : leaves[leaf].high) / 2
        mean += probabilities[state] / total * leaves[leaf].mass / masses[state] * middle
      }
    }
    return PrivateColumn.number(mean, kind)
  }

  private static func number(_ number: Double, _ kind: ColumnKind) -> Cell {
    switch kind {
    case .whole: .whole(Int(min(max(number, -0x1p63), 0x1p63.nextDown).rounded()))
    case .date: .date(min(max(Int(min(max(number, -1e9), 1e9).rounded()), Calendar.dayRange.lowerBound), Calendar.dayRange.upperBound))
    case .time:
      .time(min(max(Int(min(max(number, -1e18), 1e18).rounded()), Calendar.microsecondRange.lowerBound), Calendar.microsecondRange.upperBound))
    default: .number(number)
    }
  }
}

extension Leaf {
  /// A number of the leaf. Fractions have three digits more than the width of the leaf needs, and times of broad leaves whole seconds.
  fileprivate func number(at place: Double, _ kind: ColumnKind) -> Double {
    let number = low * (1 - place) + high * place
    guard kind == .number else {
      let whole = min(max(number.rounded(.down), low), high - 1)
      let second = (whole / 1e6).rounded(.down) * 1e6
      return kind == .time && high - low > 1e8 && second >= low ? second : whole
    }
    let digits = 2 - log10(high / 2 - low / 2).rounded(.down)
    guard abs(digits) <= 15, abs(number) < 1e15 else { return min(number, high.nextDown) }
    let scale = pow(10, abs(digits))
    let short = digits >= 0 ? (number * scale).rounded() / scale : (number / scale).rounded() * scale
    return short >= low && short < high ? short : min(number, high.nextDown)
  }
}

extension Column {
  /// The numbers of a column of numbers, whole numbers, dates or times, in its unit; 0 where one is missing.
  static func plainNumbers(_ column: Column) -> [Double] {
    switch column.cells {
    case .number(let cells): cells
    case .whole(let cells), .date(let cells), .time(let cells): cells.map(Double.init)
    default: []
    }
  }
}
