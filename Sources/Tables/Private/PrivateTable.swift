import Engine
import Privacy

/// A differentially private distribution of the rows of a table: the noisy distribution of each column, and of the pairs of columns of
/// a tree (R. McKenna, G. Miklau, D. Sheldon, Winning the NIST contest: a scalable and general approach to differentially private
/// synthetic data, Journal of Privacy and Confidentiality 2021). Everything in it is noisy or public.
package struct PrivateTable: Sendable, Equatable {
  package let columns: [PrivateColumn]
  /// The pairs of the tree. The parent of each edge is the child of one before it, or the child of none.
  package let edges: [Edge]
  package let account: PrivacyAccount
  /// The number of rows; noisy, unless it is public.
  package let rows: Double
  /// The columns whose values are publicly known.
  package let known: [String]

  package struct Edge: Sendable, Equatable {
    package let parent: Int
    package let child: Int
    /// [parent's states, child's states], the probability of the child's state given the parent's.
    let conditional: [Double]
  }

  package var names: [String] { columns.map(\.name) }

  init(columns: [PrivateColumn], edges: [Edge], account: PrivacyAccount, rows: Double, known: [String]) {
    self.columns = columns
    self.edges = edges
    self.account = account
    self.rows = rows
    self.known = known
  }

  /// The parts of the budget for the counts of single columns, the choice of pairs, and their counts, as in the paper. If the pairs are
  /// those of a target, they need no choice.
  private static func parts(_ pairs: PrivacySettings.Pairs) -> (columns: Double, choice: Double, pairs: Double) {
    let third = 1.0 / 3
    return switch pairs {
    case .tree: (third, third, third)
    case .target: (third, 0, 2 * third)
    case .none: (1, 0, 0)
    }
  }

  /// The share of the whole budget for the number of rows.
  private static let rowsPart = 0.02
  /// Beyond this deviation, noise is not computed.
  private static let mostNoise = 4e6

  /// Learns a table. Whether it throws depends on the names and kinds of the columns only: an error that depends on rows would reveal
  /// something about them.
  package init(fitting table: Table, _ settings: PrivacySettings, _ key: NoiseKey, workers: Workers) throws {
    try self.init(fitting: table, settings, key, workers, observer: nil)
  }

  init(fitting table: Table, _ settings: PrivacySettings, _ key: NoiseKey, _ workers: Workers, observer: (([Int]) -> Void)?) throws {
    try settings.check(table)
    let used = table.columns.filter { $0.kind != .text }
    guard !used.isEmpty else { throw TablesErrors.nothingToModel("the table has only free text") }
    let wordColumns = used.count { $0.kind == .category && settings.known[$0.name] == nil }
    var curator = Curator(key, PrivacyAccount(settings, hasWords: wordColumns > 0), observer: observer) { try workers.throwIfInterrupted() }
    let (total, parts) = (curator.account.rho, PrivateTable.parts(settings.pairs))
    // The number of rows is public if a network learns them: its steps show it.
    let rowsPart = settings.pairs == .none ? 0 : PrivateTable.rowsPart
    let single = (used.count > 1 ? parts.columns : 1) - rowsPart
    let columnRho = total * single / Double(used.count)
    // Without pairs, states are as for pairs whose noise is that of a column.
    let pairRho = parts.pairs > 0 ? total * parts.pairs / Double(max(used.count - 1, 1)) : columnRho
    guard DiscreteGaussian(rho: min(columnRho / 8, pairRho)).deviation < PrivateTable.mostNoise else {
      throw TablesErrors.tooLittleBudget(settings.epsilon, used.count)
    }
    let rows = Double(max(rowsPart > 0 ? try curator.counts([table.count], .rows, rho: total * rowsPart).values[0] : table.count, 1))
    let plan = MeasuringPlan(
      rows: rows, rho: columnRho, delta: wordColumns > 0 ? curator.account.wordDelta / Double(wordColumns) : 0,
      pairNoise: DiscreteGaussian(rho: pairRho).deviation)
    let columns = try table.columns.map { try PrivateColumn($0, known: settings.known[$0.name], plan, &curator) }
    let places = columns.indices.filter { columns[$0].stateCount > 1 }
    let states = try workers.map(places.count) { columns[places[$0]].states(of: table.columns[places[$0]]) }
    var pairs: [(a: Int, b: Int)] = []
    switch settings.pairs {
    case .tree: pairs = try PairChoice(places.map { columns[$0] }, states, plan, workers).tree(rho: total * parts.choice, &curator)
    case .target(let target):
      guard let centre = places.firstIndex(where: { columns[$0].name == target }) else { break }
      pairs = places.indices.filter { $0 != centre }.map { (min($0, centre), max($0, centre)) }
    case .none: break
    }
    var tables: [(a: Int, b: Int, table: PairTable)] = []
    for pair in pairs {
      let (a, b) = (columns[places[pair.a]], columns[places[pair.b]])
      let exact = PairChoice.counts(states[pair.a], states[pair.b], a.stateCount, b.stateCount)
      let noisy = try curator.counts(exact, .pairs, rho: total * parts.pairs / Double(places.count - 1))
      let share = 1 / max(rows * a.coverage * b.coverage, 1)
      let joint = PairTable(noisy.values.map { Double($0) * share }, rows: a.shares, columns: b.shares)
      tables.append((places[pair.a], places[pair.b], joint.mixed(1 / (1 + rows), rows: a.shares, columns: b.shares)))
    }
    self.init(
      columns: columns, edges: PrivateTable.directed(tables), account: curator.account, rows: rows, known: settings.known.keys.sorted())
  }

  /// The pairs as edges from roots.
  private static func directed(_ tables: [(a: Int, b: Int, table: PairTable)]) -> [Edge] {
    var edges: [Edge] = []
    var reached: Set<Int> = []
    var left = tables
    while let first = left.first {
      reached.insert(min(first.a, first.b))
      var isGrowing = true
      while isGrowing {
        isGrowing = false
        for (place, pair) in left.enumerated().reversed() where reached.contains(pair.a) || reached.contains(pair.b) {
          let isForward = reached.contains(pair.a)
          edges.append(
            Edge(
              parent: isForward ? pair.a : pair.b, child: isForward ? pair.b : pair.a, conditional: (isForward ? pair.table : pair.table.transposed).conditional
            ))
          reached.formUnion([pair.a, pair.b])
          left.remove(at: place)
          isGrowing = true
        }
      }
    }
    return edges
  }
}
