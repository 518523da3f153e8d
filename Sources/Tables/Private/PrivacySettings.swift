import Diagnostics
import Tensors

/// What is asked of a private model.
package struct PrivacySettings: Sendable, Equatable {
  package let epsilon: Double
  package let delta: Double
  /// What is publicly known of some columns, by name.
  package let known: [String: KnownValues]
  package let pairs: Pairs

  /// The pairs of columns that are measured.
  package enum Pairs: Sendable, Equatable {
    /// A tree that is chosen by the data.
    case tree
    /// Those of this column with all others.
    case target(String)
    /// None: a network learns how columns depend on each other.
    case none
  }

  package enum KnownValues: Sendable, Equatable {
    /// The least and the greatest number, in the unit of the column.
    case range(Double, Double)
    case words([String])

    /// Of the cells that a user lists for a column of this kind.
    package init(_ cells: [Cell], _ name: String, _ kind: ColumnKind) throws {
      if kind == .category {
        self = .words(
          try cells.map { cell in
            guard case .text(let word) = cell else { throw TablesErrors.invalidRange(name, "a category has a list of words") }
            return word
          })
        return
      }
      let numbers = cells.map { ColumnCoding.number($0.matching(kind)) }
      guard numbers.count == 2, numbers.allSatisfy(\.isFinite) else {
        throw TablesErrors.invalidRange(name, "a column of \(kind.plural) has a least and a greatest value")
      }
      self = .range(numbers[0], numbers[1])
    }
  }

  package static let usualDelta = 1e-6
  package static let epsilons = 0.001...100.0

  /// Throws for an ε or δ that gives no guarantee.
  package init(epsilon: Double, delta: Double = usualDelta, known: [String: KnownValues] = [:], pairs: Pairs = .tree) throws {
    guard PrivacySettings.epsilons.contains(epsilon) else { throw TablesErrors.invalidEpsilon(epsilon) }
    guard delta >= 1e-15, delta <= 0.01 else { throw TablesErrors.invalidDelta(delta) }
    self.init(epsilon, delta, known, pairs)
  }

  /// What a part of the budget allows, with the rest left for other steps.
  package func part(_ share: Double) -> PrivacySettings { PrivacySettings(share * epsilon, share * delta, known, pairs) }

  private init(_ epsilon: Double, _ delta: Double, _ known: [String: KnownValues], _ pairs: Pairs) {
    self.epsilon = epsilon
    self.delta = delta
    self.known = known
    self.pairs = pairs
  }

  func write(to writer: inout ByteWriter) {
    writer.put(epsilon)
    writer.put(delta)
    switch pairs {
    case .tree: writer.put([String]()) { $0.put($1) }
    case .target(let name): writer.put([name]) { $0.put($1) }
    case .none: writer.put(["", ""]) { $0.put($1) }
    }
    writer.put(known.sorted { $0.key < $1.key }) { writer, item in
      writer.put(item.key)
      switch item.value {
      case .range(let low, let high):
        writer.put(byte: 0)
        writer.put(low)
        writer.put(high)
      case .words(let words):
        writer.put(byte: 1)
        writer.put(words) { $0.put($1) }
      }
    }
  }

  /// Throws if what is known does not fit the columns. Only their names and kinds are looked at.
  func check(_ table: Table) throws {
    if case .target(let target) = pairs, try table.column(target).kind == .text { throw TablesErrors.textTarget(target) }
    for (name, value) in known.sorted(by: { $0.key < $1.key }) {
      let column = try table.column(name)
      switch (value, column.kind) {
      case (.range(let low, let high), .number), (.range(let low, let high), .whole), (.range(let low, let high), .date), (.range(let low, let high), .time):
        guard low.isFinite, high.isFinite, low <= high, column.kind == .number || max(abs(low), abs(high)) <= 0x1p62 else {
          throw TablesErrors.invalidRange(name, "the first must be at most the second, and both finite")
        }
      case (.words(let words), .category):
        guard !words.isEmpty, Set(words).count == words.count else { throw TablesErrors.invalidRange(name, "words must differ, and there must be one") }
      case (_, .category): throw TablesErrors.invalidRange(name, "a category has a list of words")
      case (_, .boolean), (_, .text): throw TablesErrors.invalidRange(name, "a column of \(column.kind.plural) has no range")
      default: throw TablesErrors.invalidRange(name, "a column of \(column.kind.plural) has a least and a greatest value")
      }
    }
  }
}
