import Effects
import Engine
import Glibc
import Privacy
import Tensors
import Testing

@testable import Tables

@Suite("Mixtures of tables") struct MixtureTests {
  private let workers = Workers(Engine(threads: 1))

  /// Two groups: numbers that depend on each other and on a word, a column with a frequent value, one that follows from another, and gaps.
  static func table(_ count: Int, seed: UInt64 = 1) throws -> Table {
    let key = RandomKey(bits: seed)
    func normal(_ row: Int, _ column: UInt32) -> Double { NormalDistribution.quantile(key.uniform(UInt32(row), column) * 0.9998 + 0.0001) }
    var (kinds, sizes, masses, incomes, codes, gaps) = ([Int32](), [Double](), [Int](), [Double](), [Int32](), [Bool]())
    for row in 0..<count {
      let kind = key.uniform(UInt32(row), 1) < 0.4 ? 1 : 0
      let size = 40 + 10 * Double(kind) + 3 * normal(row, 2)
      kinds.append(Int32(kind))
      sizes.append((size * 10).rounded() / 10)
      masses.append(Int((100 * size + 80 * normal(row, 3)).rounded() / 25) * 25)
      incomes.append(key.uniform(UInt32(row), 4) < 0.6 ? 0 : (exp(normal(row, 5)) * 1000).rounded())
      codes.append(Int32(key.uniform(UInt32(row), 6) * 4))
      gaps.append(key.uniform(UInt32(row), 7) < 0.1)
    }
    return try Table([
      Column("kind", .category(kinds, levels: ["cat", "dog"])),
      Column("size", .number(zip(sizes, gaps).map { $1 ? 0 : $0 }), gaps: Gaps(gaps)), Column("mass", .whole(masses)), Column("income", .number(incomes)),
      Column("grade", .category(codes, levels: ["a", "b", "c", "d"])),
      Column("years", .whole(codes.map { [5, 9, 12, 16][Int($0)] })),
    ])
  }

  @Test func scoresAndQuantilesAreInverse() {
    for p in [1e-300, 1e-12, 0.001, 0.2, 0.5, 0.77, 0.999, 1 - 1e-12] {
      let z = NormalDistribution.quantile(p)
      #expect(abs(NormalDistribution.cumulative(z) - p) <= 1e-14 * max(1, p / 1e-300 * 1e-286) + 4e-16 + p * 1e-12)
    }
    #expect(abs(NormalDistribution.quantile(0.975) - 1.959963984540054) < 1e-14)
    let quantiles = Quantiles([3, 1, 2, 2, 2, 10])
    for value in [1.0, 2, 3, 10] { #expect(quantiles.value(quantiles.score(value)) == value) }
    #expect(quantiles.value(-40) == 1 && quantiles.value(40) == 10)
    #expect(Quantiles([3725, 3750, 3800]).stepped(3761) == 3750)
    #expect(Quantiles([0.1, 0.4, 0.75]).stepped(0.2233) == 0.2)
  }

  /// The expectations of a normal distribution are exact for polynomials up to the thirteenth degree.
  @Test func expectations() {
    #expect(abs(GaussHermite.expectation(2, 3) { $0 } - 2) < 1e-10)
    #expect(abs(GaussHermite.expectation(2, 3) { $0 * $0 } - 13) < 1e-9)
    #expect(abs(GaussHermite.expectation(0, 1) { pow($0, 4) } - 3) < 1e-9)
  }

  @Test func oneComponentIsTheNormalDistribution() throws {
    // Without a prior the likelihood of one component is that of the sample's mean and covariance.
    let count = 400
    let key = RandomKey(bits: 3)
    let x = (0..<count).map { NormalDistribution.quantile(key.uniform(UInt32($0), 1) * 0.99 + 0.005) }
    let y = (0..<count).map { 0.8 * x[$0] + 0.6 * NormalDistribution.quantile(key.uniform(UInt32($0), 2) * 0.99 + 0.005) }
    let data = CodedRows(count: count, width: 2, scores: (0..<count).flatMap { [x[$0], y[$0]] }, classCounts: [], classes: [])
    var settings = MixtureSettings()
    settings.floor = (share: 0, least: 0)
    settings.iterations = 50
    let mixture = try Mixture(fitting: data, components: 1, strata: [], settings, RandomKey(bits: 1), workers)
    func mean(_ numbers: [Double]) -> Double { numbers.reduce(0, +) / Double(count) }
    let (mx, my) = (mean(x), mean(y))
    let (xx, yy) = (mean(x.map { ($0 - mx) * ($0 - mx) }), mean(y.map { ($0 - my) * ($0 - my) }))
    let xy = mean(zip(x, y).map { ($0 - mx) * ($1 - my) })
    #expect(zip(mixture.covariances, [xx, xy, xy, yy]).allSatisfy { abs($0 - $1) < 1e-3 })
    #expect(zip(mixture.means, [mx, my]).allSatisfy { abs($0 - $1) < 1e-3 })
    let determinant = mixture.covariances[0] * mixture.covariances[3] - mixture.covariances[1] * mixture.covariances[2]
    let likelihoods = try mixture.logLikelihoods(data, workers)
    for row in 0..<5 {
      let (a, b) = (x[row] - mixture.means[0], y[row] - mixture.means[1])
      let squares = (a * a * mixture.covariances[3] - 2 * a * b * mixture.covariances[1] + b * b * mixture.covariances[0]) / determinant
      #expect(abs(likelihoods[row] - (-log(2 * Double.pi) - 0.5 * log(determinant) - 0.5 * squares)) < 1e-9)
    }
    // A missing score is integrated out: what remains is the distribution of the other.
    var missing = data
    missing.scores[1] = .nan
    let alone = try mixture.logLikelihoods(missing, workers)[0]
    #expect(
      abs(alone - (-0.5 * log(2 * Double.pi * mixture.covariances[0]) - 0.5 * (x[0] - mixture.means[0]) * (x[0] - mixture.means[0]) / mixture.covariances[0]))
        < 1e-9)
  }

  @Test func theLikelihoodOfWordsSumsToOne() throws {
    let t = try Table([
      Column("a", .category([0, 1, 0, 0, 1, 2, 0, 2], levels: ["x", "y", "z"])), Column("b", .boolean([true, false, true, true, false, false, true, true])),
    ])
    let mixture = try TableMixture(fitting: t, components: 2, key: RandomKey(bits: 1), workers: workers)
    let all = try Table([
      Column("a", .category([0, 0, 1, 1, 2, 2], levels: ["x", "y", "z"])), Column("b", .boolean([true, false, true, false, true, false])),
    ])
    let total = try mixture.logLikelihoods(all, workers: workers).reduce(0) { $0 + exp($1) }
    #expect(abs(total - 1) < 1e-9)
  }

  /// A number outside the range, and a word that was not learned, count as gaps, and are reported.
  @Test func unknownCellsCountAsGaps() throws {
    let t = try MixtureTests.table(300)
    let mixture = try TableMixture(fitting: t, components: 2, key: RandomKey(bits: 1), workers: workers)
    let row = t.selecting([0])
    #expect(try mixture.likelihoods(of: t, workers: workers).unknown.count == 0)
    func likelihood(_ table: Table) throws -> Double { try mixture.logLikelihoods(table, workers: workers)[0] }
    let odd: [(String, Column.Cells, String)] = [
      ("size", .number([1e6]), "1000000.0"), ("income", .number([-5]), "-5.0"), ("kind", .category([0], levels: ["emu"]), "emu"),
    ]
    for (name, odd, text) in odd {
      let (changed, open) = (try row.adding(Column(name, odd)), try row.adding(Column(name, odd, gaps: Gaps([true]))))
      let unknown = try mixture.likelihoods(of: changed, workers: workers).unknown
      #expect(unknown.count == 1 && unknown.first == (name, text))
      #expect(try likelihood(changed) == likelihood(open) && mixture.likelihoods(of: open, workers: workers).unknown.count == 0)
    }
  }

  @Test func rowsAreLikeTheTable() throws {
    let t = try MixtureTests.table(600)
    let mixture = try TableMixture(fitting: t, components: nil, key: RandomKey(bits: 1), workers: workers)
    let rows = try mixture.sample(2000, key: RandomKey(bits: 2), workers: workers)
    #expect(rows.names == t.names && rows.columns.map(\.kind) == t.columns.map(\.kind))
    for (real, new) in zip(t.columns, rows.columns) {
      guard let a = real.numbers()?.filter({ !$0.isNaN }), let b = new.numbers()?.filter({ !$0.isNaN }), let low = a.min(), let high = a.max() else { continue }
      #expect(b.allSatisfy { $0 >= low && $0 <= high })
      let (x, y) = (a.reduce(0, +) / Double(a.count), b.reduce(0, +) / Double(b.count))
      let deviation = (a.reduce(0) { $0 + ($1 - x) * ($1 - x) } / Double(a.count)).squareRoot()
      #expect(abs(x - y) < 0.15 * deviation, "\(real.name): \(x), \(y)")
    }
    // Rounding, the frequent value, what follows, and the share of gaps are kept.
    if case .whole(let masses) = rows.columns[2].cells { #expect(masses.allSatisfy { $0 % 25 == 0 }) }
    if case .number(let incomes) = rows.columns[3].cells { #expect(abs(Double(incomes.count { $0 == 0 }) / 2000 - 0.6) < 0.06) }
    for row in 0..<2000 { #expect(rows.columns[5][row] == .whole(["a": 5, "b": 9, "c": 12, "d": 16][rows.columns[4][row].text] ?? 0)) }
    #expect(abs(Double(rows.columns[1].gaps.count) / 2000 - Double(t.columns[1].gaps.count) / 600) < 0.03)
  }

  /// A column of many numbers that follows from words does so in new rows, too.
  @Test func numbersFollowFromWords() throws {
    let key = RandomKey(bits: 4)
    let words = (0..<16).map { "w\($0 < 10 ? "0" : "")\($0)" }
    let codes = (0..<400).map { Int32(key.integer(below: 16, UInt32($0))) }
    let t = try Table([
      Column("word", .category(codes, levels: words)), Column("years", .whole(codes.map { 3 + Int($0) * 2 })),
      Column("x", .number(codes.map { Double($0) + key.uniform(UInt32($0), 1) })),
    ])
    let rows = try TableMixture(fitting: t, components: 3, key: RandomKey(bits: 1), workers: workers).sample(300, key: RandomKey(bits: 2), workers: workers)
    for row in 0..<300 { #expect(rows.columns[1][row] == .whole(3 + 2 * (words.firstIndex(of: rows.columns[0][row].text) ?? 0))) }
  }

  @Test func givenCellsHold() throws {
    let t = try MixtureTests.table(400)
    let mixture = try TableMixture(fitting: t, components: 4, key: RandomKey(bits: 1), workers: workers)
    let dogs = try mixture.sample(300, given: ["kind": .text("dog"), "years": .whole(12)], key: RandomKey(bits: 2), workers: workers)
    #expect((0..<300).allSatisfy { dogs.columns[0][$0] == .text("dog") && dogs.columns[4][$0] == .text("c") && dogs.columns[5][$0] == .whole(12) })
    let sizes = (dogs.columns[1].numbers() ?? []).filter { !$0.isNaN }
    #expect(abs(sizes.reduce(0, +) / Double(sizes.count) - 50) < 1)
    let large = try mixture.sample(300, given: ["mass": .whole(5200)], key: RandomKey(bits: 2), workers: workers)
    #expect((0..<300).count { large.columns[0][$0] == .text("dog") } > 280)
    #expect(throws: (any Error).self) { try mixture.sample(1, given: ["kind": .text("cow")], key: RandomKey(bits: 2), workers: workers) }
    #expect(throws: (any Error).self) { try mixture.sample(1, given: ["weight": .whole(3)], key: RandomKey(bits: 2), workers: workers) }
    #expect(throws: (any Error).self) { try mixture.sample(1, given: ["size": .text("big")], key: RandomKey(bits: 2), workers: workers) }
    let missing = try mixture.sample(20, given: ["size": .gap], key: RandomKey(bits: 2), workers: workers)
    #expect(missing.columns[1].gaps.count == 20)
  }

  @Test func gapsAreFilledBetterThanByMeans() throws {
    let t = try MixtureTests.table(500)
    let mixture = try TableMixture(fitting: t, components: nil, key: RandomKey(bits: 1), workers: workers)
    let whole = try MixtureTests.table(200, seed: 9)
    guard case .number(let sizes) = whole.columns[1].cells else { return }
    let rows = (0..<200).filter { !whole.columns[1].gaps[$0] }
    let holes = try whole.selecting(rows).adding(
      Column("size", .number([Double](repeating: 0, count: rows.count)), gaps: Gaps([Bool](repeating: true, count: rows.count))))
    let filled = try mixture.filling(holes, draw: nil, key: RandomKey(bits: 1), workers: workers)
    let mean = rows.reduce(0.0) { $0 + sizes[$1] } / Double(rows.count)
    let error = rows.indices.reduce(0.0) { $0 + pow(ColumnCoding.number(filled.columns[1][$1]) - sizes[rows[$1]], 2) }
    #expect(error < 0.1 * rows.reduce(0.0) { $0 + pow(sizes[$1] - mean, 2) })
    #expect(filled.columns[1].gaps.isEmpty && filled.columns[2] == holes.columns[2])
    // Draws differ from each other, and repeat.
    let (a, b) = (
      try mixture.filling(holes, draw: 0, key: RandomKey(bits: 1), workers: workers),
      try mixture.filling(holes, draw: 1, key: RandomKey(bits: 1), workers: workers)
    )
    let again = try mixture.filling(holes, draw: 0, key: RandomKey(bits: 1), workers: workers)
    #expect(a != b && a == again)
  }

  @Test func threadsDoNotMatter() throws {
    let t = try MixtureTests.table(900)
    let results = try [1, 2, 5].map { threads -> (TableMixture, Table, Table) in
      let workers = Workers(Engine(threads: threads))
      let mixture = try TableMixture(fitting: t, components: nil, key: RandomKey(bits: 1), workers: workers)
      return (
        mixture, try mixture.sample(700, key: RandomKey(bits: 2), workers: workers), try mixture.filling(t, draw: 3, key: RandomKey(bits: 2), workers: workers)
      )
    }
    for other in results.dropFirst() { #expect(other.0 == results[0].0 && other.1 == results[0].1 && other.2 == results[0].2) }
  }

  @Test func aFileGivesTheMixtureBack() throws {
    let mixture = try TableMixture(fitting: try MixtureTests.table(300), components: 3, key: RandomKey(bits: 1), workers: workers)
    var writer = ByteWriter()
    mixture.write(to: &writer)
    var reader = ByteReader(writer.bytes[...])
    #expect(try TableMixture(from: &reader) == mixture && reader.isAtEnd)
    // Damaged files are errors, or mixtures that work.
    let key = RandomKey(bits: 8)
    for attempt in 0..<300 {
      var bytes = writer.bytes
      bytes[key.integer(below: bytes.count, UInt32(attempt))] ^= UInt8(1 << key.integer(below: 8, UInt32(attempt), 1))
      var reader = ByteReader(bytes[...])
      if let damaged = try? TableMixture(from: &reader) { _ = try? damaged.sample(3, key: key, workers: workers) }
      var cut = ByteReader(bytes.prefix(key.integer(below: bytes.count, UInt32(attempt), 2)))
      #expect(throws: (any Error).self) { try TableMixture(from: &cut) }
    }
  }

  @Test(arguments: [1, 2, 5]) func fewRows(_ count: Int) throws {
    let t = try MixtureTests.table(count)
    let mixture = try TableMixture(fitting: t, components: nil, key: RandomKey(bits: 1), workers: workers)
    #expect(try mixture.sample(10, key: RandomKey(bits: 1), workers: workers).count == 10)
    #expect(try mixture.logLikelihoods(t, workers: workers).allSatisfy { !$0.isNaN })
  }

  @Test func oddColumns() throws {
    let constant = try Table([Column("a", .number([3, 3, 3, 3, 3, 3, 3])), Column("b", .text(Texts(["p", "q", "r", "s", "t", "u", "v"])))])
    let mixture = try TableMixture(fitting: constant, components: nil, key: RandomKey(bits: 1), workers: workers)
    let rows = try mixture.sample(4, key: RandomKey(bits: 1), workers: workers)
    #expect((0..<4).allSatisfy { rows.columns[0][$0] == .number(3) && rows.columns[1][$0] == .gap })
    let empty = try Table([Column("a", .number([0, 0]), gaps: Gaps([true, true]))])
    #expect(throws: (any Error).self) { try TableMixture(fitting: empty, components: nil, key: RandomKey(bits: 1), workers: workers) }
    let huge = try Table([Column("a", .number((0..<50).map { Double($0) * 1e300 })), Column("b", .number((0..<50).map { Double($0) * 1e-300 }))])
    let wide = try TableMixture(fitting: huge, components: nil, key: RandomKey(bits: 1), workers: workers)
    #expect(try wide.sample(5, key: RandomKey(bits: 1), workers: workers).columns[0].numbers()?.allSatisfy { $0.isFinite && $0 <= 49e300 } == true)
  }

  /// Swift takes é and e with an accent for equal words.
  @Test func wordsOfEqualCharacters() throws {
    let words = ["\u{E9}t\u{E9}", "e\u{301}te\u{301}", "hiver"]
    let t = try Table([
      Column("season", .category((0..<60).map { Int32($0 % 3) }, levels: words)), Column("mass", .number((0..<60).map { Double($0) / 7 })),
    ])
    let mixture = try TableMixture(fitting: t, components: 2, key: RandomKey(bits: 1), workers: workers)
    #expect(try mixture.logLikelihoods(t, workers: workers).allSatisfy { $0.isFinite })
    let rows = try mixture.sample(50, given: ["season": .text(words[1])], key: RandomKey(bits: 1), workers: workers)
    #expect((0..<50).allSatisfy { rows.columns[0][$0] == .text(words[0]) })
    let near = try Smote(t, neighbours: 3, by: "season").sample(20, given: [:], key: RandomKey(bits: 1), workers: workers)
    #expect(near.count == 20)
    let settings = try PrivacySettings(epsilon: 50)
    let hidden = try PrivateTable(fitting: t, settings, NoiseKey(words: [1, 2, 3, 4, 5, 6, 7, 8]), workers: workers)
    #expect(try hidden.sample(20, given: [:], key: RandomKey(bits: 1), workers: workers).count == 20)
  }
}
