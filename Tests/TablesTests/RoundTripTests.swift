import Diagnostics
import Engine
import Testing

@testable import Tables

/// What is written is read again as it was.
@Suite("Writing tables") struct RoundTripTests {
  static let words = [
    "", " ", "NA", "n/a", "1", "1.5", "-", "none", "inf", "true", "2024-01-01", "2024-01-01 10:00", "a,b", "c;d", "e\tf", "|", "\"", "\"\"", "x\ny",
    "z\r", "\r\n", " lead", "trail ", "\u{FEFF}a", "é", "e\u{301}", "日本", "007", "1,5", "#", "a\"b", "null", "?", "plain", "-NaN", "#x", "👕",
  ]

  /// Numbers from a counter (G. Steele, D. Lea, C. Flood, "Fast splittable pseudorandom number generators", OOPSLA 2014).
  struct Dice {
    var state: UInt64

    mutating func bits() -> UInt64 {
      state &+= 0x9E37_79B9_7F4A_7C15
      var mixed = (state ^ (state >> 30)) &* 0xBF58_476D_1CE4_E5B9
      mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
      return mixed ^ (mixed >> 31)
    }

    mutating func below(_ count: Int) -> Int { Int(bits() % UInt64(count)) }

    mutating func word() -> String { below(3) == 0 ? "w\(below(4))" : RoundTripTests.words[below(RoundTripTests.words.count)] }

    mutating func double() -> Double {
      switch below(4) {
      case 0: return Double(below(100)) / 10
      case 1: return Double(below(1000)) - 500
      default:
        let value = Double(bitPattern: bits())
        return value.isFinite ? value : 0
      }
    }
  }

  static func table(_ seed: Int) throws -> Table {
    var dice = Dice(state: UInt64(seed))
    let count = 1 + dice.below(12)
    var names: Set<String> = []
    var columns: [Column] = []
    for place in 0..<1 + dice.below(5) {
      let name = dice.below(2) == 0 ? "c\(place)" : dice.word()
      guard !name.isEmpty, name.utf8.count > 0, names.insert(name).inserted else { continue }
      let gaps = (0..<count).map { _ in dice.below(4) == 0 }
      func drawn<Value>(_ zero: Value, _ value: (inout Dice) -> Value) -> [Value] { gaps.map { $0 ? zero : value(&dice) } }
      let cells: Column.Cells
      switch dice.below(7) {
      case 0: cells = .number(drawn(0) { $0.double() })
      case 1: cells = .whole(drawn(0) { Int(Int64(truncatingIfNeeded: $0.bits()) % 1_000_000_000_000_000_000) >> $0.below(60) })
      case 2: cells = .boolean(drawn(false) { $0.below(2) == 0 })
      case 3: cells = .date(drawn(0) { $0.below(80_000) - 40_000 })
      case 4: cells = .time(drawn(0) { $0.below(1 << 52) >> $0.below(30) })
      case 5: cells = .text(Texts(drawn("") { $0.word() }))
      default:
        let given = drawn("") { $0.word() }
        var distinct: [String] = []
        for (row, word) in given.enumerated() where !gaps[row] && !distinct.contains(where: { Array($0.utf8) == Array(word.utf8) }) { distinct.append(word) }
        let levels = Levels.order(distinct).map { distinct[$0] }
        let codes = given.enumerated().map { row, word in
          gaps[row] ? -1 : Int32(levels.firstIndex { Array($0.utf8) == Array(word.utf8) } ?? 0)
        }
        cells = .category(codes, levels: levels)
      }
      columns.append(Column(name, cells, gaps: Gaps(gaps)))
    }
    if columns.isEmpty { columns.append(Column("c", .whole([Int](repeating: 1, count: count)))) }
    return try Table(columns)
  }

  @Test(arguments: ["out.csv", "out.tsv", "out.jsonl", "out.csv.gz", "out.jsonl.gz"]) func randomTables(_ name: String) throws {
    let files = TableFiles()
    for seed in 0..<400 {
      let table = try RoundTripTests.table(seed)
      let bytes = try files.written(table, name: name)
      let again = try files.contents(bytes, name: name) { ($0.kinds, $0.header) = (table.kinds, .present) }.table
      #expect(again == table, "seed \(seed): \(String(decoding: bytes, as: UTF8.self))")
    }
  }

  /// Kinds that the rows show need not be given.
  @Test(arguments: ["out.csv", "out.tsv", "out.jsonl"]) func kindsAreFoundAgain(_ name: String) throws {
    let count = 120
    let words = RoundTripTests.words.filter { $0 != "2024-01-01" && $0 != "2024-01-01 10:00" }
    let levels = Levels.order(words).map { words[$0] }
    let none = (0..<count).map { $0 % 5 == 0 }
    let table = try Table([
      Column("number", .number((0..<count).map { $0 % 5 == 0 ? 0 : Double($0) }), gaps: Gaps(none)),
      Column("whole", .whole(Array(0..<count))),
      Column("word", .category((0..<count).map { Int32($0 % levels.count) }, levels: levels)),
      Column("digits", .category((0..<count).map { Int32($0 % 3) }, levels: ["1", "2", "10"])),
      Column("flag", .boolean((0..<count).map { $0 % 5 != 0 && $0 % 2 == 0 }), gaps: Gaps(none)),
      Column("day", .date((0..<count).map { $0 * 100 })),
      Column("time", .time((0..<count).map { $0 * 1_234_567_890 })),
      Column("free", .text(Texts((0..<count).map { "\($0),\"text\"\n" }))),
    ])
    let files = TableFiles()
    let bytes = try files.written(table, name: name)
    #expect(try files.contents(bytes, name: name).table == table)
    let two = TableFiles(threads: 2)
    #expect(try two.written(table, name: name) == bytes)
  }

  @Test func layout() throws {
    let files = TableFiles()
    let table = try Table([
      Column("a b", .number([1, 0, 2.5]), gaps: Gaps([false, true, false])),
      Column("1", .category([0, 1, -1], levels: ["1", "x,y"]), gaps: Gaps([false, false, true])),
    ])
    #expect(String(decoding: try files.written(table), as: UTF8.self) == "a b,\"1\"\n1.0,\"1\"\n,\"x,y\"\n2.5,\n")
    #expect(
      String(decoding: try files.written(table, name: "a.jsonl"), as: UTF8.self)
        == "{\"a b\":1.0,\"1\":\"1\"}\n{\"a b\":null,\"1\":\"x,y\"}\n{\"a b\":2.5,\"1\":null}\n")
    #expect(String(decoding: try files.written(Table([Column("a", .whole([0, 3]), gaps: Gaps([true, false]))])), as: UTF8.self) == "a\nNA\n3\n")
  }

  @Test func whatCannotBeWritten() throws {
    let files = TableFiles()
    let zero = try Table([Column("a", .text(Texts(["x\0"])))])
    #expect(try #require(throws: Fault.self) { try files.written(zero) }.diagnostic.id == TablesErrors.unwritable)
    #expect(try files.contents(files.written(zero, name: "a.jsonl"), name: "a.jsonl").table == zero)
    let none = zero.selecting([])
    #expect(try #require(throws: Fault.self) { try files.written(none, name: "a.jsonl") }.diagnostic.id == TablesErrors.unwritable)
    #expect(try files.contents(files.written(none)).table == none)
    #expect(files.files.files["out.csv"] != nil)
  }
}
