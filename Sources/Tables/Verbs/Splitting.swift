import Diagnostics
import Engine

extension Table {
  /// Divides the rows at random into parts with these shares of them, and one more for the rest if the shares add up to less than 1.
  /// The sizes are the shares of the rows, rounded by largest remainders. Otherwise as `split(counts:by:key:)`. Errors: shares that are not
  /// between 0 and 1 or add up to more than 1 (L0520).
  package func split(shares: [Double], by names: [String]? = nil, key: RandomKey) throws -> [Table] {
    let sum = shares.reduce(0, +)
    guard !shares.isEmpty, shares.allSatisfy({ $0 > 0 && $0 <= 1 }), sum <= 1 + 1e-9 else {
      throw Fault(
        TablesErrors.rows, "`split` needs shares between 0 and 1 that add up to 1 at most, got \(shares.map { "\($0)" }.joined(separator: ", "))",
        hint: "as in `(train, test) = split(t, 0.8)`")
    }
    let all = sum < 1 - 1e-9 ? shares + [1 - sum] : shares
    var counts = all.map { Int($0 * Double(count)) }
    let rests = all.indices.map { (part: $0, rest: all[$0] * Double(count) - Double(counts[$0])) }
    let left = count - counts.reduce(0, +)
    for (part, _) in rests.sorted(by: { $0.rest > $1.rest || ($0.rest == $1.rest && $0.part < $1.part) }).prefix(max(0, left)) { counts[part] += 1 }
    return try divided(counts, by: names, key)
  }

  /// Divides the rows at random into parts of these sizes, and one more for the rest if there is one. The rows of a part are in random
  /// order. A pure function of the key.
  ///
  /// With names of columns, every part has its share of each group of rows that are equal in them, up to less than one row. The sizes of the
  /// parts hold exactly (controlled rounding; L. Cox, JASA 82, 1987). Errors: negative sizes, or more than all rows (L0520); unknown
  /// names (L0511).
  package func split(counts: [Int], by names: [String]? = nil, key: RandomKey) throws -> [Table] {
    guard !counts.isEmpty, counts.allSatisfy({ $0 >= 0 && $0 <= count }), counts.reduce(0, +) <= count else {
      throw Fault(
        TablesErrors.rows,
        "`split` needs sizes from 0 on that add up to \(counted(count, "row")) at most, got \(counts.map { "\($0)" }.joined(separator: ", "))")
    }
    let rest = count - counts.reduce(0, +)
    return try divided(rest > 0 ? counts + [rest] : counts, by: names, key)
  }

  private func divided(_ sizes: [Int], by names: [String]?, _ key: RandomKey) throws -> [Table] {
    let order = try randomOrder(key)
    var strata = [Int](repeating: 0, count: count)
    var sizesOfStrata = [count]
    if let names {
      let groups = try grouped(by: names)
      sizesOfStrata = []
      for group in 0..<groups.count {
        let rows = groups.rows(group)
        for row in rows { strata[row] = group }
        sizesOfStrata.append(rows.count)
      }
    }
    let cells = sizes.count.multipliedReportingOverflow(by: sizesOfStrata.count)
    guard !cells.overflow, cells.partialValue < 1 << 50, Memory.holds(200 * cells.partialValue) else {
      throw Fault(TablesErrors.rows, "\(sizes.count) parts of \(sizesOfStrata.count) groups do not fit in memory")
    }
    var left = Strata(sizesOfStrata, parts: sizes).counts
    // The first part of each stratum that still needs rows.
    var open = [Int](repeating: 0, count: left.count)
    var parts = [[Int]](repeating: [], count: sizes.count)
    for row in order {
      let stratum = strata[row]
      while left[stratum][open[stratum]] == 0 { open[stratum] += 1 }
      left[stratum][open[stratum]] -= 1
      parts[open[stratum]].append(row)
    }
    return parts.map { selecting($0) }
  }
}

/// How many rows of each stratum each part gets.
private struct Strata {
  /// By stratum and part.
  private(set) var counts: [[Int]]
  /// Whether a count is rounded up, and whether its share is not whole, so that it could be.
  private var isUp: [[Bool]]
  private let canBeUp: [[Bool]]

  /// The sizes of strata and of parts have the same sum.
  init(_ strata: [Int], parts: [Int]) {
    let total = max(1, parts.reduce(0, +))
    var rests: [[Int]] = []
    counts = []
    for size in strata {
      let shares = parts.map { total.dividingFullWidth($0.multipliedFullWidth(by: size)) }
      counts.append(shares.map(\.quotient))
      rests.append(shares.map(\.remainder))
    }
    canBeUp = rests.map { $0.map { $0 > 0 } }
    isUp = rests.map { $0.map { _ in false } }
    // What a part should have got so far and has not, in rows times `total`.
    var deficits = [Int128](repeating: 0, count: parts.count)
    for stratum in strata.indices {
      for part in parts.indices { deficits[part] += Int128(rests[stratum][part]) }
      for _ in 0..<strata[stratum] - counts[stratum].reduce(0, +) {
        let eligible = parts.indices.filter { canBeUp[stratum][$0] && !isUp[stratum][$0] }
        guard let part = eligible.max(by: { (deficits[$0], -$0) < (deficits[$1], -$1) }) else { break }
        deficits[part] -= Int128(total)
        counts[stratum][part] += 1
        isUp[stratum][part] = true
      }
    }
    // A part that got a row too many passes one on, perhaps by way of others, to one that got too few.
    var balances = deficits.map { Int($0 / Int128(total)) }
    while let giver = balances.firstIndex(where: { $0 < 0 }), let path = path(from: giver, to: { balances[$0] > 0 }) {
      for (stratum, from, to) in path {
        counts[stratum][from] -= 1
        counts[stratum][to] += 1
        (isUp[stratum][from], isUp[stratum][to]) = (false, true)
      }
      balances[giver] += 1
      if let taker = path.last?.to { balances[taker] -= 1 }
    }
  }

  /// The shortest way along which each part can give a rounding up to the next in some stratum.
  private func path(from giver: Int, to isTaker: (Int) -> Bool) -> [(stratum: Int, from: Int, to: Int)]? {
    var paths: [Int: [(stratum: Int, from: Int, to: Int)]] = [giver: []]
    var open = [giver]
    while !open.isEmpty {
      let from = open.removeFirst()
      for stratum in counts.indices where isUp[stratum][from] {
        for to in isUp[stratum].indices where canBeUp[stratum][to] && !isUp[stratum][to] && paths[to] == nil {
          let path = (paths[from] ?? []) + [(stratum, from, to)]
          if isTaker(to) { return path }
          paths[to] = path
          open.append(to)
        }
      }
    }
    return nil
  }
}
