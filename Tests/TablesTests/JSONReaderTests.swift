import Diagnostics
import Engine
import Testing

@testable import Tables

@Suite("Reading JSON lines") struct JSONReaderTests {
  private let files = TableFiles()

  private let people = [
    "{\"name\": \"Ada\", \"age\": 36, \"score\": 1, \"on\": true, \"born\": \"1815-12-10\"}",
    "{\"age\": null, \"name\": \"Bo\", \"score\": 2.5, \"seen\": \"2024-01-01 10:00\", \"born\": \"1990-01-01\"}",
    "{\"name\": \"NA\", \"age\": 41, \"seen\": \"2024-01-02\", \"on\": false}",
  ]

  @Test func linesAndArrays() throws {
    let forms: [(String, String)] = [
      (people.joined(separator: "\n"), "a.jsonl"), ("\u{FEFF}" + people.joined(separator: "\r\n\r\n") + "\r\n", "a.ndjson"),
      ("[" + people.joined(separator: ",\n") + "]\n", "a.json"),
    ]
    for (text, name) in forms {
      let table = try files.table(text, name: name)
      #expect(table.names == ["name", "age", "score", "on", "born", "seen"])
      #expect(table.columns.map(\.kind) == [.text, .whole, .number, .boolean, .date, .time])
      #expect(table.columns[0][2] == .text("NA"))
      #expect(table.columns[1] == Column("age", .whole([36, 0, 41]), gaps: Gaps([false, true, false])))
      #expect(table.columns[2] == Column("score", .number([1, 2.5, 0]), gaps: Gaps([false, false, true])))
      #expect(table.columns[5].gaps == Gaps([true, false, false]))
    }
  }

  @Test func mixedCells() throws {
    let contents = try files.contents("{\"a\":1}\n{\"a\":2.5}\n\n{\"a\":\"x\"}\n{\"a\":3}\n", name: "a.jsonl")
    let column = contents.table.columns[0]
    #expect((0..<4).map { column[$0] } == [.text("1"), .text("2.5"), .text("x"), .text("3")])
    #expect(contents.mixed == [TableFile.Mixed(column: "a", others: 1, count: 4, word: "x", line: 4)])
  }

  @Test func options() throws {
    let text = "{\"a\":1,\"b\":\"2\"}\n{\"a\":2,\"b\":\"3.5\"}\n{\"c\":2}\n"
    let table = try files.table(text, name: "a.jsonl") { ($0.columns, $0.kinds, $0.limit) = ([.named("b"), .place(0)], ["b": .number, "a": .category], 2) }
    #expect(table.columns.map(\.cells) == [.number([2, 3.5]), .category([0, 1], levels: ["1", "2"])])
    #expect(try files.fault(text, name: "a.jsonl") { $0.kinds = ["b": .whole] }.message == "`a.jsonl`, line 2, column \"b\": \"3.5\" is not a whole number")
  }

  @Test func longFiles() throws {
    let text = (0..<60_000).map { "{\"id\":\($0),\"x\":\($0 == 50_000 ? "\"odd\"" : "\($0 % 3)"),\"word\":\"w\($0 % 4)\"}" }.joined(separator: "\n")
    let one = try files.contents(text, name: "a.jsonl")
    #expect(try TableFiles(threads: 2).contents(text, name: "a.jsonl").table == one.table)
    #expect(one.table.columns[0].cells == .whole(Array(0..<60_000)))
    #expect(one.table.columns[1].levels == ["0", "1", "2", "odd"] && one.table.columns[1].kind == .category)
    #expect(one.mixed.first?.line == 50_001)
  }

  @Test func badInput() throws {
    func message(_ text: String) throws -> String { try files.fault(text, name: "a.jsonl").message }
    #expect(try message("{\"a\":1}\n{\"a\":[1,2]}\n") == "`a.jsonl`, line 2: \"a\" is an array, expected a number, string, boolean or null")
    #expect(try message("{\"a\":1}\n\n{\"a\":{\"b\":2}}\n").hasPrefix("`a.jsonl`, line 3: \"a\" is an object"))
    #expect(try message("{\"a\":1}\n5\n").hasPrefix("`a.jsonl`, line 2: expected an object"))
    #expect(try message("{\"a\":1}\n{\"a\":\n").hasPrefix("`a.jsonl`, line 2: "))
    #expect(try message("{\"a\":1,\"a\":2}\n").hasPrefix("`a.jsonl`, line 1: the key \"a\" occurs twice"))
    #expect(try message("{\"a\":1},{\"a\":2}\n").hasPrefix("`a.jsonl`, line 1: "))
    #expect(try message("{\"a\":1}\n{\"a\":1e999}\n").hasPrefix("`a.jsonl`, line 2: "))
    #expect(try message("").contains("no rows"))
    #expect(try message("[{\"a\":1},{\"a\":[]}]").hasPrefix("`a.jsonl`, object 1: \"a\" is an array"))
    #expect(try message("[1]").hasPrefix("`a.jsonl`, object 0: expected an object"))
    #expect(try message("[{\"a\":1}").contains("not readable JSON"))
    #expect(try files.fault(Array("{\"a\":\"".utf8) + [0xE4] + Array("\"}\n".utf8), name: "a.jsonl").message.contains("line 1"))
  }
}
