import Diagnostics
import Engine
import Testing

@testable import Tables

@Suite("Arithmetic of columns") struct ArithmeticTests {
  private let a = Made.wholes("a", 7, -7, nil, 2)
  private let b = Made.wholes("b", 2, 2, 1, nil)

  @Test(arguments: [
    (ColumnArithmetic.add, ["9", "-5", "-", "-"], ColumnKind.whole), (.subtract, ["5", "-9", "-", "-"], .whole),
    (.multiply, ["14", "-14", "-", "-"], .whole), (.divide, ["3.5", "-3.5", "-", "-"], .number), (.floorDivide, ["3", "-4", "-", "-"], .whole),
    (.remainder, ["1", "1", "-", "-"], .whole), (.power, ["49", "49", "-", "-"], .whole),
  ])
  func wholes(operation: ColumnArithmetic, texts: [String], kind: ColumnKind) throws {
    let result = try Column.arithmetic(operation, .column(a), .column(b))
    #expect(result.texts == texts)
    #expect(result.kind == kind)
    #expect(result.name == "a")
  }

  @Test func scalars() throws {
    #expect(try Column.arithmetic(.subtract, .cell(.whole(1)), .column(a)).texts == ["-6", "8", "-", "-1"])
    #expect(try Column.arithmetic(.multiply, .column(a), .cell(.number(0.5))).texts == ["3.5", "-3.5", "-", "1.0"])
    #expect(try Column.arithmetic(.power, .column(Made.wholes("a", 2, 4)), .cell(.whole(-1))).texts == ["0.5", "0.25"])
    #expect(try Column.arithmetic(.add, .column(a), .cell(.gap)).texts == ["-", "-", "-", "-"])
    #expect(try a.negated().texts == ["-7", "7", "-", "-2"])
    #expect(try Made.numbers("x", 1.5, nil).negated().texts == ["-1.5", "-"])
    #expect(try Column.arithmetic(.floorDivide, .cell(.whole(1)), .column(Made.numbers("x", 0.1))).texts == ["9.0"])
    #expect(try Column.arithmetic(.add, .column(Made.category("c", levels: ["x"], "x", nil)), .cell(.text("!"))).texts == ["x!", "-"])
  }

  @Test func resultsThatCannotBeKept() {
    let large = Made.wholes("a", 1, .max, .min)
    expectFault(TablesErrors.arithmetic, "row 1: `9223372036854775807 + 1` overflows") {
      try Column.arithmetic(.add, .column(large), .cell(.whole(1)))
    }
    expectFault(TablesErrors.arithmetic, "row 2") { try large.negated() }
    expectFault(TablesErrors.arithmetic, "row 2") { try Column.arithmetic(.floorDivide, .column(large), .cell(.whole(-1))) }
    expectFault(TablesErrors.arithmetic, "row 1: cannot divide 5 by zero") {
      try Column.arithmetic(.divide, .cell(.whole(5)), .column(Made.wholes("a", 1, 0)))
    }
    expectFault(TablesErrors.arithmetic, "cannot divide 5 by zero") {
      try Column.arithmetic(.remainder, .cell(.whole(5)), .column(Made.wholes("a", 0)))
    }
    expectFault(TablesErrors.arithmetic, "not a whole number") { try Column.arithmetic(.power, .cell(.whole(2)), .column(Made.wholes("a", 1, -1))) }
    expectFault(TablesErrors.arithmetic, "row 1") { try Column.arithmetic(.power, .column(Made.numbers("a", 4, -4)), .cell(.number(0.5))) }
    expectFault(TablesErrors.arithmetic, "0 to the negative power") {
      try Column.arithmetic(.power, .column(Made.wholes("a", 0)), .cell(.whole(-1)))
    }
    expectFault(TablesErrors.arithmetic, "not a finite number") { try Column.arithmetic(.add, .column(Made.numbers("a", 1)), .cell(.number(.nan))) }
    expectFault(TablesErrors.differ, "differ in length") { try Column.arithmetic(.add, .column(a), .column(Made.wholes("b", 1))) }
    #expect(throws: Never.self) { try Column.arithmetic(.remainder, .column(large), .cell(.whole(-1))) }
  }

  @Test func kindsThatDoNotFit() {
    let words = Made.texts("w", "x", "y", "z", nil)
    expectFault(TablesErrors.kinds, "`+` cannot be applied to a column of whole numbers and a column of texts") {
      try Column.arithmetic(.add, .column(a), .column(words))
    }
    expectFault(TablesErrors.kinds, "`*` cannot be applied to a column of texts and a column of texts") {
      try Column.arithmetic(.multiply, .column(words), .column(words))
    }
    expectFault(TablesErrors.kinds, "`+`") { try Column.arithmetic(.add, .column(Made.booleans("b", true)), .cell(.whole(1))) }
    expectFault(TablesErrors.kinds, "`+`") { try Column.arithmetic(.add, .column(Made.dates("d", "2024-01-01")), .cell(.number(1.5))) }
    expectFault(TablesErrors.kinds, "`-`") { try words.negated() }
  }

  @Test func dates() throws {
    let days = Made.dates("d", "2024-03-01", nil, "1969-12-31")
    #expect(try Column.arithmetic(.subtract, .column(days), .cell(.text("2024-02-28"))).texts == ["2", "-", "-19782"])
    #expect(try Column.arithmetic(.add, .column(days), .cell(.whole(31))).texts == ["2024-04-01", "-", "1970-01-31"])
    #expect(try Column.arithmetic(.add, .cell(.whole(31)), .column(days)).texts == ["2024-04-01", "-", "1970-01-31"])
    #expect(try Column.arithmetic(.subtract, .column(days), .column(days)).kind == .whole)
    expectFault(TablesErrors.arithmetic, "row 0: `2024-03-01 + 4000000` is outside the years 0 to 9999") {
      try Column.arithmetic(.add, .column(days), .cell(.whole(4_000_000)))
    }
    expectFault(TablesErrors.arithmetic, "row 0") { try Column.arithmetic(.add, .column(days), .cell(.whole(.max))) }
    expectFault(TablesErrors.kinds, "the text \"soon\"") { try Column.arithmetic(.subtract, .column(days), .cell(.text("soon"))) }
  }

  @Test func times() throws {
    let times = Made.times("t", "2024-03-01 12:00", nil)
    #expect(try Column.arithmetic(.subtract, .column(times), .cell(.text("2024-03-01"))).texts == ["43200.0", "-"])
    #expect(try Column.arithmetic(.add, .column(times), .cell(.number(0.5))).texts == ["2024-03-01 12:00:00.5", "-"])
    #expect(try Column.arithmetic(.subtract, .column(times), .cell(.whole(3600))).texts == ["2024-03-01 11:00:00", "-"])
    expectFault(TablesErrors.arithmetic, "`2024-03-01 12:00:00 + 1e+300`") { try Column.arithmetic(.add, .column(times), .cell(.number(1e300))) }
    expectFault(TablesErrors.arithmetic, "row 0") { try Column.arithmetic(.add, .column(times), .cell(.number(.nan))) }
  }

  /// `a == (a // b) * b + a % b`, also for extreme and negative numbers.
  @Test func quotientsMatchRemainders() throws {
    let key = RandomKey(3)
    for row in 0..<2000 {
      let shift = key.integer(below: 62, UInt32(row), 1)
      let (x, y) = (Int(bitPattern: UInt(key.integer(below: .max, UInt32(row), 2)) << 1) >> shift, key.integer(below: 200, UInt32(row), 3) - 100)
      guard y != 0, y != -1 else { continue }
      let (a, b) = (Made.wholes("a", x), Made.wholes("b", y))
      let product = try Column.arithmetic(.multiply, .column(Column.arithmetic(.floorDivide, .column(a), .column(b))), .column(b))
      let rest = try Column.arithmetic(.remainder, .column(a), .column(b))
      #expect(try Column.arithmetic(.add, .column(product), .column(rest)) == a)
      if case .whole(let rests) = rest.cells { #expect(rests[0] == 0 || (rests[0] < 0) == (y < 0)) }
    }
  }
}
