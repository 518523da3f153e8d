import Foundation
import Testing

#if canImport(FoundationXML)
  import FoundationXML
#endif

@testable import Tables

@Suite("Pages of reports of tables") struct TableReportPageTests {
  private func body(_ report: TableReport = MadeReport.report(), title: String = "Report of <m> & \"n\"") throws -> String {
    let tables = try MadeReport.tables()
    return TableReportPage.body(report, synthetic: tables.synthetic, real: tables.real, title: title)
  }

  private func isWellFormed(_ body: String) -> Bool { XMLParser(data: Data("<main>\(body)</main>".utf8)).parse() }

  private func count(_ part: String, _ text: String) -> Int { text.components(separatedBy: part).count - 1 }

  @Test func isWellFormedAndEscaped() throws {
    let body = try body()
    #expect(isWellFormed(body))
    #expect(body.contains("<h1>Report of &lt;m&gt; &amp; &quot;n&quot;</h1>"))
    #expect(body.contains("<code>a&lt;b &amp; &quot;c&quot;</code>"))
    #expect(body.contains("Free texts are not compared: <code>name</code>."))
    #expect(!body.contains("a<b") && !body.contains("<m>") && !body.contains("script"))
  }

  @Test func hasAChartForEachColumnAndATextForEachDrawing() throws {
    let body = try body()
    #expect(count("<figure>", body) == 3)
    #expect(count("class=\"outline\"", body) == 2)
    #expect(count("<svg", body) == count("role=\"img\" aria-label=\"", body) + count("aria-hidden=\"true\"", body))
    #expect(body.contains("f: 25 % real, 50 % synthetic"))
    #expect(body.contains("gaps 25 % real, 25 % synthetic"))
    #expect(count("class=\"heat\"", body) == 2 + 6)
  }

  @Test func manyColumnsAreLimited() throws {
    let names = (0..<60).map { "c\($0)" }
    let table = try Table(names.map { Made.numbers($0, 1, 2, 3) })
    let shapes = names.enumerated().map { index, name in
      TableReport.Row(measure: .numberShape, columns: [name], estimate: Estimate(value: Double(index) / 60, low: 0, high: 1))
    }
    let trends = names.dropFirst().enumerated().map { index, name in
      TableReport.Row(measure: .correlation, columns: ["c0", name], estimate: Estimate(value: Double(index) / 60, low: 0, high: 1))
    }
    let report = TableReport(rows: shapes + trends, notes: [])
    let body = TableReportPage.body(report, synthetic: table, real: table, title: "t")
    #expect(isWellFormed(body))
    #expect(count("<figure>", body) == 40)
    #expect(body.contains("The 40 least alike of 60 columns."))
    #expect(body.contains("40 of 60."))
    #expect(body.contains("<figcaption><code>c39</code>") && !body.contains("<figcaption><code>c40</code>"))
  }

  @Test func emptyAndUndefinedReportsAreShown() throws {
    #expect(isWellFormed(try body(TableReport(rows: [], notes: []))))
    let undefined = TableMeasure.allCases.map {
      TableReport.Row(measure: $0, columns: ["mass", "sex"], estimate: Estimate(value: .nan, low: .nan, high: .infinity))
    }
    #expect(isWellFormed(try body(TableReport(rows: undefined, notes: ["`"]))))
    #expect(!TableReportText.text(TableReport(rows: undefined, notes: [])).isEmpty)
  }
}
