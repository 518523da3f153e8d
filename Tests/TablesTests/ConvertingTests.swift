import Diagnostics
import Testing

@testable import Tables

@Suite("Changing columns") struct ConvertingTests {
  @Test func conversions() throws {
    let words = Made.texts("w", " 3 ", "-2.5e1", "", nil)
    #expect(try words.converted(to: .number).texts == ["3.0", "-25.0", "-", "-"])
    #expect(try words.converted(to: .whole).texts == ["3", "-25", "-", "-"])
    #expect(try Made.numbers("x", 2, nil, -3).converted(to: .whole).texts == ["2", "-", "-3"])
    #expect(try Made.wholes("x", 1, 0, nil).converted(to: .boolean).texts == ["true", "false", "-"])
    #expect(try Made.texts("x", "Yes", "FALSE", "1").converted(to: .boolean).texts == ["true", "false", "true"])
    #expect(try Made.booleans("x", true, nil).converted(to: .number) == Made.numbers("x", 1, nil))
    #expect(try Made.category("x", levels: ["2024-03-01", "n"], "2024-03-01", nil).converted(to: .date).texts == ["2024-03-01", "-"])
    #expect(try Made.texts("x", "2024-03-01", "2024-03-01T12:30").converted(to: .time).texts == ["2024-03-01 00:00:00", "2024-03-01 12:30:00"])
    #expect(try Made.times("x", "1969-12-31 23:00").converted(to: .date).texts == ["1969-12-31"])
    #expect(try Made.wholes("x", 5, nil).converted(to: .text) == Made.texts("x", "5", nil))
  }

  @Test func categories() throws {
    let texts = try Made.texts("x", "b", nil, "a", "b").converted(to: .category)
    #expect(texts == Made.category("x", levels: ["a", "b"], "b", nil, "a", "b"))
    #expect(try Made.wholes("x", 10, 9, 10).converted(to: .category).levels == ["9", "10"])
    #expect(try Made.numbers("x", -0.0, 0).converted(to: .category).levels.count == 1)
  }

  @Test func cellsThatCannotBeConverted() {
    expectFault(TablesErrors.unconvertible, "row 1 of `x`: the text \"4 kg\" cannot be converted to a number") {
      try Made.texts("x", "3", "4 kg").converted(to: .number)
    }
    for word in ["nan", "inf", "0x10", "1e999", "1,5", "+", "."] {
      expectFault(TablesErrors.unconvertible, "row 0") { try Made.texts("x", word).converted(to: .number) }
    }
    expectFault(TablesErrors.unconvertible, "row 0 of `x`: the number 2.5") { try Made.numbers("x", 2.5).converted(to: .whole) }
    expectFault(TablesErrors.unconvertible, "row 0") { try Made.numbers("x", 1e300).converted(to: .whole) }
    expectFault(TablesErrors.unconvertible, "the whole number 2") { try Made.wholes("x", 2).converted(to: .boolean) }
    expectFault(TablesErrors.unconvertible, "2023-02-29") { try Made.texts("x", "2023-02-29").converted(to: .date) }
    expectFault(TablesErrors.unconvertible, "row 2") { try Made.category("x", levels: ["1", "a"], "1", "1", "a").converted(to: .number) }
    expectFault(TablesErrors.kinds, "a column of dates, cannot be converted to numbers") { try Made.dates("x", "2024-01-01").converted(to: .number) }
    expectFault(TablesErrors.kinds, "cannot be converted to dates") { try Made.wholes("x", 1).converted(to: .date) }
  }

  @Test func filling() throws {
    #expect(try Made.numbers("x", 1, nil).filled(with: .whole(2)) == Made.numbers("x", 1, 2))
    #expect(try Made.wholes("x", 1, nil).filled(with: .number(2.5)) == Made.numbers("x", 1, 2.5))
    #expect(try Made.category("x", levels: ["a"], "a", nil).filled(with: .text("b")) == Made.category("x", levels: ["a", "b"], "a", "b"))
    #expect(try Made.category("x", levels: ["a"], "a").filled(with: .text("b")).levels == ["a"])
    #expect(try Made.texts("x", nil, "a").filled(with: .text("b")) == Made.texts("x", "b", "a"))
    #expect(try Made.dates("x", nil).filled(with: .text("2024-03-01")).texts == ["2024-03-01"])
    #expect(try Made.booleans("x", nil).filled(with: .boolean(true)) == Made.booleans("x", true))
    for value in [Cell.text("a"), .gap, .number(.nan), .boolean(true)] {
      expectFault(TablesErrors.kinds, "gaps of `x`") { try Made.numbers("x", 1, nil).filled(with: value) }
    }
    expectFault(TablesErrors.kinds, "gaps of `x`") { try Made.dates("x", nil).filled(with: .text("soon")) }
  }

  @Test func levels() throws {
    let sizes = Made.category("s", levels: ["large", "medium", "small"], "small", nil, "large", "medium")
    let ordered = try sizes.orderingLevels(["small", "tiny"])
    #expect(ordered.levels == ["small", "tiny", "large", "medium"])
    #expect(ordered.texts == sizes.texts)
    #expect(ordered.order() == [0, 2, 3, 1])
    expectFault(TablesErrors.rows, "named twice") { try sizes.orderingLevels(["small", "small"]) }
    expectFault(TablesErrors.kinds, "`order_levels`") { try Made.wholes("x", 1).orderingLevels([]) }
  }

  @Test func cutting() throws {
    let x = Made.numbers("x", 0, 10, 10.5, 20, 20.5, nil, -1)
    let cut = try x.cut(.at([0, 10, 20]))
    #expect(cut.levels == ["[0, 10]", "(10, 20]"])
    #expect(cut.texts == ["[0, 10]", "[0, 10]", "(10, 20]", "(10, 20]", "-", "-", "-"])
    #expect(try x.cut(.at([0, 10, 20]), labels: ["low", "high"]).texts == ["low", "low", "high", "high", "-", "-", "-"])
    #expect(try Made.wholes("x", 0, 1, 2, 3).cut(.count(3)).texts == ["[0, 1]", "[0, 1]", "(1, 2]", "(2, 3]"])
    #expect(try Made.numbers("x", 0, 1).cut(.count(3)).levels == ["[0, 0.333]", "(0.333, 0.667]", "(0.667, 1]"])
    #expect(try Made.numbers("x", 5, 5).cut(.count(1)).texts == ["[4.5, 5.5]", "[4.5, 5.5]"])
    #expect(try Made.numbers("x", 1).cut(.at([0.1234567, 2.5])).levels == ["[0.1234567, 2.5]"])
    expectFault(TablesErrors.rows, "must ascend") { try x.cut(.at([0, 20, 10])) }
    expectFault(TablesErrors.rows, "must ascend") { try Made.numbers("x", 1e300, 1e300).cut(.count(2)) }
    expectFault(TablesErrors.rows, "2 to 10,001 edges") { try x.cut(.at([0])) }
    expectFault(TablesErrors.rows, "2 to 10,001 edges") { try x.cut(.at([0, .nan])) }
    expectFault(TablesErrors.rows, "1 to 10,000 classes") { try x.cut(.count(0)) }
    expectFault(TablesErrors.rows, "one label for each of 2 classes, got 1") { try x.cut(.at([0, 10, 20]), labels: ["low"]) }
    expectFault(TablesErrors.rows, "given twice") { try x.cut(.at([0, 10, 20]), labels: ["low", "low"]) }
    expectFault(TablesErrors.rows, "no number") { try Made.numbers("x", nil).cut(.count(2)) }
    expectFault(TablesErrors.kinds, "`cut`") { try Made.texts("x", "a").cut(.count(2)) }
  }
}
