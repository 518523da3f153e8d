import Diagnostics
import Engine
import Testing

@testable import Tables

/// Files of many pieces and batches.
@Suite("Long files") struct LongFileTests {
  /// The same table for any number of threads, with quoted line breaks all over, and words that appear late.
  @Test(arguments: ["\n", "\r\n", "\r"]) func piecesFitTogether(_ end: String) throws {
    let rows = 40_000
    var text = "id,x,note,late,sparse" + end
    for row in 0..<rows {
      let note = row % 7 == 0 ? "\"a\(end)\"\"b\"\", \(row)\"" : row % 5 == 0 ? "5\" pipe" : "plain \(row % 3)"
      text += "\(row),\(row % 2 == 0 ? "\(row)" : "\(row).5"),\(note),\(row == rows - 1 ? "end" : "\(row % 10)"),\(row < rows - 2 ? "-" : "7")" + end
    }
    let one = try TableFiles(threads: 1).contents(text)
    let two = try TableFiles(threads: 2).contents(text)
    #expect(one.table == two.table && one.mixed == two.mixed)
    #expect(one.table.columns.map(\.kind) == [.whole, .number, .text, .category, .whole])
    #expect(one.table.columns[0].cells == .whole(Array(0..<rows)))
    #expect(one.table.columns[2][14] == .text("a\(end)\"b\", 14") && one.table.columns[2][39_995] == .text("5\" pipe"))
    #expect(one.table.columns[3][rows - 1] == .text("end") && one.table.columns[3][rows - 2] == .text("8"))
    #expect(one.table.columns[4].gaps.count == rows - 2)
  }

  /// Words after the first batch, so that the column is read again; levels as if it had been known.
  @Test func lateWords() throws {
    let filler = String(repeating: "x", count: 100)
    var text = "a,b,c\n"
    for row in 0..<60_000 { text += "\(row % 4),\(filler),-\n" }
    text += "many,\(filler),-\nmany,\(filler),-\n"
    let contents = try TableFiles(threads: 2).contents(text)
    #expect(contents.table.columns[0].levels == ["0", "1", "2", "3", "many"] && contents.table.columns[0][60_001] == .text("many"))
    #expect(contents.mixed == [TableFile.Mixed(column: "a", others: 2, count: 60_002, word: "many", line: 60_002)])
    #expect(contents.table.columns[2].levels == ["-"])
    let fault = try TableFiles().fault(text + "1,2\n")
    #expect(fault.message.contains("line 60004: expected 3 fields"))
  }

  @Test func thousandsOfColumns() throws {
    let names = (0..<3000).map { "c\($0)" }.joined(separator: ",")
    let row = (0..<3000).map { $0 % 2 == 0 ? "\($0)" : "w" }.joined(separator: ",")
    let table = try TableFiles(threads: 2).table(names + "\n" + String(repeating: row + "\n", count: 40))
    #expect(table.columns.count == 3000 && table.count == 40)
    #expect(table.columns[2998].cells == .whole([Int](repeating: 2998, count: 40)) && table.columns[2999].levels == ["w"])
  }

  @Test func aLongField() throws {
    let long = String(repeating: "\"\"\n", count: 2_000_000)
    let table = try TableFiles().table("a,b\n1,\"\(long)\"\n2,x\n")
    #expect(table.count == 2 && table.columns[1][0].text.utf8.count == 4_000_000)
  }
}
