import Effects
import Engine
import Glibc
import Privacy
import Tensors
import Testing

@testable import Tables

@Suite("Private models of tables") struct PrivateTableTests {
  private let workers = Workers(Engine(threads: 1))
  private let key = NoiseKey(words: (0..<8).map { UInt32($0) &* 0x9E37_79B9 })

  private func fit(_ table: Table, _ epsilon: Double, known: [String: PrivacySettings.KnownValues] = [:], key: NoiseKey? = nil) throws -> PrivateTable {
    try PrivateTable(fitting: table, PrivacySettings(epsilon: epsilon, known: known), key ?? self.key, workers: workers)
  }

  /// A model of three columns in a chain, and one alone.
  private static let small: PrivateTable = {
    func column(_ name: String, _ shares: [Double], gaps: Double = 0) -> PrivateColumn {
      PrivateColumn(
        name: name, kind: .category, levels: shares.indices.map { "\(name)\($0)" }, leaves: shares.enumerated().map { .point($0, 100 * $1) },
        ends: Array(1...shares.count), gaps: 100 * gaps, coverage: 1)
    }
    let columns = [column("a", [0.2, 0.8]), column("b", [0.3, 0.3], gaps: 0.4), column("c", [0.5, 0.5]), column("d", [0.1, 0.9])]
    let edges = [
      PrivateTable.Edge(parent: 0, child: 1, conditional: [0.6, 0.3, 0.1, 0.2, 0.3, 0.5]),
      PrivateTable.Edge(parent: 1, child: 2, conditional: [0.9, 0.1, 0.4, 0.6, 0.25, 0.75]),
    ]
    let account = PrivacyAccount(epsilon: 1, delta: 1e-6, rho: 0.02, wordDelta: 0, lines: [], spentDelta: 0)
    return PrivateTable(columns: columns, edges: edges, account: account, rows: 100, known: [])
  }()

  /// All states of the four columns with their probabilities.
  private static let all: [(states: [Int], probability: Double)] = {
    var all: [(states: [Int], probability: Double)] = []
    let model = small
    for a in 0..<2 {
      for b in 0..<3 {
        for c in 0..<2 {
          for d in 0..<2 {
            let probability =
              model.columns[0].shares[a] * model.edges[0].conditional[a * 3 + b] * model.edges[1].conditional[b * 2 + c] * model.columns[3].shares[d]
            all.append(([a, b, c, d], probability))
          }
        }
      }
    }
    return all
  }()

  /// Beliefs against the sum over all rows.
  @Test func beliefsAreExact() {
    let model = PrivateTableTests.small
    let cases: [[[Double]?]] = [
      [nil, nil, nil, nil], [[1, 0], nil, nil, nil], [nil, nil, [0, 1], nil], [[0, 1], nil, [1, 0], [0, 1]], [nil, [1, 1, 0], [0, 1], nil],
      [nil, [0, 0, 1], nil, nil],
    ]
    for allowed in cases {
      let weighted = PrivateTableTests.all.map { row -> (states: [Int], weight: Double) in
        (row.states, row.probability * allowed.enumerated().reduce(1) { $0 * ($1.element?[row.states[$1.offset]] ?? 1) })
      }
      let total = weighted.reduce(0) { $0 + $1.weight }
      let beliefs = Beliefs(model, model.tree, allowed: allowed)
      #expect(abs(beliefs.logProbability - log(total)) < 1e-12)
      let probabilities = beliefs.probabilities()
      for column in 0..<4 {
        for state in 0..<model.columns[column].stateCount {
          let expected = weighted.reduce(0) { $0 + ($1.states[column] == state ? $1.weight : 0) } / total
          #expect(abs(probabilities[column][state] - expected) < 1e-12)
        }
      }
      var counts = [[Int]: Int]()
      for row in 0..<4000 {
        var random = RowRandomness(RandomKey(bits: 9), row: row)
        counts[beliefs.drawn(&random), default: 0] += 1
      }
      for row in weighted {
        let expected = 4000 * row.weight / total
        #expect(abs(Double(counts[row.states] ?? 0) - expected) <= 4.5 * expected.squareRoot() + 0.5)
      }
    }
  }

  @Test func givenCellsHold() throws {
    let model = PrivateTableTests.small
    let rows = try model.sample(2000, given: ["c": .text("c1"), "b": .text("b0")], key: RandomKey(bits: 3), workers: workers)
    #expect((0..<2000).allSatisfy { rows.columns[2][$0] == .text("c1") && rows.columns[1][$0] == .text("b0") })
    // 0.2 · 0.6 against 0.8 · 0.2.
    #expect(abs(Double((0..<2000).count { rows.columns[0][$0] == .text("a0") }) / 2000 - 0.12 / 0.28) < 0.05)
    let missing = try model.sample(50, given: ["b": .gap], key: RandomKey(bits: 3), workers: workers)
    #expect(missing.columns[1].gaps.count == 50)
    expectFault(TablesErrors.model, "`b` is never \"b7\"") { try model.sample(1, given: ["b": .text("b7")], key: key(1), workers: workers) }
    expectFault(TablesErrors.model, "`a` is never a gap") { try model.sample(1, given: ["a": .gap], key: key(1), workers: workers) }
    expectFault(TablesErrors.model, "`a` is never 3") { try model.sample(1, given: ["a": .whole(3)], key: key(1), workers: workers) }
    expectFault(TablesErrors.unknown, "`e`") { try model.sample(1, given: ["e": .whole(3)], key: key(1), workers: workers) }
  }

  private func key(_ bits: UInt64) -> RandomKey { RandomKey(bits: bits) }

  @Test func likelihoodsSumToOne() throws {
    let model = PrivateTableTests.small
    let levels = (0..<4).map { model.columns[$0].levels }
    let rows = PrivateTableTests.all.filter { $0.states[1] < 2 }
    let t = try Table(
      (0..<4).map { column in Column(levels[column][0].first.map(String.init) ?? "", .category(rows.map { Int32($0.states[column]) }, levels: levels[column])) }
    )
    let likelihoods = try model.logLikelihoods(t, workers: workers)
    for (row, likelihood) in zip(rows, likelihoods) { #expect(abs(exp(likelihood) - row.probability) < 1e-12) }
    // A gap is unknown, so all that it may hide count.
    let open = try t.adding(
      Column("b", .category([Int32](repeating: -1, count: rows.count), levels: levels[1]), gaps: Gaps([Bool](repeating: true, count: rows.count))))
    let alone = try model.logLikelihoods(open, workers: workers)[0]
    let expected = PrivateTableTests.all.filter { $0.states[0] == 0 && $0.states[2] == 0 && $0.states[3] == 0 }.reduce(0) { $0 + $1.probability }
    #expect(abs(exp(alone) - expected) < 1e-12)
  }

  // MARK: Fitted models

  @Test func rowsAreLikeTheTable() throws {
    let t = try MixtureTests.table(3000)
    let model = try fit(t, 20)
    let rows = try model.sample(3000, key: RandomKey(bits: 2), workers: workers)
    #expect(rows.names == t.names && rows.columns.map(\.kind) == t.columns.map(\.kind))
    #expect(abs(model.rows - 3000) < 60)
    for (real, new) in zip(t.columns, rows.columns) {
      guard let a = real.numbers()?.filter({ !$0.isNaN }), let b = new.numbers()?.filter({ !$0.isNaN }) else { continue }
      let (x, y) = (a.reduce(0, +) / Double(a.count), b.reduce(0, +) / Double(b.count))
      let deviation = (a.reduce(0) { $0 + ($1 - x) * ($1 - x) } / Double(a.count)).squareRoot()
      #expect(abs(x - y) < 0.2 * deviation, "\(real.name): \(x), \(y)")
    }
    // The frequent value, the share of gaps, and a word that determines a number.
    if case .number(let incomes) = rows.columns[3].cells { #expect(abs(Double(incomes.count { $0 == 0 }) / 3000 - 0.6) < 0.06) }
    #expect(abs(Double(rows.columns[1].gaps.count) / 3000 - 0.1) < 0.04)
    let years = ["a": 5, "b": 9, "c": 12, "d": 16]
    #expect((0..<3000).count { rows.columns[5][$0] == .whole(years[rows.columns[4][$0].text] ?? 0) } > 2600)
    // New rows are more likely than shuffled ones.
    let shuffled = try Table(t.columns.enumerated().map { place, column in column.selecting((0..<t.count).map { ($0 + 17 * place) % t.count }) })
    func mean(_ t: Table) throws -> Double { try model.logLikelihoods(t, workers: workers).reduce(0, +) / Double(t.count) }
    #expect(try mean(t) > mean(shuffled) + 0.5)
  }

  @Test func marginsAgree() throws {
    let model = try fit(MixtureTests.table(2000), 2)
    #expect(model.edges.count == model.columns.count { $0.stateCount > 1 } - 1)
    for edge in model.edges {
      let (parent, child) = (model.columns[edge.parent].shares, model.columns[edge.child].shares)
      for state in child.indices {
        let share = parent.indices.reduce(0) { $0 + parent[$1] * edge.conditional[$1 * child.count + state] }
        #expect(abs(share - child[state]) < 1e-5)
      }
      for state in parent.indices { #expect(abs(edge.conditional[state * child.count..<(state + 1) * child.count].reduce(0, +) - 1) < 1e-9) }
    }
    #expect(model.account.spentRho <= model.account.rho && model.account.spentRho > 0.9 * model.account.rho)
  }

  @Test func gapsAreFilled() throws {
    let t = try MixtureTests.table(2000)
    let model = try fit(t, 20)
    let filled = try model.filling(t, draw: nil, key: RandomKey(bits: 1), workers: workers)
    #expect(filled.columns.allSatisfy { $0.gaps.isEmpty } && filled.columns[2] == t.columns[2])
    guard case .number(let sizes) = filled.columns[1].cells, case .whole(let masses) = t.columns[2].cells else { return }
    let holes = (0..<2000).filter { t.columns[1].gaps[$0] }
    // The mass is about a hundred times the size.
    let error = holes.reduce(0) { $0 + pow(sizes[$1] - Double(masses[$1]) / 100, 2) } / Double(holes.count)
    let mean = sizes.reduce(0, +) / 2000
    let base = holes.reduce(0) { $0 + pow(mean - Double(masses[$1]) / 100, 2) } / Double(holes.count)
    #expect(error < 0.4 * base)
    let (a, b) = (
      try model.filling(t, draw: 0, key: RandomKey(bits: 1), workers: workers), try model.filling(t, draw: 1, key: RandomKey(bits: 1), workers: workers)
    )
    #expect(a != b && a.columns.allSatisfy { $0.gaps.isEmpty })
    #expect(try model.filling(t, draw: 0, key: RandomKey(bits: 1), workers: workers) == a)
    expectFault(TablesErrors.kind, "`mass`") {
      try model.filling(t.adding(Column("mass", .boolean([Bool](repeating: true, count: 2000)))), draw: nil, key: RandomKey(bits: 1), workers: workers)
    }
  }

  @Test func threadsDoNotMatter() throws {
    let t = try MixtureTests.table(700)
    let results = try [1, 2, 5].map { threads -> (PrivateTable, Table, Table) in
      let workers = Workers(Engine(threads: threads))
      let model = try PrivateTable(fitting: t, PrivacySettings(epsilon: 5), key, workers: workers)
      return (
        model, try model.sample(700, key: RandomKey(bits: 2), workers: workers), try model.filling(t, draw: 3, key: RandomKey(bits: 2), workers: workers)
      )
    }
    for other in results.dropFirst() { #expect(other.0 == results[0].0 && other.1 == results[0].1 && other.2 == results[0].2) }
  }

  @Test func aFileGivesTheModelBack() throws {
    let model = try fit(MixtureTests.table(600), 5)
    var writer = ByteWriter()
    model.write(to: &writer)
    var reader = ByteReader(writer.bytes[...])
    #expect(try PrivateTable(from: &reader) == model && reader.isAtEnd)
    // Damaged files are errors, or models that work.
    let random = RandomKey(bits: 8)
    for attempt in 0..<300 {
      var bytes = writer.bytes
      bytes[random.integer(below: bytes.count, UInt32(attempt))] ^= UInt8(1 << random.integer(below: 8, UInt32(attempt), 1))
      var reader = ByteReader(bytes[...])
      if let damaged = try? PrivateTable(from: &reader) {
        _ = try? damaged.sample(3, key: random, workers: workers)
        _ = damaged.text()
      }
      var cut = ByteReader(bytes.prefix(random.integer(below: bytes.count, UInt32(attempt), 2)))
      #expect(throws: (any Error).self) { try PrivateTable(from: &cut) }
    }
  }

  /// Without pairs, all of the budget is spent on columns, and rows of numbers have a 1 for the state of each column.
  @Test func codings() throws {
    let t = try MixtureTests.table(1500)
    let model = try PrivateTable(fitting: t, PrivacySettings(epsilon: 5, pairs: .none), key, workers: workers)
    #expect(model.edges.isEmpty && Set(model.account.lines.map(\.step)).isDisjoint(with: [.rows, .choice, .pairs]))
    #expect(model.rows == 1500)
    #expect(model.account.spentRho > 0.9 * model.account.rho && model.account.spentRho <= model.account.rho)
    let rows = try model.rows(t, .scores)
    let width = model.rowWidth
    #expect(model.scoreCount == 0 && model.groups.reduce(0, +) == width && rows.count == 1500 * width && model.groupShares.count == width)
    #expect(Set(rows) == [0, 1])
    // The shares of the states are those of the rows, but for the noise, and for numbers that are not spread evenly between two edges.
    let means = (0..<width).map { place in stride(from: place, to: rows.count, by: width).reduce(0) { $0 + rows[$1] } / 1500 }
    for (place, share) in model.groupShares.enumerated() { #expect(abs(means[place] - share) < (place < model.groups[0] ? 0.02 : 0.1)) }
    // A row does not depend on the others.
    let last = t.selecting([1499])
    #expect(try model.rows(last, .scores) == Array(rows.suffix(width)))
    // Back again: in the same states, whatever the number is.
    let again = try model.table(of: rows, count: 1500, .scores, key: RandomKey(bits: 1), workers: workers)
    #expect(again.names == t.names && again.columns.map(\.kind) == t.columns.map(\.kind))
    #expect(try model.rows(again, .scores) == rows)
  }

  /// With a target, its pairs are measured, and nothing is spent on a choice.
  @Test func targets() throws {
    let t = try MixtureTests.table(1500)
    let model = try PrivateTable(fitting: t, PrivacySettings(epsilon: 5, pairs: .target("kind")), key, workers: workers)
    #expect(model.edges.map(\.parent) == [0, 0, 0, 0, 0] && Set(model.edges.map(\.child)) == [1, 2, 3, 4, 5])
    #expect(!model.account.lines.contains { $0.step == .choice } && model.account.spentRho > 0.9 * model.account.rho)
    #expect(model.account.spentRho <= model.account.rho)
    let rows = try model.sample(800, given: ["kind": .text("dog")], key: RandomKey(bits: 1), workers: workers)
    let sizes = (rows.columns[1].numbers() ?? []).filter { !$0.isNaN }
    #expect(abs(sizes.reduce(0, +) / Double(sizes.count) - 50) < 1.5)
    let settings = try PrivacySettings(epsilon: 5, pairs: .target("note"))
    let texts = try t.adding(Column("note", .text(Texts([String](repeating: "x", count: 1500)))))
    expectFault(TablesErrors.model, "`note` cannot be the target") { try PrivateTable(fitting: texts, settings, key, workers: workers) }
    expectFault(TablesErrors.unknown, "`weight`") {
      try PrivateTable(fitting: t, PrivacySettings(epsilon: 5, pairs: .target("weight")), key, workers: workers)
    }
  }

  // MARK: Keys

  @Test func secrets() throws {
    let settings = try PrivacySettings(epsilon: 5)
    let (t, other) = (try MixtureTests.table(300), try MixtureTests.table(301))
    func released(_ table: Table, _ key: NoiseKey, _ settings: PrivacySettings) throws -> [[Int]] {
      var released: [[Int]] = []
      _ = try PrivateTable(fitting: table, settings, key, workers) { released.append($0) }
      return released
    }
    let a = try released(t, NoiseKey(secret: "s", settings, t), settings)
    #expect(try released(t, NoiseKey(secret: "s", settings, t), settings) == a)
    #expect(try released(t, NoiseKey(secret: "r", settings, t), settings) != a)
    // The same secret for a neighbouring table, or another ε, gives other noise, so that the noise cannot be subtracted.
    let b = try released(other, NoiseKey(secret: "s", settings, other), settings)
    #expect(zip(a[1], b[1]).contains { abs($0 - $1) > 1 })
    let weaker = try PrivacySettings(epsilon: 5.0001)
    let c = try released(t, NoiseKey(secret: "s", weaker, t), weaker)
    #expect(zip(a[1], c[1]).contains { abs($0 - $1) > 1 })
    // Noise of the system is never the same.
    #expect(try released(t, NoiseKey(SystemEntropy()), settings) != released(t, NoiseKey(SystemEntropy()), settings))
  }

  // MARK: Odd tables

  @Test func knownValues() throws {
    let t = try Table([
      Column("age", .whole((0..<800).map { 20 + $0 % 50 })), Column("size", .category((0..<800).map { Int32($0 % 3) }, levels: ["L", "M", "S"])),
      Column("x", .number((0..<800).map { Double($0 % 100) })),
    ])
    let model = try fit(t, 10, known: ["age": .range(0, 120), "size": .words(["S", "M", "L", "XL"]), "x": .range(0, 50)])
    #expect(model.columns[1].levels == ["S", "M", "L", "XL"] && model.known == ["age", "size", "x"])
    // `x` may be any of infinitely many numbers; the others need no search.
    #expect(!model.account.lines.contains { $0.step == .words || $0.step == .ranges && $0.count > 1 } && model.account.spentDelta == 0)
    let rows = try model.sample(500, key: RandomKey(bits: 1), workers: workers)
    // Numbers outside a range that was given count as its ends.
    #expect(rows.columns[2].numbers()?.allSatisfy { $0 >= 0 && $0 <= 50 } == true)
    #expect(rows.columns[0].numbers()?.allSatisfy { $0 >= 0 && $0 <= 120 } == true)
    for (name, value) in [("age", PrivacySettings.KnownValues.range(5, 1)), ("age", .words(["a"])), ("size", .range(0, 1)), ("size", .words([]))] {
      expectFault(TablesErrors.range, "`\(name)`") { try fit(t, 1, known: [name: value]) }
    }
    expectFault(TablesErrors.unknown, "`weight`") { try fit(t, 1, known: ["weight": .range(0, 1)]) }
  }

  /// No error, whatever the rows are: it would reveal something about them.
  @Test(arguments: [0, 1, 2]) func fewRows(_ count: Int) throws {
    for epsilon in [0.001, 1, 100] {
      let t = try MixtureTests.table(5).selecting(Array(0..<count))
      let model = try fit(t, epsilon)
      let rows = try model.sample(5, key: RandomKey(bits: 1), workers: workers)
      #expect(rows.count == 5 && rows.names == t.names && rows.columns.map(\.kind) == t.columns.map(\.kind))
      #expect(try model.logLikelihoods(t, workers: workers).allSatisfy { !$0.isNaN })
      _ = try model.filling(t, draw: nil, key: RandomKey(bits: 1), workers: workers)
      if epsilon <= 1 { #expect(model.remarks(delta: 1e-6).contains { $0.contains("is large beside") }) }
    }
  }

  @Test func oddColumns() throws {
    let count = 600
    let missing = Gaps([Bool](repeating: true, count: count))
    let t = try Table([
      Column("constant", .number([Double](repeating: 3, count: count))), Column("empty", .number([Double](repeating: 0, count: count)), gaps: missing),
      Column("only", .category([Int32](repeating: 0, count: count), levels: ["a"])),
      Column("none", .category([Int32](repeating: -1, count: count), levels: []), gaps: missing),
      Column("many", .category((0..<Int32(count)).map { $0 }, levels: (0..<count).map { "m\($0)" })),
      Column("huge", .number((0..<count).map { Double($0) * 1e305 })),
      Column("tiny", .number((0..<count).map { Double($0) * 1e-300 })), Column("wide", .whole((0..<count).map { $0 % 2 == 0 ? Int.max - $0 : Int.min + $0 })),
      Column("text", .text(Texts((0..<count).map { "\($0)" }))),
    ])
    let model = try fit(t, 20)
    let rows = try model.sample(200, key: RandomKey(bits: 1), workers: workers)
    #expect((0..<200).allSatisfy { rows.columns[2][$0] == .text("a") })
    for name in ["none", "many", "text"] { #expect(try rows.column(name).gaps.count == 200) }
    #expect(try rows.column("constant").numbers()?.count { abs($0 - 3) < 0.05 } ?? 0 > 180)
    #expect(rows.columns[1].gaps.count > 190)
    #expect(rows.columns[5].numbers()?.allSatisfy(\.isFinite) == true)
    #expect(try model.logLikelihoods(t, workers: workers).allSatisfy { !$0.isNaN })
    #expect(model.text().contains("Not modelled"))
    let alone = try fit(Table([Column("flag", .boolean((0..<500).map { $0 % 4 == 0 }))]), 1)
    #expect(alone.edges.isEmpty && alone.account.spentRho > 0.9 * alone.account.rho)
    expectFault(TablesErrors.model, "only free text") { try fit(Table([Column("text", .text(Texts(["a"])))]), 1) }
  }

  @Test func manyWords() throws {
    let count = 5000
    let t = try Table([
      Column("word", .category((0..<count).map { Int32($0 % 2 == 0 ? 0 : $0) }, levels: (0..<count).map { "w\($0)" })),
      Column("flag", .boolean((0..<count).map { $0 % 2 == 0 })),
    ])
    let model = try fit(t, 1)
    #expect(model.columns[0].levels == ["w0"] && abs(model.columns[0].coverage - 0.5) < 0.1)
  }

  @Test(arguments: [0, -1, .nan, .infinity, 101, 1e-4]) func invalidEpsilon(_ epsilon: Double) {
    expectFault(TablesErrors.budget, "`privacy` must be") { try PrivacySettings(epsilon: epsilon) }
  }

  @Test(arguments: [0, -1e-6, 0.5, 1, .nan]) func invalidDelta(_ delta: Double) {
    expectFault(TablesErrors.budget, "`delta` must be") { try PrivacySettings(epsilon: 1, delta: delta) }
  }

  @Test func theAccountIsShown() throws {
    let model = try fit(MixtureTests.table(500), 1, known: ["size": .range(20, 80)])
    let text = model.text()
    for part in ["(1, 1e-06)-differentially private", "number of rows", "words and their counts", "counts of pairs", "values of `size`", "together"] {
      #expect(text.contains(part), "\(part) in \(text)")
    }
    #expect(text.split(separator: "\n").allSatisfy { $0.count <= 80 })
    #expect(model.text(width: 40).split(separator: "\n").allSatisfy { $0.count <= 40 })
    let table = try model.accounting()
    #expect(table.names == ["step", "measurements", "rho", "share", "noise"])
    #expect(abs((table.columns[2].numbers() ?? []).reduce(0, +) - model.account.spentRho) < 1e-12)
  }
}
