import Diagnostics
import Testing

@testable import Tables

@Suite("Comparisons and logic of columns") struct ComparingTests {
  @Test func numbers() throws {
    let x = Made.numbers("x", 1, 2.5, nil, 4)
    let y = Made.wholes("y", 1, 3, 3, nil)
    #expect(try Column.compare(.less, .column(x), .column(y)).texts == ["false", "true", "-", "-"])
    #expect(try Column.compare(.greaterEqual, .cell(.whole(2)), .column(x)).texts == ["true", "false", "-", "false"])
    #expect(try Column.compare(.notEqual, .column(y), .cell(.number(3))).texts == ["true", "false", "false", "-"])
    // 2^53 + 1 is not 2^53, although it is rounded to it.
    let large = Made.wholes("z", 9_007_199_254_740_993)
    #expect(try Column.compare(.equal, .column(large), .cell(.number(9_007_199_254_740_992))).texts == ["false"])
    #expect(try Column.compare(.less, .cell(.number(9_007_199_254_740_992)), .column(large)).texts == ["true"])
    #expect(try Column.compare(.less, .column(large), .cell(.number(.nan))).texts == ["false"])
    #expect(try Column.compare(.less, .column(x), .cell(.gap)).texts == ["-", "-", "-", "-"])
  }

  @Test func words() throws {
    let texts = Made.texts("t", "b", "a", nil, "")
    let sizes = Made.category("s", levels: ["small", "large", "b"], "large", "small", nil, "b")
    #expect(try Column.compare(.less, .column(texts), .cell(.text("b"))).texts == ["false", "true", "-", "true"])
    #expect(try Column.compare(.equal, .column(sizes), .cell(.text("small"))).texts == ["false", "true", "-", "false"])
    #expect(try Column.compare(.notEqual, .column(sizes), .cell(.text("unknown"))).texts == ["true", "true", "-", "true"])
    #expect(try Column.compare(.less, .column(sizes), .cell(.text("large"))).texts == ["false", "true", "-", "false"])
    let mixed = Made.category("s", levels: ["x", "b"], "b", "b", "b", "x")
    #expect(try Column.compare(.equal, .column(texts), .column(mixed)).texts == ["true", "false", "-", "false"])
    let others = Made.category("s", levels: ["b", "large"], "large", "b", "b", "b")
    #expect(try Column.compare(.equal, .column(sizes), .column(others)).texts == ["true", "false", "-", "true"])
    expectFault(TablesErrors.kinds, "different categories") { try Column.compare(.less, .column(sizes), .column(others)) }
    expectFault(TablesErrors.kinds, "\"huge\" is not a level") { try Column.compare(.less, .column(sizes), .cell(.text("huge"))) }
    expectFault(TablesErrors.kinds, "`<`") { try Column.compare(.less, .column(sizes), .column(texts)) }
  }

  @Test func moments() throws {
    let days = Made.dates("d", "2024-03-01", "2024-03-02", nil)
    #expect(try Column.compare(.greater, .column(days), .cell(.text("2024-03-01"))).texts == ["false", "true", "-"])
    #expect(try Column.compare(.less, .cell(.text("2024-03-01 12:00")), .column(days)).texts == ["false", "true", "-"])
    let times = Made.times("t", "2024-03-01 00:00", "2024-03-01 00:01", "2024-03-01 00:01")
    #expect(try Column.compare(.equal, .column(days), .column(times)).texts == ["true", "false", "-"])
    expectFault(TablesErrors.kinds, "the text \"March\"") { try Column.compare(.less, .column(days), .cell(.text("March"))) }
    expectFault(TablesErrors.kinds, "a column of dates and the whole number 3") { try Column.compare(.less, .column(days), .cell(.whole(3))) }
  }

  @Test func kindsThatDoNotFit() throws {
    let numbers = Made.numbers("x", 1)
    expectFault(TablesErrors.kinds, "`<` cannot be applied to a column of numbers and the text \"a\"") {
      try Column.compare(.less, .column(numbers), .cell(.text("a")))
    }
    expectFault(TablesErrors.kinds, "`==`") { try Column.compare(.equal, .column(numbers), .column(Made.texts("t", "1"))) }
    expectFault(TablesErrors.kinds, "a gap") { try Column.compare(.equal, .column(numbers), .cell(.gap)) }
    expectFault(TablesErrors.kinds, "`<`") { try Column.compare(.less, .column(Made.booleans("b", true)), .cell(.boolean(true))) }
    #expect(try Column.compare(.equal, .column(Made.booleans("b", true, false, nil)), .cell(.boolean(true))).texts == ["true", "false", "-"])
  }

  @Test func threeValuedLogic() throws {
    let a = Made.booleans("a", true, true, true, false, false, false, nil, nil, nil)
    let b = Made.booleans("b", true, false, nil, true, false, nil, true, false, nil)
    #expect(try Column.and(.column(a), .column(b)).texts == ["true", "false", "-", "false", "false", "false", "-", "false", "-"])
    #expect(try Column.or(.column(a), .column(b)).texts == ["true", "true", "true", "true", "false", "-", "true", "-", "-"])
    #expect(try Column.or(.column(a), .cell(.gap)).texts == ["true", "true", "true", "-", "-", "-", "-", "-", "-"])
    #expect(try b.not().texts == ["false", "true", "-", "false", "true", "-", "false", "true", "-"])
    // De Morgan, and equal columns have equal values in gaps.
    #expect(try Column.and(.column(a), .column(b)).not() == Column.or(.column(a.not()), .column(b.not())))
    #expect(b.isGap == Made.booleans("b", false, false, true, false, false, true, false, false, true))
    expectFault(TablesErrors.kinds, "`and` cannot be applied") { try Column.and(.column(a), .cell(.whole(1))) }
    expectFault(TablesErrors.kinds, "`not` cannot be applied") { try Made.wholes("x", 1).not() }
  }
}
