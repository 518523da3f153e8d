import Foundation
import Diagnostics
import Testing

@testable import Tables

@Suite("Reports of tables as text") struct TableReportTextTests {
  @Test func textNamesTheWorst() {
    expectText(
      TableReportText.text(MadeReport.report()),
      """
      - 3.0 % of the synthetic rows are invalid; most invalid cells are in `mass`.
      - Columns are alike by 0.900 of 1 on average, and least in `a<b & "c"`, by
        0.850. Pairs of columns are alike by 0.750 of 1 on average, and least in
        `mass` and `a<b & "c"`, by 0.750.
      - A classifier cannot tell synthetic rows from real ones (0.520, where 0.5 is
        chance).
      - A model trained on synthetic rows predicts `mass` with an R² of -1.500.

      validity                                  value  95 % interval       best
        valid rows                              0.970  0.960 to 0.980         1
          Share of synthetic rows that could be real ones: known levels, numbers
          within the real range, gaps only where real rows have some.
        valid cells, mean of 1 column           0.980                         1
          Share of the column's synthetic cells that the real column could contain.
          `mass` 0.980.

      column shapes
        mean shape                              0.900  0.880 to 0.920         1
          How alike the distributions of single columns are, on average; 1 is the
          same.
        shape of numbers, mean of 2 columns     0.900                         1
          1 less the largest difference between the shares of real and synthetic cells
          below a number.
          `a<b & "c"` 0.850, `mass` 0.950.
        shape of categories, mean of 1 column   0.900                         1
          1 less the share of synthetic cells that would have to change their level to
          occur as often as in the real column.
          `sex` 0.900.

      pair trends
        mean trend                              0.750  0.700 to 0.800         1
          How alike columns go together, on average over pairs; 1 is the same.
        correlation, mean of 1 pair             0.750                         1
          1 less half the difference between the correlations of two columns of
          numbers in real and synthetic rows.
          `mass` and `a<b & "c"` 0.750.

      two-sample test
        two-sample test                         0.520  0.490 to 0.550       0.5
          How often a classifier finds the real one of a new real and a new synthetic
          row: 0.5 is chance, 1 is always, less hints at copies.

      train on synthetic, test on real
        R², synthetic rows                     -1.500  -10000000 to 0.100     1
          Share of the variance in real test rows that a model predicts that was
          trained on synthetic rows only.

      privacy
        exact copies                           0.0002  0.000 to 1.000
          Share of synthetic rows that equal a training row in every column.

      notes
        Free texts are not compared: `name`.
      """)
  }

  @Test func linesFitTheWidth() {
    for width in [1, 20, 33, 60, 80, 200] {
      for line in TableReportText.text(MadeReport.report(), width: width).split(separator: "\n") {
        #expect(line.columnCount <= max(20, width), "\(width): \(line)")
      }
    }
  }

  @Test func anEmptyReportIsEmpty() {
    let report = TableReport(rows: [], notes: [])
    #expect(TableReportText.text(report) == "")
    #expect(TableReportText.csv(report).split(separator: "\n").count == 1)
  }

  @Test func numbersShowWhatMatters() {
    let numbers = [0, 0.5, -0.25, 0.9996, 0.0002, 12_345.678, -0.0004]
    #expect(numbers.map(ReportNumber.text) == ["0.000", "0.500", "-0.250", "1.000", "0.0002", "12346", "-0.0004"])
    let shares = [0, 1, 0.44, 0.0312, 0.0004, 0.996, 0.99999]
    #expect(shares.map(ReportNumber.percent) == ["0 %", "100 %", "44 %", "3.1 %", "0.04 %", "99.6 %", "over 99.99 %"])
  }

  @Test func aFileHasALineForEachRow() {
    let lines = TableReportText.csv(MadeReport.report()).split(separator: "\n")
    #expect(lines.count == 12)
    #expect(lines[0] == "group,measure,column,second_column,value,low,high,best")
    #expect(lines[1] == "validity,valid rows,,,0.97,0.96,0.98,1.0")
    #expect(lines[7] == "pair trends,correlation,mass,\"a<b & \"\"c\"\"\",0.75,0.7,0.8,1.0")
    #expect(lines[11] == "privacy,exact copies,,,0.0002,0.0,1.0,")
  }

  @Test func jsonHasAllRows() throws {
    let object = try #require(JSONSerialization.jsonObject(with: Data(TableReportText.json(MadeReport.report()).utf8)) as? [String: Any])
    let measures = try #require(object["measures"] as? [[String: Any]])
    #expect(measures.count == 11)
    #expect(measures[6]["columns"] as? [String] == ["mass", MadeReport.awkward])
    #expect(measures[6]["low"] as? Double == 0.7)
    #expect(measures[10]["best"] is NSNull)
    #expect((object["notes"] as? [String])?.count == 1)
    #expect((object["meanings"] as? [String: String])?["correlation"] == TableMeasure.correlation.meaning)
    let undefined = TableReport(
      rows: [TableReport.Row(measure: .meanShape, columns: [], estimate: Estimate(value: .nan, low: -.infinity, high: 1))], notes: [])
    #expect(throws: Never.self) { try JSONSerialization.jsonObject(with: Data(TableReportText.json(undefined).utf8)) }
  }
}
