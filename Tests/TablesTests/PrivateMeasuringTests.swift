import Effects
import Engine
import Glibc
import Privacy
import Testing

@testable import Tables

/// What a private model learns from rows: that it is noisy, and that one row changes it by no more than the noise is made for.
@Suite("Measurements of private models") struct PrivateMeasuringTests {
  private let workers = Workers(Engine(threads: 1))
  private let key = NoiseKey(words: (0..<8).map { UInt32($0) &* 0x9E37_79B9 })

  /// A row of each kind of column.
  private static func table(_ rows: [Int], extra: Bool = false) throws -> Table {
    let random = RandomKey(bits: 3)
    let rows = rows + (extra ? [rows.count + 7] : [])
    func unit(_ row: Int, _ column: UInt32) -> Double { random.uniform(UInt32(row), column) }
    let gaps = Gaps(rows.map { unit($0, 9) < 0.2 })
    return try Table([
      Column("word", .category(rows.map { Int32(3 * unit($0, 1) * unit($0, 1)) }, levels: ["x", "y", "z"])),
      Column("flag", .boolean(rows.map { unit($0, 1) < 0.3 })),
      Column("size", .number(rows.enumerated().map { gaps[$0] ? 0 : 30 + 20 * unit($1, 2) }), gaps: gaps),
      Column("year", .whole(rows.map { 2000 + Int(6 * unit($0, 3)) })), Column("day", .date(rows.map { 19_000 + Int(700 * unit($0, 2)) })),
      Column("at", .time(rows.map { 1_600_000_000_000_000 + Int(1e14 * unit($0, 5)) })), Column("note", .text(Texts(rows.map { "\($0)" }))),
    ])
  }

  /// With the same noise, two neighbours differ in what is released as their counts do: in one place of each measurement, by 1.
  @Test(arguments: [0.5, 2, 20]) func oneRowChangesOneCount(_ epsilon: Double) throws {
    let settings = try PrivacySettings(epsilon: epsilon, known: ["year": .range(1990, 2030)])
    var (before, after) = ([[Int]](), [[Int]]())
    _ = try PrivateTable(fitting: PrivateMeasuringTests.table(Array(0..<900)), settings, key, workers) { before.append($0) }
    _ = try PrivateTable(fitting: PrivateMeasuringTests.table(Array(0..<900), extra: true), settings, key, workers) { after.append($0) }
    #expect(before.count >= 8)
    var compared = 0
    for (a, b) in zip(before, after) {
      // What is measured next depends on what was released, and may differ from here on.
      guard a.count == b.count else { break }
      let differences = zip(a, b).map { $1 - $0 }
      guard differences.allSatisfy({ abs($0) <= 1 }) else { break }
      // None, if the row has a cell that is not modelled.
      #expect(differences.count { $0 != 0 } <= 1 && differences.allSatisfy { $0 >= 0 })
      compared += differences.reduce(0, +)
    }
    #expect(compared >= 6)
  }

  @Test func noisyCountsAreCountsAndNoise() throws {
    let account = PrivacyAccount(try PrivacySettings(epsilon: 1), hasWords: true)
    func released(_ counts: [Int]) throws -> [Int] {
      var curator = Curator(key, account)
      return try curator.counts(counts, .rows, rho: 0.001).values
    }
    let (a, b) = (try released([0, 10, 500]), try released([0, 11, 500]))
    #expect(zip(a, b).map { $1 - $0 } == [0, 1, 0] && a != [0, 10, 500])
  }

  @Test func spending() throws {
    var curator = Curator(key, PrivacyAccount(try PrivacySettings(epsilon: 1, delta: 1e-6), hasWords: true))
    let all = curator.account.rho
    #expect(abs(ZeroConcentrated.delta(rho: all, epsilon: 1) - 5e-7) < 1e-9)
    _ = try curator.counts([1], .rows, rho: all / 4)
    _ = try curator.counts([1], .coarse, rho: all / 4)
    _ = try curator.counts([1], .coarse, rho: all / 4)
    _ = try curator.choice([1, 2], .choice, rho: all / 4)
    #expect(curator.account.lines.map(\.count) == [1, 2, 1])
    #expect(curator.account.spentRho <= all && curator.account.spentRho > 0.999 * all)
  }

  /// No word of one row passes, whatever the noise; it would with a probability of at most δ. Frequent ones do.
  @Test func rareWordsAreNeverReleased() throws {
    let settings = try PrivacySettings(epsilon: 2)
    let codes = [Int32](repeating: 0, count: 500) + (1...200).map { Int32($0) }
    let levels = ["often"] + (1...200).map { "secret \($0)" }
    let t = try Table([Column("word", .category(codes, levels: levels)), Column("note", .text(Texts(codes.map { "\($0)" })))])
    for attempt in 0..<15 {
      let model = try PrivateTable(fitting: t, settings, NoiseKey(words: [UInt32](repeating: UInt32(attempt), count: 8)), workers: workers)
      #expect(model.columns[0].levels == ["often"] && model.columns[0].coverage < 0.9)
      #expect(model.remarks(delta: 1e-6).contains { $0.contains("too rare") })
    }
    var curator = Curator(key, PrivacyAccount(settings, hasWords: true))
    let (counts, noise) = try curator.frequent([0, 1, 1, 1, 10_000], .words, rho: 0.01, delta: 1e-7)
    #expect(counts.prefix(4).allSatisfy { $0 == nil } && abs((counts[4] ?? 0) - 10_000) < Int(10 * noise.deviation))
  }

  /// The order of levels may depend on one row: a word that is not a number changes that of numbers.
  @Test func theOrderOfLevelsIsThatOfTheReleasedOnes() throws {
    let words = ["10", "9", "a"]
    let codes = [Int32](repeating: 0, count: 400) + [Int32](repeating: 1, count: 400) + [2]
    let t = try Table([Column("word", .category(codes, levels: words))])
    let model = try PrivateTable(fitting: t, PrivacySettings(epsilon: 3), key, workers: workers)
    #expect(model.columns[0].levels == ["9", "10"])
  }

  /// A candidate is chosen with a probability proportional to exp(ε/2 · score).
  @Test func choices() throws {
    let scores = [0, 3, 5, -4]
    let rho = 0.5 * 0.5 / 8
    var picked = [0, 0, 0, 0]
    for attempt in 0..<3000 {
      var curator = Curator(
        NoiseKey(words: (0..<8).map { UInt32($0) &+ UInt32(attempt) << 8 }), PrivacyAccount(try PrivacySettings(epsilon: 5), hasWords: false))
      picked[try curator.choice(scores, .choice, rho: rho)] += 1
    }
    let weights = scores.map { exp(0.25 * Double($0)) }
    let total = weights.reduce(0, +)
    for (count, weight) in zip(picked, weights) {
      let expected = 3000 * weight / total
      #expect(abs(Double(count) - expected) < 4 * expected.squareRoot(), "\(picked)")
    }
  }

  @Test func scoresChangeByAtMostOne() throws {
    let settings = MeasuringPlan(rows: 300, rho: 0.01, delta: 0, pairNoise: 20)
    let shares = [[0.3, 0.7], [0.5, 0.2, 0.3], [0.25, 0.75]]
    let columns = shares.map { shares in
      PrivateColumn(
        name: "c\(shares.count)\(shares[0])", kind: .category, levels: shares.indices.map { "\($0)" },
        leaves: shares.enumerated().map { .point($0, $1 * 300) }, ends: Array(1...shares.count), gaps: 0, coverage: 1)
    }
    let random = RandomKey(bits: 5)
    var states = columns.indices.map { column in
      (0..<300).map { Int32(random.integer(below: columns[column].stateCount, UInt32($0), UInt32(column))) }
    }
    let before = try PairChoice(columns, states, settings, workers).scores
    for row in 0..<20 {
      for column in columns.indices { states[column].append(Int32(random.integer(below: columns[column].stateCount, UInt32(900 + row), UInt32(column)))) }
      let after = try PairChoice(columns, states, settings, workers).scores
      #expect(zip(before, after).allSatisfy { abs($0 - $1) <= row + 1 })
    }
    // Rows whose cells are not modelled change nothing.
    let known = try PairChoice(columns, states, settings, workers).scores
    for column in columns.indices { states[column].append(-1) }
    #expect(try PairChoice(columns, states, settings, workers).scores == known)
  }

  // MARK: Numbers

  @Test func octavesCoverAllNumbers() {
    for isWhole in [false, true] {
      let octaves = NumberLeaves.octaves(isWhole: isWhole)
      #expect(zip(octaves, octaves.dropFirst()).allSatisfy { $0.high <= $1.low })
      let numbers: [Double] =
        isWhole
        ? [0, 1, 2, 3, 4, -1, -2, -3, -4, -5, 0x1p62, -0x1p63, 1000, -1024]
        : [0, 0.1, -0.1, 1, -1, 2, -2, 3.99, 1e300, -1e300, 1e-300, -1e-300, .greatestFiniteMagnitude, -.greatestFiniteMagnitude, 5e-324]
      for number in numbers {
        let leaf = octaves[octaves.position(of: number)]
        let isIn = number >= leaf.low && (number < leaf.high || leaf.isPoint && number == leaf.low)
        #expect(isIn || abs(number) >= 0x1p63, "\(number) in \(leaf.low)..<\(leaf.high)")
      }
    }
  }

  @Test func leaves() {
    let leaves = [Leaf(low: 0, high: 0, mass: 1), Leaf(low: 1, high: 2, mass: 1), Leaf(low: 5, high: 8, mass: 1)]
    #expect([-3, 0, 0.4, 0.6, 1, 1.99, 3, 4, 5, 100].map { leaves.position(of: $0) } == [0, 0, 0, 1, 1, 1, 1, 2, 2, 2])
    #expect(Leaf(low: 0, high: 10, mass: 1).edges(4, isWhole: true) == [0, 2, 5, 7, 10])
    #expect(Leaf(low: 0, high: 3, mass: 1).edges(64, isWhole: true) == [0, 1, 2, 3])
    #expect(Leaf(low: 0, high: 0, mass: 1).edges(64, isWhole: false) == [0, 0])
    let wide = Leaf(low: -.greatestFiniteMagnitude, high: .greatestFiniteMagnitude, mass: 1).edges(64, isWhole: false)
    #expect(wide.count == 65 && wide.allSatisfy(\.isFinite) && zip(wide, wide.dropFirst()).allSatisfy { $0 < $1 })
    #expect(Leaf(low: 0, high: 5e-324, mass: 1).edges(64, isWhole: false) == [0, 5e-324])
  }

  @Test func noiseIsSmoothed() {
    // Even counts with noise become one leaf; a frequent value remains.
    let counts = [9, 12, 10, 8, 11, 9, 13, 10]
    let edges = (0...8).map(Double.init)
    #expect(SmoothedCounts(counts, edges, deviation: 3).leaves(80) == [Leaf(low: 0, high: 8, mass: 80)])
    let spike = SmoothedCounts([9, 12, 10, 8, 211, 9, 13, 10], edges, deviation: 3).leaves(280)
    #expect(spike.contains { $0.low == 4 && $0.high == 5 && abs($0.mass - 205) < 10 })
    #expect(abs(spike.reduce(0) { $0 + $1.mass } - 280) < 1e-9)
    // Ends without rows are left out, but at least a quarter remains.
    let ends = SmoothedCounts([2, -3, 40, 45, 38, 1, -2, 3], edges, deviation: 3)
    #expect(ends.trimmed(first: true, last: true).leaves(120) == [Leaf(low: 2, high: 5, mass: 120)])
    #expect(ends.trimmed(first: false, last: true).leaves(120).first?.low == 0 && ends.trimmed(first: true, last: false).leaves(120).last?.high == 8)
    #expect(SmoothedCounts([0, 0, 0, 0, 0, 0, 0, 0], edges, deviation: 3).trimmed(first: true, last: true).leaves(9) == [Leaf(low: 3, high: 5, mass: 9)])
  }

  @Test func distributionsOfNumbers() throws {
    let random = RandomKey(bits: 4)
    let numbers = (0..<4000).map { row -> Double in
      let u = random.uniform(UInt32(row))
      return u < 0.5 ? 0 : exp(10 * (u - 0.5) * 2)
    }
    var curator = Curator(key, PrivacyAccount(try PrivacySettings(epsilon: 100), hasWords: false))
    let found = try #require(try NumberLeaves(numbers, gaps: 0, isWhole: false, range: nil, rows: 4000, rho: 1, &curator))
    #expect(abs(found.leaves.reduce(0) { $0 + $1.mass } - 4000) < 1e-6 && found.gaps == 0)
    let zero = try #require(found.leaves.first { $0.isPoint })
    #expect(abs(zero.mass - 2000) < 50)
    for limit in [1.0, 10, 100, 1000, 10_000] {
      let below = found.leaves.reduce(0.0) { $0 + $1.mass * min(max(($1.isPoint ? ($1.low < limit ? 1 : 0) : (limit - $1.low) / ($1.high - $1.low)), 0), 1) }
      #expect(abs(below - Double(numbers.count { $0 < limit })) < 120, "\(limit): \(below)")
    }
    // A known range limits the numbers, but 0 remains a value of its own.
    var limited = Curator(key, PrivacyAccount(try PrivacySettings(epsilon: 100), hasWords: false))
    let within = try #require(try NumberLeaves(numbers, gaps: 0, isWhole: false, range: (0, 100), rows: 4000, rho: 1, &limited))
    #expect(within.leaves.allSatisfy { $0.low >= 0 && $0.high <= 100 } && within.leaves.contains { $0.isPoint && abs($0.mass - 2000) < 50 })
    // Noise alone has no range.
    var weak = Curator(key, PrivacyAccount(try PrivacySettings(epsilon: 0.1), hasWords: false))
    #expect(try NumberLeaves([1, 2, 3], gaps: 0, isWhole: false, range: nil, rows: 3, rho: 1e-5, &weak) == nil)
  }

  // MARK: Pairs

  /// The nearest table with given margins: no table with these margins is nearer to the counts.
  @Test func pairsAreProjected() {
    let random = RandomKey(bits: 8)
    for attempt in 0..<20 {
      let (n, m) = (2 + attempt % 4, 3 + attempt % 3)
      func uniform(_ a: Int, _ b: Int) -> Double { random.uniform(UInt32(attempt), UInt32(a), UInt32(b)) }
      func normalised(_ numbers: [Double]) -> [Double] { numbers.map { $0 / numbers.reduce(0, +) } }
      let (rows, columns) = (normalised((0..<n).map { 0.05 + uniform($0, 1) }), normalised((0..<m).map { 0.05 + uniform($0, 2) }))
      let counts = (0..<n * m).map { uniform($0, 3) * 0.6 - 0.2 }
      let table = PairTable(counts, rows: rows, columns: columns)
      #expect(table.joint.allSatisfy { $0 >= 0 })
      for i in 0..<n { #expect(abs(table.joint[i * m..<(i + 1) * m].reduce(0, +) - rows[i]) < 1e-9) }
      for j in 0..<m { #expect(abs((0..<n).reduce(0) { $0 + table.joint[$1 * m + j] } - columns[j]) < 1e-5) }
      func distance(_ joint: [Double]) -> Double { zip(joint, counts).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) } }
      let best = distance(table.joint)
      // Moving a little around any rectangle keeps the margins.
      for i in 0..<n - 1 {
        for j in 0..<m - 1 {
          for step in [1e-3, -1e-3] {
            var moved = table.joint
            for (place, sign) in [(i * m + j, 1.0), ((i + 1) * m + j, -1), (i * m + j + 1, -1), ((i + 1) * m + j + 1, 1)] { moved[place] += sign * step }
            if moved.allSatisfy({ $0 >= 0 }) { #expect(distance(moved) > best - 1e-6) }
          }
        }
      }
      #expect(table.transposed.transposed == table)
    }
  }
}
