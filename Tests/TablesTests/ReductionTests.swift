import Diagnostics
import Engine
import Testing

@testable import Tables

@Suite("Reductions of columns") struct ReductionTests {
  @Test func numbers() throws {
    let x = Made.numbers("x", 4, nil, 1, 3, 4)
    #expect((x.presentCount, x.distinctCount) == (4, 3))
    #expect(try x.sum() == .number(12))
    #expect(try x.mean() == .number(3))
    #expect(try x.std() == .number(1.5.squareRoot()))
    #expect((x.minimum(), x.maximum(), x.mode()) == (.number(1), .number(4), .number(4)))
    #expect(try x.median() == .number(3.5))
    #expect(try x.quantile(0.25) == .number(2.5))
    #expect(try (x.quantile(0), x.quantile(1)) == (.number(1), .number(4)))
    // Loam's `std` of (1, 5) is 2.
    #expect(try Made.wholes("x", 1, 5).std() == .number(2))
  }

  @Test func wholesStayExact() throws {
    let x = Made.wholes("x", .max, 5, -5, nil)
    #expect(try x.sum() == .whole(.max))
    #expect(try Made.wholes("x", .max, .max, .min, .min, 2).sum() == .whole(0))
    expectFault(TablesErrors.arithmetic, "the sum of `x` overflows") { try Made.wholes("x", .max, 1).sum() }
    #expect(try Made.wholes("x", .max, .max).mean() == .number(0x1p63))
  }

  @Test func extremeNumbers() throws {
    let x = Made.numbers("x", 1e308, 1e308, -1e308, 1e308)
    expectFault(TablesErrors.arithmetic, "the sum of `x`") { try Made.numbers("x", 1e308, 1e308).sum() }
    #expect(try Made.numbers("x", 1e308, 1e308).mean() == .number(1e308))
    #expect(try Made.numbers("x", 0x1p1023, -0x1p1023).std() == .number(0x1p1023))
    #expect(try Made.numbers("x", 0x1p-1000, 0x3p-1000).std() == .number(0x1p-1000))
    #expect(try Made.numbers("x", -1.5e308, 1.5e308).median() == .number(0))
    #expect(try Made.numbers("x", 1, 1e100, 1, -1e100).sum() == .number(2))
    #expect(x.mode() == .number(1e308))
  }

  @Test func momentsBooleansAndWords() throws {
    let days = Made.dates("d", "2024-03-04", "2024-03-01", nil, "2024-03-02")
    #expect(try days.mean() == .date(Calendar.days(year: 2024, month: 3, day: 2)))
    #expect(try days.median().text == "2024-03-02")
    #expect(try Made.dates("d", "1969-12-31", "1970-01-01").median().text == "1969-12-31")
    #expect(try Made.times("t", "2024-03-01 00:00", "2024-03-02 00:00").mean().text == "2024-03-01 12:00:00")
    #expect(try Made.dates("d", "2024-03-01", "2024-03-03").std() == .number(1))
    #expect((days.minimum().text, days.maximum().text) == ("2024-03-01", "2024-03-04"))
    let truths = Made.booleans("b", true, nil, false, true)
    #expect(try (truths.sum(), truths.mean()) == (.whole(2), .number(2 / 3.0)))
    let sizes = Made.category("s", levels: ["small", "large", "huge"], "large", "small", nil, "small", "large")
    #expect((sizes.minimum(), sizes.maximum(), sizes.mode()) == (.text("small"), .text("large"), .text("small")))
    #expect(Made.texts("t", "b", "a", "é", nil).maximum() == .text("é"))
    expectFault(TablesErrors.kinds, "`mean` cannot be applied to `s`, a column of categories") { try sizes.mean() }
    expectFault(TablesErrors.kinds, "`sum`") { try days.sum() }
    expectFault(TablesErrors.kinds, "`median`") { try truths.median() }
    expectFault(TablesErrors.kinds, "`std`") { try sizes.std() }
    for q in [-0.1, 1.1, .nan, .infinity] { expectFault(TablesErrors.rows, "`quantile`") { try days.quantile(q) } }
  }

  @Test func noCells() throws {
    for column in [Made.numbers("x", nil), Made.numbers("x")] {
      #expect((column.presentCount, column.distinctCount) == (0, 0))
      #expect(try column.sum() == .number(0))
      #expect(try (column.mean(), column.std(), column.median()) == (.gap, .gap, .gap))
      #expect((column.minimum(), column.maximum(), column.mode()) == (.gap, .gap, .gap))
    }
  }

  /// The quantile rises with `q`, and agrees with sorting.
  @Test func quantilesRise() throws {
    let key = RandomKey(9)
    let values = (0..<101).map { key.uniform($0) }
    let x = Column("x", .number(values))
    let sorted = values.sorted()
    var last = -1.0
    for step in 0...400 {
      guard case .number(let quantile) = try x.quantile(Double(step) / 400) else { return }
      #expect(quantile >= last)
      last = quantile
      if step % 4 == 0 { #expect(abs(quantile - sorted[step / 4]) < 1e-12) }
    }
  }
}
