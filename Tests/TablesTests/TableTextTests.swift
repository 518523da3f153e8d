import Diagnostics
import Testing

@testable import Tables

@Suite("Tables as text") struct TableTextTests {
  @Test func numbersWordsAndGaps() throws {
    expectText(
      TableText.text(of: try Examples.penguins()),
      """
      6 rows of 5 columns, 4 gaps
      species    bill_length_mm  body_mass_g  sex       hatched
      category           number        whole  category  date
      █▆▃              █ ▅  ▅ ▅     █▃     ▃  ██        █▅   █ ▅
      Adelie               39.1         3750  male      2007-11-11
      Adelie               39.5         3800  female    2007-11-11
      Adelie                  ·            ·  ·         2007-11-16
      Gentoo               46.0         4200  female    2007-11-27
      Gentoo               50.0         5700  male      2007-11-27
      Chinstrap            42.5         3850  ·         2007-12-03
      """)
  }

  @Test func whatDoesNotFitIsListed() throws {
    expectText(
      TableText.text(of: try Examples.penguins(), width: 40, rows: 2),
      """
      6 rows of 5 columns, 4 gaps
      species   bill_length_mm  body_mass_g
      category          number        whole
      █▆▃             █ ▅  ▅ ▅     █▃     ▃
      Adelie              39.1         3750
      Adelie              39.5         3800
      … with 4 more rows and 2 more columns:
      `sex` (category), `hatched` (date)
      """)
  }

  @Test func onlyTheFirstRowsOfLargeTables() throws {
    let lines = TableText.text(of: try Table([Column("n", .whole(Array(0..<21)))])).split(separator: "\n")
    #expect(lines.count == 4 + 10 + 1)
    #expect(lines.last == "… with 11 more rows")
    #expect(TableText.text(of: try Table([Column("n", .whole(Array(0..<20)))])).hasSuffix(" 19"))
  }

  @Test func unusualCells() throws {
    let words = ["words that are much too long", "漢字かな", "👩‍👩‍👧 a\nb\t\u{1B}[31mc\u{202E}", "", " b", "·"]
    expectText(
      TableText.text(
        of: try Table([
          Column("text", .text(Texts(words))), Column("n\nm", .number([1e-9, 0, -0.0, 12.5, -3, 0]), gaps: Examples.gaps(5)),
          Column("", .boolean([true, false, true, true, true, true])), Column("last", .text(Texts(words))),
        ]), width: 60),
      """
      6 rows of 4 columns, 1 gap
      text                             n\\nm  ""       last
      text                           number  boolean  text
                                   ▃█     ▃  ▂█
      words that are much too lo…     1e-09  true     words that …
      漢字かな                          0.0  false    漢字かな
      👩‍👩‍👧 a\\nb \\u{1b}[31mc\\u{202e}       0.0  true     👩‍👩‍👧 a\\nb \\u{…
      ""                               12.5  true     ""
      " b"                             -3.0  true     " b"
      "·"                                 ·  true     "·"
      """)
  }

  @Test func nothingToShow() throws {
    expectText(
      TableText.text(of: try Table([Column("a", .number([])), Column("b", .category([], levels: []))])),
      """
      0 rows of 2 columns
           a  b
      number  category
      """)
    expectText(
      TableText.text(of: try Table([Column("a", .number([0]), gaps: Gaps([true]))])),
      """
      1 row of 1 column, 1 gap
           a
      number
           ·
      """)
  }

  @Test func manyColumns() throws {
    let columns = (0..<5_000).map { Column("column \($0)", .whole([$0])) }
    expectText(
      TableText.text(of: try Table(columns), width: 40),
      """
      1 row of 5000 columns
      column 0  column 1  column 2  column 3
         whole     whole     whole     whole
             █         █         █         █
             0         1         2         3
      … with 4996 more columns:
      `column 4` (whole), `column 5` (whole),
      `column 6` (whole), `column 7` (whole),
      `column 8` (whole), `column 9` (whole),
      `column 10` (whole), `column 11` (whole)
      and 4988 more
      """)
  }

  /// No line is wider than the terminal, whatever is in the cells.
  @Test(arguments: [1, 20, 21, 27, 33, 80, 200]) func width(_ width: Int) throws {
    let long = Texts((0..<6).map { String(repeating: "漢", count: 40 * $0) })
    let table = try Table(try Examples.penguins().columns + [Column("漢字 a column with a long name", .text(long))])
    let summary = try TableSummary(table)
    let texts = [TableText.text(of: table, width: width), summary.text(width: width), RowText.text(of: table, row: 5, width: width)]
    for text in texts + table.columns.map({ ColumnText.text(of: $0, width: width) }) {
      for line in text.split(separator: "\n") { #expect(line.columnCount <= max(width, 20), "\(line)") }
    }
  }

  @Test func gapsAndKindsMayBeDim() throws {
    let text = TableText.text(of: try Table([Column("a", .whole([1, 0]), gaps: Gaps([false, true]))]), dim: { "<\($0)>" })
    #expect(text == "2 rows of 1 column, 1 gap\n    a\n<whole>\n    █\n    1\n    <·>")
  }
}

@Suite("Columns and rows as text") struct ColumnTextTests {
  @Test func columns() throws {
    let table = try Examples.penguins()
    expectText(
      table.columns.map { ColumnText.text(of: $0) }.joined(separator: "\n"),
      """
      `species` (category): 6 rows
      █▆▃  Adelie 3, Gentoo 2, Chinstrap 1
      Adelie, Adelie, Adelie, Gentoo, Gentoo, Chinstrap
      `bill_length_mm` (number): 6 rows, 1 gap
      █   ▅     ▅    ▅  39.10 to 50.00
      39.1, 39.5, ·, 46.0, 50.0, 42.5
      `body_mass_g` (whole): 6 rows, 1 gap
      █  ▃           ▃  3750 to 5700
      3750, 3800, ·, 4200, 5700, 3850
      `sex` (category): 6 rows, 2 gaps
      ██  male 2, female 2
      male, female, ·, female, male, ·
      `hatched` (date): 6 rows
      █ ▅     █  ▅  2007-11-11 to 2007-12-03
      2007-11-11, 2007-11-11, 2007-11-16, 2007-11-27, 2007-11-27, 2007-12-03
      """)
  }

  @Test func columnsOfOtherKinds() {
    expectText(
      [
        Column("n", .text(Texts((0..<12).map { "text \($0)" }))), Column("b", .boolean([true, true, false])), Column("k", .whole([7])),
        Column("k", .number([0, 0]), gaps: Gaps([true, true])), Column("none", .number([])),
        Column("c", .category(Array(0..<10), levels: (0..<10).map { "l\($0)" })), Column("t", .time([0, 86_400_500_000])),
      ].map { ColumnText.text(of: $0, width: 60) }.joined(separator: "\n"),
      """
      `n` (text): 12 rows
      text 0, text 1, text 2, text 3, text 4, text 5, text 6,
      text 7, text 8, text 9, …
      `b` (boolean): 3 rows
      ▅█  false 1, true 2
      true, true, false
      `k` (whole): 1 row
      █  7
      7
      `k` (number): 2 rows, all gaps
      ·, ·
      `none` (number): 0 rows
      `c` (category): 10 rows
      ████████  l0 1, l1 1, l2 1, l3 1, l4 1, l5 1, l6 1, l7 1, o…
      l0, l1, l2, l3, l4, l5, l6, l7, l8, l9
      `t` (time): 2 rows
      █              █  1970-01-01 00:00:00 to 1970-01-02 00:00:0…
      1970-01-01 00:00:00, 1970-01-02 00:00:00.5
      """)
  }

  @Test func row() throws {
    expectText(
      RowText.text(of: try Examples.penguins(), row: 2),
      """
      species         Adelie
      bill_length_mm  ·
      body_mass_g     ·
      sex             ·
      hatched         2007-11-16
      """)
  }
}
