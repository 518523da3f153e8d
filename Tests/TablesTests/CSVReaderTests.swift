import Diagnostics
import Engine
import Testing

@testable import Tables

@Suite("Reading CSV") struct CSVReaderTests {
  private let files = TableFiles()

  @Test func kinds() throws {
    let table = try files.table(
      """
      n,w,b,d,t,c,id
      1,2,true,2024-01-05,2024-01-05T10:30,red,007
      2.5,-3,FALSE,2023-12-31,2024-01-06,blue,010
      ,NA,,null,?,red,
      1e-3,+40,True,1969-07-20,2024-01-05 10:30:00.25,blue,011
      """)
    #expect(table.names == ["n", "w", "b", "d", "t", "c", "id"])
    #expect(table.columns.map(\.kind) == [.number, .whole, .boolean, .date, .time, .category, .text])
    #expect(table.columns.map(\.gaps.count) == [1, 1, 1, 1, 1, 0, 1])
    #expect(table.columns[0].cells == .number([1, 2.5, 0, 0.001]))
    #expect(table.columns[1].cells == .whole([2, -3, 0, 40]))
    #expect(table.columns[2].cells == .boolean([true, false, false, true]))
    #expect(table.columns[3][1] == .date(19_722))
    #expect(table.columns[4][1].text == "2024-01-06 00:00:00" && table.columns[4][3].text == "2024-01-05 10:30:00.25")
    #expect(table.columns[5].cells == .category([1, 0, 1, 0], levels: ["blue", "red"]))
    #expect(table.columns[6][0] == .text("007"))
  }

  /// Every way to end a line and to separate fields gives the same table.
  @Test(arguments: ["\n", "\r\n", "\r", "\n\n", "\r\n\r\n"], [",", ";", "\t", "|", ", ", " ; "])
  func linesAndSeparators(_ end: String, _ separator: String) throws {
    let lines = [["a", "b", "c"], ["1", "2", "3"], ["4", "5", "6"]].map { $0.joined(separator: separator) }
    for text in [lines.joined(separator: end), end + lines.joined(separator: end) + end + end, "\u{FEFF}" + lines.joined(separator: end)] {
      let table = try files.table(text)
      #expect(table.names == ["a", "b", "c"])
      #expect(table.columns.map(\.cells) == [.whole([1, 4]), .whole([2, 5]), .whole([3, 6])])
    }
  }

  @Test func options() throws {
    #expect(try files.table("a~b\n1~2\n") { $0.separator = "~" }.columns[1].cells == .whole([2]))
    #expect(try files.table("a;b\n1,5;2\n") { $0.decimalComma = true }.columns[0].cells == .number([1.5]))
    #expect(try files.table("1,5;2,5\n") { $0.decimalComma = true }.columns.map(\.cells) == [.number([1.5]), .number([2.5])])
    #expect(try files.table("# by hand, \"x\n# of May\na,b\n1,2\n#3,4\n5,6\n") { $0.comment = "#" }.columns[0].cells == .whole([1, 5]))
    let chosen = try files.table("a,b,c\n1,x,3\n4,y,6\n") { $0.columns = [.named("c"), .place(0)] }
    #expect(chosen.names == ["c", "a"] && chosen.columns[0].cells == .whole([3, 6]))
    #expect(try files.table("a,b\n1,2\n") { $0.columns = [.place(-1)] }.names == ["b"])
    #expect(try files.table("1990,1991\n1,2\n").count == 2)
    #expect(try files.table("1990,1991\n1,2\n").names == ["column_0", "column_1"])
    #expect(try files.table("1990,1991\n1,2\n") { $0.header = .present }.names == ["1990", "1991"])
    #expect(try files.table("a,b\nc,d\n") { $0.header = .absent }.count == 2)
    #expect(try files.table("a\n-9\n1\n") { $0.missing = ["-9"] }.columns[0] == Column("a", .whole([0, 1]), gaps: Gaps([true, false])))
    #expect(try files.table("a\nNa\nNa\nNaCl\nNaCl\n") { $0.missing = ["-"] }.columns[0].gaps.count == 0)
    #expect(try files.table("a\n1\n2\nx\n3,4\n") { $0.limit = 2 }.columns[0].cells == .whole([1, 2]))
  }

  @Test func kindsCanBeGiven() throws {
    let table = try files.table("year,zip,on,x,n\n2007,01234,1,3,5.0\n2008,94110,0,4,6\n") {
      $0.kinds = ["year": .category, "zip": .number, "on": .boolean, "x": .number, "n": .whole]
    }
    #expect(table.columns[0].cells == .category([0, 1], levels: ["2007", "2008"]))
    #expect(table.columns[1].cells == .number([1234, 94_110]) && table.columns[2].cells == .boolean([true, false]))
    #expect(table.columns[3].cells == .number([3, 4]) && table.columns[4].cells == .whole([5, 6]))
    let fault = try files.fault("a,b\n1,2\n1,x\n") { $0.kinds = ["b": .number] }
    #expect(fault.id == TablesErrors.cell && fault.message == "`few.csv`, line 3, column \"b\": \"x\" is not a number")
    #expect(try files.fault("a;b\n1;2,5\n") { $0.kinds = ["b": .number] }.hint?.contains("decimal comma") == true)
    #expect(try files.fault("a\n1.5\n") { $0.kinds = ["a": .whole] }.message.contains("is not a whole number"))
    #expect(try files.fault("a\n1\n") { $0.kinds = ["b": .whole] }.id == TablesErrors.unknown)
  }

  @Test func quotes() throws {
    let table = try files.table("\"a,\"\"x\"\"\",\"b\nc\",kind\n1, \"2\" ,\"Rome, \"\"Italy\"\"\"\n3,\"4\",\" Oslo\"\n")
    #expect(table.names == ["a,\"x\"", "b\nc", "kind"])
    #expect(table.columns[0].cells == .whole([1, 3]))
    // Quoted numbers are words, unless everything is quoted.
    #expect(table.columns[1][0] == .text("2") && table.columns[2][0] == .text("Rome, \"Italy\"") && table.columns[2][1] == .text(" Oslo"))
    #expect(try files.table("\"a\",\"b\"\n\"1\",\"\"\n\"2\",\"x\"\n").columns.map(\.cells)[0] == .whole([1, 2]))
    #expect(try files.table("\"a\",\"b\"\n\"1\",\"\"\n\"2\",\"x\"\n").columns[1].gaps.count == 1)
    #expect(try files.table("\"1\",\"2\"\n\"3\",\"4\"\n").count == 2)
    // As R writes it.
    let factor = try files.table("\"y\",\"x\"\n\"1\",2\n\"0\",3\n")
    #expect(factor.columns[0][0] == .text("1") && factor.columns[1].cells == .whole([2, 3]))
    // A quote within a field is an ordinary character.
    #expect(try files.table("a,b\n5\" pipe,1\n6\" pipe,2\n").columns[0][1] == .text("6\" pipe"))
    let words = try files.table("a,b\n\"NA\",1\n\"\",2\n,3\nNA,4\n").columns[0]
    #expect((0..<4).map { words[$0] } == [.text("NA"), .text(""), .gap, .gap])
  }

  @Test func headers() throws {
    let contents = try files.contents("a,a,,a_2,a\n1,2,3,4,5\n")
    #expect(contents.table.names == ["a", "a_3", "column_2", "a_2", "a_4"])
    #expect(contents.notes.count == 3 && contents.notes[0] == "column 1 has the name `a` again, and is called `a_3`")
    #expect(try files.table("a,b\n").count == 0)
    #expect(try files.table("when,x\n2024-01-01,1\n").names == ["when", "x"])
    #expect(try files.table("2024-01-01,x\n2024-01-02,y\n").count == 2)
  }

  @Test func numbersKeepTheirMeaning() throws {
    for id in ["007", "1234567890123456789", "-012", "00"] { #expect(try files.table("x,a\nu,\(id)\nv,1\n").columns[1][0] == .text(id)) }
    #expect(try files.table("a\n123456789012345678\n").columns[0].cells == .whole([123_456_789_012_345_678]))
    #expect(try files.table("a\n0\n-0\n").columns[0].cells == .whole([0, 0]))
    for odd in ["0x10", "1 2", "1_000", "0b1", "١", "1e", "e5", ".", "-", "+", "1.2.3", "--1", "1e5.5"] {
      #expect(try files.table("a,b\nx,\(odd)\ny,\(odd)1x\n").columns[1].kind == .text, "\(odd)")
    }
    for infinite in ["inf", "-Infinity", "1e999"] {
      let fault = try files.fault("a,b\n1,2\n3,\(infinite)\n")
      #expect(fault.id == TablesErrors.cell && fault.message == "`few.csv`, line 3, column \"b\": \(infinite) is not a finite number")
    }
    #expect(try files.table("name\ninf\nsup\n").columns[0][0] == .text("inf"))
    #expect(try files.table("a\n1\nnan\n-NaN\n").columns[0].gaps.count == 2)
  }

  @Test func weakGaps() throws {
    #expect(try files.table("a\n1\n-\nnone\n").columns[0] == Column("a", .whole([1, 0, 0]), gaps: Gaps([false, true, true])))
    let words = try files.table("a\n-\nnone\nx\n").columns[0]
    #expect((0..<3).map { words[$0] } == [.text("-"), .text("none"), .text("x")])
    #expect(try files.table("a,b\n-,1\n-,2\n").columns[0].gaps.count == 0)
  }

  @Test func mixedColumns() throws {
    let contents = try files.contents("a,b\n1,x\n2,y\nabc,z\n,w\n4,v\n")
    #expect(contents.table.columns[0].kind == .text)
    #expect(contents.mixed == [TableFile.Mixed(column: "a", others: 1, count: 4, word: "abc", line: 4)])
    #expect(contents.mixed.first?.text == "1 of 4 cells is not a number: line 4: `abc`")
  }

  @Test func categoriesOrTexts() throws {
    func kind(_ words: [String]) throws -> ColumnKind { try files.table("a\n" + words.joined(separator: "\n") + "\n").columns[0].kind }
    #expect(try kind((0..<100).map { "w\($0 % 50)" }) == .category)
    #expect(try kind((0..<99).map { "w\($0 % 50)" }) == .text)
    #expect(try kind((0..<1000).map { "w\($0 % 51)" }) == .text)
    #expect(try kind((0..<1100).map { "w\($0 % 55)" }) == .category)
    #expect(try kind((0..<30_000).map { "w\($0)" }) == .text)
    #expect(try files.table("a\nw10\nw9\nw10\nw9\n").columns[0].levels == ["w10", "w9"])
    #expect(try files.table("a\n10y\n10\n9\n10\n9\n10y\n").columns[0].levels == ["10", "10y", "9"])
    #expect(try files.table("a\n\"10\"\n\"9\"\n\"10\"\n\"9\"\n").columns[0].levels == ["9", "10"])
  }

  // MARK: Bad input

  @Test func smallTables() throws {
    #expect(try files.table("a\n1\n").columns == [Column("a", .whole([1]))])
    #expect(try files.table("a,b\n,\n,NA\n").columns.map(\.kind) == [.text, .text])
    #expect(try files.table("a,b\n,\n,NA\n").columns.map(\.gaps.count) == [2, 2])
    #expect(try files.table("a\n5\n5\n5\n").columns[0].cells == .whole([5, 5, 5]))
    for empty in ["", "\n \n", "\u{FEFF}"] { #expect(try files.fault(empty).message.contains("empty")) }
  }

  @Test func aMillionCategories() throws {
    // A tenth of a million in debug; the rule is the same.
    let text = "a\n" + (0..<100_000).map { "word\($0)\n" }.joined()
    #expect(try files.table(text).columns[0].kind == .text)
    let forced = try files.table(text) { $0.kinds = ["a": .category] }.columns[0]
    #expect(forced.levels.count == 100_000 && forced[99_999] == .text("word99999"))
  }

  @Test func brokenFiles() throws {
    let ragged = try files.fault("a,b\n1,2\n\n3,4,5\n")
    #expect(ragged.id == TablesErrors.broken && ragged.message == "`few.csv`, line 4: expected 2 fields as on the first line, got 3")
    #expect(try files.fault("a,b\n1,2\n3\n").message == "`few.csv`, line 3: expected 2 fields as on the first line, got 1")
    #expect(try files.fault("a\n1\n\"1\n").message == "`few.csv`, line 3: unclosed quote")
    #expect(try files.fault("a,b\n1,\"2\"3\n").message == "`few.csv`, line 2: text after a closing quote")
    #expect(try files.fault("\"a\nb\",c\n1,2\n\n1\n").message.contains("line 5:"))
    let latin = try files.fault(Array("x,y\n1,B".utf8) + [0xE4] + Array("r\n".utf8))
    #expect(latin.message == "`few.csv`, line 2 is not UTF-8 text" && latin.hint?.contains("latin1") == true)
    #expect(try files.fault(Array("x,y\n1,".utf8) + [0xC3]).message.contains("line 2 is not UTF-8"))
    #expect(try files.fault(Array("x,y\n1,2\n3,".utf8) + [0]).message.contains("line 3 is not UTF-8 text: it contains zero bytes"))
    for wide in ["a,b\n1,2\n".utf8.flatMap { [UInt8]([$0, 0]) }, [0xFE, 0xFF] + Array("a,b\n".utf8).flatMap { [0, $0] as [UInt8] }] as [[UInt8]] {
      #expect(try files.fault(wide).message == "`few.csv` is UTF-16 text, expected UTF-8")
    }
    #expect(try files.fault("a,b\n1,2\n") { $0.columns = [.named("wieght")] }.id == TablesErrors.unknown)
    #expect(try files.fault("a,b\n1,2\n") { $0.columns = [.place(2)] }.message.contains("no column 2"))
    #expect(try files.fault("a,b\n1,2\n") { $0.separator = "§" }.id == TablesErrors.option)
  }

  /// Odd bytes give a table or a fault, never a crash.
  @Test func changedFilesNeverTrap() {
    let bytes = Array("\"a\",b;c\r\n1,\"2\"\"\",x\n-3.5e1,,\t4\n".utf8)
    for position in bytes.indices {
      _ = try? files.contents(Array(bytes.prefix(position)))
      for byte in [0x00, 0x0A, 0x0D, 0x22, 0x2C, 0x80, 0xFF] as [UInt8] {
        var changed = bytes
        changed[position] = byte
        _ = try? files.contents(changed)
        _ = try? files.contents(changed) { ($0.header, $0.comment) = (.absent, "x") }
      }
    }
  }

  @Test func gzip() throws {
    // gzip -c twice into one file; made by Python's gzip.
    let first: [UInt8] = [31, 139, 8, 0, 0, 0, 0, 0, 2, 255, 75, 212, 73, 226, 50, 212, 49, 226, 2, 0, 123, 7, 151, 10, 8, 0, 0, 0]
    let second: [UInt8] = [31, 139, 8, 0, 0, 0, 0, 0, 2, 255, 51, 214, 49, 225, 50, 213, 49, 227, 2, 0, 121, 74, 77, 44, 8, 0, 0, 0]
    #expect(try files.contents(first + second).table.columns[0].cells == .whole([1, 3, 5]))
    for cut in [3, 10, 20, first.count - 1] {
      #expect(try files.fault(Array(first.prefix(cut))).id == TablesErrors.badGzip, "\(cut)")
    }
  }
}
