import Diagnostics
import Engine

extension Table {
  /// Rows at random, in random order: each at most once, or drawn independently with `replacing`. A pure function of the key. Errors: a
  /// negative number, or more rows than there are without replacement (L0520).
  package func sampledRows(_ number: Int, replacing: Bool = false, key: RandomKey) throws -> Table {
    guard number >= 0 else { throw Fault(TablesErrors.rows, "`sample_rows` needs a number from 0 on, got \(number)") }
    guard number <= count || (replacing && count > 0) else {
      throw Fault(
        TablesErrors.rows, "\(number) rows cannot be drawn from \(counted(count, "row"))",
        hint: count > 0 ? "draw rows several times: `replace=true`" : nil)
    }
    guard replacing else { return selecting(try randomOrder(key).prefix(number).map { $0 }) }
    guard Memory.holds(number.multipliedReportingOverflow(by: 8 + byteCount / count).overflow ? .max : number * (8 + byteCount / count)) else {
      throw Fault(TablesErrors.rows, "\(number) rows do not fit in memory")
    }
    return selecting((0..<number).map { key.integer(below: count, UInt32(truncatingIfNeeded: $0), UInt32(truncatingIfNeeded: $0 >> 32)) })
  }

  /// All rows in random order, a pure function of the key.
  package func shuffled(key: RandomKey) throws -> Table { selecting(try randomOrder(key)) }

  func randomOrder(_ key: RandomKey) throws -> [Int] {
    guard count < Int(Int32.max) else { throw Fault(TablesErrors.rows, "at most \(Int32.max) rows can be shuffled") }
    return key.permutation(count).map(Int.init)
  }
}
