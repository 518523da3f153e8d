import Tensors

extension PrivateTable {
  package func write(to writer: inout ByteWriter) {
    writer.put(columns) { $1.write(to: &$0) }
    writer.put(edges) { writer, edge in
      writer.put(edge.parent)
      writer.put(edge.child)
      writer.put(edge.conditional) { $0.put($1) }
    }
    account.write(to: &writer)
    writer.put(rows)
    writer.put(known) { $0.put($1) }
  }

  /// Reads what `write` wrote. The bytes are untrusted: every size and index is checked.
  package init(from reader: inout ByteReader) throws {
    let columns = try reader.items { try PrivateColumn(from: &$0) }
    guard !columns.isEmpty, Set(columns.map(\.name)).count == columns.count else { throw ByteReader.Malformed() }
    var reached: Set<Int> = []
    var parents: Set<Int> = []
    let edges = try reader.items { reader -> Edge in
      let edge = Edge(parent: try reader.int(), child: try reader.int(), conditional: try reader.items { try $0.double() })
      // A child has one parent, and was not a parent before: so there is no circle, and parents come first.
      guard columns.indices.contains(edge.parent), columns.indices.contains(edge.child), edge.parent != edge.child,
        reached.insert(edge.child).inserted, !parents.contains(edge.child), columns[edge.parent].isModelled, columns[edge.child].isModelled,
        edge.conditional.count == columns[edge.parent].stateCount * columns[edge.child].stateCount,
        edge.conditional.allSatisfy({ $0 > 0 && $0 <= 1 })
      else { throw ByteReader.Malformed() }
      parents.insert(edge.parent)
      return edge
    }
    let account = try PrivacyAccount(from: &reader)
    let rows = try reader.double()
    guard rows >= 1, rows <= 1e18 else { throw ByteReader.Malformed() }
    self.init(columns: columns, edges: edges, account: account, rows: rows, known: try reader.items { try $0.text() })
  }
}

extension PrivateColumn {
  fileprivate func write(to writer: inout ByteWriter) {
    writer.put(name)
    writer.put(kind.rawValue)
    writer.put(levels) { $0.put($1) }
    writer.put(leaves) { writer, leaf in
      writer.put(leaf.low)
      writer.put(leaf.high)
      writer.put(leaf.mass)
    }
    writer.put(ends) { $0.put($1) }
    writer.put(gaps)
    writer.put(coverage)
  }

  fileprivate init(from reader: inout ByteReader) throws {
    let name = try reader.text()
    guard let kind = ColumnKind(rawValue: try reader.text()) else { throw ByteReader.Malformed() }
    let levels = try reader.items { try $0.text() }
    let leaves = try reader.items { Leaf(low: try $0.double(), high: try $0.double(), mass: try $0.double()) }
    let ends = try reader.items { try $0.int() }
    self.init(name: name, kind: kind, levels: levels, leaves: leaves, ends: ends, gaps: try reader.double(), coverage: try reader.double())
    let isOrdered = zip([0] + ends, ends).allSatisfy { $0 < $1 } && ends.last ?? 0 == leaves.count
    guard isOrdered, Set(levels).count == levels.count, levels.isEmpty || kind == .category, gaps >= 0, gaps <= 1e18, coverage > 0, coverage <= 1,
      leaves.allSatisfy({ $0.low.isFinite && $0.high.isFinite && $0.low <= $0.high && $0.mass > 0 && $0.mass <= 1e18 }), isModelled || kind != .boolean,
      !isModelled || kind != .text
    else { throw ByteReader.Malformed() }
    let fits: Bool
    switch kind {
    case .category, .boolean:
      let count = kind == .boolean ? 2 : levels.count
      fits = leaves.allSatisfy { $0.low >= 0 && $0.low < Double(count) && $0.low == $0.low.rounded() } && Set(leaves.map(\.low)).count == leaves.count
    case .number: fits = zip(leaves, leaves.dropFirst()).allSatisfy { $0.high <= $1.low }
    default:
      fits =
        zip(leaves, leaves.dropFirst()).allSatisfy { $0.high <= $1.low }
        && leaves.allSatisfy { $0.low == $0.low.rounded() && $0.high == $0.high.rounded() && !$0.isPoint }
    }
    guard fits else { throw ByteReader.Malformed() }
  }
}

extension PrivacyAccount {
  fileprivate func write(to writer: inout ByteWriter) {
    for number in [epsilon, delta, rho, wordDelta, spentDelta] { writer.put(number) }
    writer.put(lines) { writer, line in
      writer.put(line.step.rawValue)
      writer.put(line.count)
      writer.put(line.rho)
      writer.put(line.deviation ?? 0)
    }
  }

  fileprivate init(from reader: inout ByteReader) throws {
    let numbers = try (0..<5).map { _ in try reader.double() }
    let lines = try reader.items { reader -> Line in
      guard let step = Step(rawValue: try reader.text()) else { throw ByteReader.Malformed() }
      let (count, rho, deviation) = (try reader.int(), try reader.double(), try reader.double())
      guard count >= 0, rho >= 0, rho.isFinite, deviation >= 0, deviation.isFinite else { throw ByteReader.Malformed() }
      return Line(step: step, count: count, rho: rho, deviation: deviation > 0 ? deviation : nil)
    }
    guard numbers.allSatisfy({ $0 >= 0 && $0.isFinite }) else { throw ByteReader.Malformed() }
    self.init(epsilon: numbers[0], delta: numbers[1], rho: numbers[2], wordDelta: numbers[3], lines: lines, spentDelta: numbers[4])
  }
}
