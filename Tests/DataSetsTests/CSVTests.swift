import DataSets
import Diagnostics
import Engine
import Images
import Tensors
import Testing

@Suite struct CSVTests {
  private let engine = Engine(threads: 1)

  private func table(_ text: String, label: CSV.Column? = nil, columns: [CSV.Column]? = nil, hasNames: Bool? = nil) throws -> DataSet {
    try CSV.decode(Array(text.utf8), name: "few.csv", CSV.Options(label: label, columns: columns, hasNames: hasNames))
  }

  private func numbers(_ set: DataSet) throws -> [Double] {
    let tensor = try set.examples(engine)
    return (0..<tensor.count).map { tensor[$0] }
  }

  private func fault(_ text: String, label: CSV.Column? = nil, columns: [CSV.Column]? = nil) throws -> Diagnostic {
    try #require(throws: Fault.self) { try table(text, label: label, columns: columns) }.diagnostic
  }

  @Test func namesNumbersAndClasses() throws {
    let set = try table("w,kind,h\n1,b,2.5\n-3e2,a,.5\n4,b,+6\n", label: .named("kind"))
    #expect(set.rows?.columns == ["w", "h"] && set.rows?.label == "kind")
    #expect(try numbers(set) == [1, 2.5, -300, 0.5, 4, 6])
    // In the order of the alphabet, as LabelEncoder has it.
    #expect(set.labels == [1, 0, 1] && set.names == ["a", "b"])
    #expect(try set.exampleShape() == [2])
  }

  /// Every way to end a line and to part fields gives the same table.
  @Test(arguments: ["\n", "\r\n", "\r", "\n\n", "\r\n\r\n"], [",", ";", "\t", ", ", " ; "])
  func linesAndSeparators(_ end: String, _ separator: String) throws {
    let lines = [["a", "b", "c"], ["1", "2", "3"], ["4", "5", "6"]].map { $0.joined(separator: separator) }
    for text in [lines.joined(separator: end), end + lines.joined(separator: end) + end + end, "\u{FEFF}" + lines.joined(separator: end)] {
      let set = try table(text)
      #expect(set.rows?.columns == ["a", "b", "c"])
      #expect(try numbers(set) == [1, 2, 3, 4, 5, 6])
    }
  }

  @Test func fieldsInQuotes() throws {
    let set = try table("\"a,\"\"x\"\"\",\"b\nc\",kind\n\"1\", \"2\" ,\"Rome, \"\"Italy\"\"\"\n3,4,\" Oslo\"\n", label: .named("kind"))
    #expect(set.rows?.columns == ["a,\"x\"", "b\nc"] && set.names == [" Oslo", "Rome, \"Italy\""])
    #expect(try numbers(set) == [1, 2, 3, 4])
    #expect(try fault("a\n\"1\n").message.contains("line 2: unclosed quote"))
    #expect(try fault("a,b\n1,\"2\"3\n").message.contains("line 2: text after"))
    // The line counts those within quotes.
    #expect(try fault("\"a\nb\"\n1\n\nx\n").message.contains("line 5, column \"a\nb\""))
  }

  @Test func aFirstLineWithANumberIsAnExample() throws {
    let set = try table("5.1,3.5,setosa\n6.2,2.8,virginica\n", label: .place(-1))
    #expect(set.count == 2 && set.rows?.columns == [] && set.names == ["setosa", "virginica"])
    #expect(try table("1990,1991\n1,2\n").count == 2)
    let named = try table("1990,1991\n1,2\n", hasNames: true)
    #expect(named.count == 1 && named.rows?.columns == ["1990", "1991"])
    #expect(try table(",a\n0,1\n").rows?.columns == ["column 0", "a"])
  }

  @Test func labelsThatAreNumbersStay() throws {
    let set = try table("y,x\n3,1\n0,1\n3.0,1\n", label: .named("y"))
    #expect(set.labels == [3, 0, 3] && set.names == [])
    #expect(try fault("y,x\n1,1\n0.5,1\n", label: .named("y")).message == "`few.csv`, line 3, column \"y\": \"0.5\" is not an integer")
    #expect(try table("y,x\n1,1\nb,1\n-,1\nnone,1\n", label: .named("y")).names == ["-", "1", "b", "none"])
  }

  @Test func columnsCanBeChosen() throws {
    let set = try table("a,b,c\n1,x,3\n4,y,6\n", columns: [.named("c"), .place(0)])
    #expect(set.rows?.columns == ["c", "a"])
    #expect(try numbers(set) == [3, 1, 6, 4])
    #expect(try fault("weight,b\n1,2\n", columns: [.named("wieght")]).hint?.contains("weight") == true)
    #expect(try fault("1,2\n", columns: [.named("a")]).hint?.contains("index") == true)
    #expect(try fault("a,b\n1,2\n", columns: [.place(2)]).message.contains("no column 2"))
    #expect(try fault("a\nx\n", label: .named("a")).message.contains("no columns besides"))
  }

  @Test func whatIsWrongIsTold() throws {
    for missing in ["", "NA", "nan", "?", "null", "-"] {
      let found = try fault("a,b\n1,2\n3,\(missing)\n")
      #expect(found.id == DataErrors.badCSV && found.message == "`few.csv`, line 3, column \"b\": missing value")
    }
    #expect(try fault("a,b\n1,2\n,2\n", label: .named("a")).message.contains("line 3, column \"a\": missing value"))
    let ragged = try fault("a,b\n1,2\n\n3,4,5\n")
    #expect(ragged.message == "`few.csv`, line 4: expected 2 fields as on the first line, got 3")
    #expect(try fault("a,b\n1,2\n3\n").message.contains("line 3: expected 2 fields as on the first line, got 1"))
    let word = try fault("a,b\n1,x\n")
    #expect(word.message.contains("line 2, column \"b\": \"x\" is not a number") && word.hint?.contains("label=\"b\"") == true)
    #expect(try fault("1,x\n").hint?.contains("label=1") == true)
    #expect(try fault("a;b\n1;2,5\n").hint == "use a decimal point: 2.5")
    for odd in ["0x10", "1e999", "inf", "infinity", "1 2", "1_000", "0b1", "١"] { #expect(try fault("a\n\(odd)\n").message.contains("is not a number")) }
    #expect(try fault("").id == DataErrors.empty)
    #expect(try fault("\n \n").id == DataErrors.empty)
    #expect(try fault("a,b\n").message.contains("only column names"))
    let bytes = "a,b\n1,2\n".utf8.flatMap { [UInt8]([$0, 0]) }
    #expect(try #require(throws: Fault.self) { try CSV.decode(bytes, name: "wide.csv") }.diagnostic.hint?.contains("UTF-8") == true)
  }

  /// Odd bytes give a table or a fault, never a crash.
  @Test func changedFilesNeverTrap() {
    let bytes = Array("\"a\",b;c\r\n1,\"2\"\"\",x\n-3.5e1,,\t4\n".utf8)
    for position in bytes.indices {
      _ = try? CSV.decode(Array(bytes.prefix(position)), name: "cut.csv")
      for byte in [0x00, 0x0A, 0x0D, 0x22, 0x2C, 0x80, 0xFF] as [UInt8] {
        var changed = bytes
        changed[position] = byte
        _ = try? CSV.decode(changed, name: "changed.csv", CSV.Options(label: .place(-1)))
        _ = try? CSV.decode(changed, name: "changed.csv", CSV.Options(columns: [.place(0)], hasNames: false))
      }
    }
  }

  @Test func writtenAndReadAgain() throws {
    let values: [Float] = [0.1, 1e-7, -3.4e38, 16_777_216, 0, 2.5]
    let matrix = try Tensor(values, shape: [2, 3])
    #expect(String(decoding: CSVWriter.encode(matrix), as: UTF8.self) == "0.1,1e-07,-3.4e+38\n16777216,0,2.5\n")
    let bytes = CSVWriter.encode(matrix, columns: ["a", "b,\"c\"", " d"], label: "kind", labels: [1, 0], names: ["x\ny", "z"])
    let set = try CSV.decode(bytes, name: "again.csv", CSV.Options(label: .named("kind")))
    #expect(set.rows?.columns == ["a", "b,\"c\"", " d"] && set.labels == [1, 0] && set.names == ["x\ny", "z"])
    #expect(try numbers(set).map { Float($0) } == values)
    let tabs = CSVWriter.encode(matrix, labels: [4, 5], separator: "\t")
    #expect(try CSV.decode(tabs, name: "a.tsv", CSV.Options(label: .place(3))).labels == [4, 5])
  }

  @Test func rowsAreNoImages() throws {
    let set = try table("a,b\n1,2\n3,4\n5,6\n")
    let turn = RecipeStep(.rotate(.constant(30), about: .spot(.center)), key: RandomKey(bits: 0), place: 0)
    #expect(try #require(throws: Fault.self) { try set.applying([turn]) }.diagnostic.id == ImageErrors.notImages)
    #expect(throws: Fault.self) { try set.images(engine) }
    #expect(throws: Fault.self) { try set.exampleShape(under: Recipe([turn])) }
    let part = set.selecting([2, 0])
    #expect(try numbers(part) == [5, 6, 1, 2] && set.example(1, engine).shape == [2])
    #expect(try part.isSame(as: table("a,b\n5,6\n1,2\n"), engine) && !part.isSame(as: table("a,c\n5,6\n1,2\n"), engine))
  }

  /// gzip -c twice into one file; made by Python's gzip.
  @Test func aFileOfSeveralGzipMembersIsReadWhole() throws {
    let first: [UInt8] = [31, 139, 8, 0, 0, 0, 0, 0, 2, 255, 75, 212, 73, 226, 50, 212, 49, 226, 2, 0, 123, 7, 151, 10, 8, 0, 0, 0]
    let second: [UInt8] = [31, 139, 8, 0, 0, 0, 0, 0, 2, 255, 51, 214, 49, 225, 50, 213, 49, 227, 2, 0, 121, 74, 77, 44, 8, 0, 0, 0]
    #expect(try numbers(CSV.decode(first + second, name: "few.csv.gz")) == [1, 2, 3, 4, 5, 6])
  }

  @Test func wordsAreNotTakenForNumbers() throws {
    let set = try table("x,y\n1,0x10\n2,0x11\n", label: .named("y"))
    #expect(set.labels == [0, 1] && set.names == ["0x10", "0x11"])
    let latin = Array("x,y\n1,B".utf8) + [0xE4] + Array("r\n".utf8)
    let fault = try #require(throws: Fault.self) { try CSV.decode(latin, name: "few.csv", CSV.Options(label: .named("y"))) }
    #expect(fault.diagnostic.message.contains("UTF-8"))
  }

  /// As `load` reads what `save` wrote.
  @Test func aLastColumnOfWordsIsFound() throws {
    let set = try CSV.decode(Array("a,b,label\n1,2,shoe\n3,4,bag\n".utf8), name: "few.csv", CSV.Options(infersLabel: true))
    #expect(set.labels == [1, 0] && set.rows?.columns == ["a", "b"])
    #expect(try CSV.decode(Array("a,b\n1,2\n".utf8), name: "few.csv", CSV.Options(infersLabel: true)).labels == nil)
  }
}
