import DataSets
import Diagnostics
import Engine
import Tensors
import TestSupport
import Testing

/// What a table holds, it gives back: every number, name and class.
@Suite struct CSVRoundTripTests {
  private let engine = Engine(threads: 1)

  private func table(_ text: String, label: CSV.Column? = nil) throws -> DataSet {
    try CSV.decode(Array(text.utf8), name: "few.csv", CSV.Options(label: label))
  }

  private func written(_ set: DataSet) throws -> String {
    let files = MemoryFiles()
    try CSVWriter.write(try #require(set.rows), labels: set.labels, names: set.names, to: "again.csv", files)
    return String(decoding: files.files["again.csv"] ?? [], as: UTF8.self)
  }

  // MARK: Numbers

  @Test(arguments: [
    "16777217", "123456789", "9007199254740992", "-9007199254740992", "2147483647", "0.1", "3.141592653589793", "48.856614", "-0.000123456789", "1e+99",
    "4294967296", "10000000000", "-7",
  ])
  func numbersAreWrittenAsTheyWereRead(_ number: String) throws {
    let text = "id,x\n\(number),0.5\n1,2\n"
    #expect(try written(table(text)) == text)
  }

  @Test func columnsAreAsWideAsTheyNeedToBe() throws {
    for narrow in ["16777216", "0.1", "3.14159", "1e10", "0.3333333", "-65504"] {
      #expect(try table("a\n\(narrow)\n").rows?.numbers.dtype == .f32, "\(narrow)")
    }
    for wide in ["16777217", "3.14159265", "1e39", "1e-45", "123456.789"] {
      #expect(try table("a\n\(wide)\n").rows?.numbers.dtype == .f64, "\(wide)")
    }
    let part = try table("a,b\n16777217,1\n5,2\n").selecting([0])
    #expect(try part.examples(engine)[0] == 16_777_217 && part.example(0, engine)[0] == 16_777_217)
  }

  @Test(arguments: ["9007199254740993", "-9007199254740993", "12345678901234567890"])
  func integersThatWouldBeRoundedAreRefused(_ number: String) throws {
    let fault = try #require(throws: Fault.self) { try table("id,x,y\n1,2,3\n\(number),4,5\n", label: .named("y")) }.diagnostic
    #expect(fault.message == "`few.csv`, line 3, column \"id\": \(number) would be rounded; integers are exact up to 9,007,199,254,740,992")
    #expect(fault.hint == "leave the column out: `csv(\"few.csv\", label=\"y\", columns=(\"x\",))`")
  }

  @Test func eachFloatAndDoubleIsGivenBack() throws {
    var bits: UInt64 = 88_172_645_463_325_252
    func next() -> UInt64 {
      bits ^= bits << 13
      bits ^= bits >> 7
      bits ^= bits << 17
      return bits
    }
    let floats = (0..<500).map { _ in Float(bitPattern: UInt32(truncatingIfNeeded: next())) }.filter(\.isNormal)
    let small = try Tensor(floats, shape: [floats.count, 1])
    let again = try CSV.decode(CSVWriter.encode(small, columns: ["x"]), name: "f.csv").examples(engine)
    #expect((0..<floats.count).allSatisfy { Float(again[$0]) == floats[$0] })
    let doubles = (0..<500).map { _ in Double(bitPattern: next()) }.filter(\.isNormal)
    let wide = try Tensor(dtype: .f64, shape: [doubles.count, 1]) { doubles[$0] }
    let back = try CSV.decode(CSVWriter.encode(wide, columns: ["x"]), name: "d.csv").examples(engine)
    #expect((0..<doubles.count).allSatisfy { back[$0] == doubles[$0] })
  }

  // MARK: Labels

  @Test func negativeLabelsAreRefused() throws {
    let fault = try #require(throws: Fault.self) { try table("y,x\n1,1\n-1,1\n", label: .named("y")) }.diagnostic
    #expect(fault.message == "`few.csv`, line 3, column \"y\": \"-1\" is negative; labels are counted from 0" && fault.hint?.contains("labels=") == true)
    let rows = try DataSet.Source.rows(Rows(Tensor([1, 2] as [Float], shape: [2, 1])))
    #expect(try #require(throws: Fault.self) { try DataSet(rows, labels: [1, -1]) }.diagnostic.message.contains("-1"))
    #expect(try #require(throws: Fault.self) { try DataSet(rows, labels: [0, 2], names: ["a", "b"]) }.diagnostic.message.contains("label 2 has no name"))
    #expect(try #require(throws: Fault.self) { try table("y,x\n3000000000,1\n", label: .named("y")) }.diagnostic.message.contains("too large"))
  }

  @Test func hintsKeepTheLabelThatWasGiven() throws {
    let penguins = "species,island,bill,mass\nAdelie,Dream,39.1,3750\nGentoo,Biscoe,NA,5000\n"
    func hint(_ choices: CSV.Options) throws -> String? {
      try #require(throws: Fault.self) { try CSV.decode(Array(penguins.utf8), name: "penguins.csv", choices) }.diagnostic.hint
    }
    #expect(
      try hint(CSV.Options(label: .named("species")))
        == "take only the columns of numbers: `csv(\"penguins.csv\", label=\"species\", columns=(\"bill\", \"mass\"))`")
    #expect(
      try hint(CSV.Options(label: .named("species"), columns: [.named("bill"), .named("mass")]))
        == "fill it in or delete the line, or take the columns without missing values: `csv(\"penguins.csv\", label=\"species\", columns=(\"mass\",))`")
    #expect(try hint(CSV.Options())?.hasPrefix("if the column is the label: `csv(\"penguins.csv\", label=\"species\")`; if not, take") == true)
  }

  // MARK: Names

  static let oddNames: [[String]] = [
    ["1990", "1991"], ["", "a"], [" a", "b "], ["nan", "?"], ["-", "none"], ["1e5", "0x10"], ["a,b", "c;d"], ["\"", "\"\""], ["x\ny", "z\r"],
    ["\u{FEFF}a", "b"], ["é", "e\u{301}"], [" \u{301}", "\u{301}"], ["-1", "+2"], ["column 1", "label"], ["a\tb", "#"],
  ]

  @Test(arguments: oddNames)
  func columnsComeBack(_ names: [String]) throws {
    let set = try DataSet(.rows(Rows(Tensor([1, 2, 3, 4] as [Float], shape: [2, 2]), columns: names, label: "kind")))
    let text = try written(set)
    let again = try CSV.decode(Array(text.utf8), name: "again.csv")
    #expect(again.rows?.columns.map { Array($0.utf8) } == names.map { Array($0.utf8) }, "\(text)")
    #expect(try (0..<4).map { try again.examples(engine)[$0] } == [1, 2, 3, 4])
  }

  static let oddClasses: [[String]] =
    oddNames + [
      ["3", "?"], ["b", "a"], ["a", "b", "c", "d"], ["10", "9", "2"], (0..<12).map(String.init), ["zebra", "", "ape"], ["x"], ["2", "10", "a"],
      ["na", "NA", "Na"],
    ]

  /// Classes in any order, also without examples; with names for the columns and without.
  @Test(arguments: oddClasses, [["a", "b"], []])
  func classesComeBack(_ names: [String], _ columns: [String]) throws {
    for labels in [[0, Int32(names.count - 1), 0], (0..<Int32(names.count)).map { $0 }, [Int32(names.count - 1)]] {
      let numbers = try Tensor((0..<2 * labels.count).map { Float($0) }, shape: [labels.count, 2])
      let files = MemoryFiles()
      // One from an earlier table must not speak for this one.
      try files.write(Array("class,kind\n0,old\n".utf8), to: "again-classes.csv")
      try CSVWriter.write(Rows(numbers, columns: columns, label: "kind"), labels: labels, names: names, to: "again.csv", files)
      let again = try CSV.read("again.csv", CSV.Options(label: .place(2)), files)
      #expect(again.labels == labels && again.names.map { Array($0.utf8) } == names.map { Array($0.utf8) })
      #expect(again.rows?.columns == columns)
    }
  }

  @Test func aListOfClassesIsWrittenOnlyWhereItIsNeeded() throws {
    let rows = try Rows(Tensor([1, 2] as [Float], shape: [2, 1]), columns: ["a"], label: "kind")
    let files = MemoryFiles()
    try CSVWriter.write(rows, labels: [0, 1], names: ["cat", "dog"], to: "few.csv", files)
    #expect(files.files.keys.sorted() == ["few.csv"])
    try CSVWriter.write(rows, labels: [0, 1], names: ["dog", "cat"], to: "few.csv", files)
    #expect(String(decoding: files.files["few-classes.csv"] ?? [], as: UTF8.self) == "class,kind\n0,dog\n1,cat\n")
    try files.write(Array("a,kind\n1,dog\n2,cow\n".utf8), to: "few.csv")
    let fault = try #require(throws: Fault.self) { try CSV.read("few.csv", CSV.Options(label: .named("kind")), files) }.diagnostic
    #expect(fault.message == "`few.csv`, line 3, column \"kind\": \"cow\" is not one of the classes in `few-classes.csv`")
  }

  @Test func quotesAroundEverythingMeanNothing() throws {
    let set = try table("\"y\",\"x\"\n\"1\",\"2\"\n\"0\",\"3\"\n", label: .named("y"))
    #expect(set.labels == [1, 0] && set.names == [])
    #expect(try table("\"1\",\"2\"\n\"3\",\"4\"\n").count == 2)
    // As R writes the levels of a factor.
    #expect(try table("\"y\",\"x\"\n\"1\",2\n\"0\",3\n", label: .named("y")).names == ["0", "1"])
    #expect(throws: Fault.self) { try table("nan,nan\n1,2\n") }
  }

  @Test func whatCannotComeBackIsRefused() throws {
    let numbers = try Tensor([1, 2] as [Float], shape: [2, 1])
    let files = MemoryFiles()
    #expect(throws: Fault.self) { try CSVWriter.write(Rows(numbers), labels: [0, 1], names: ["a", "a"], to: "a.csv", files) }
    #expect(throws: Fault.self) { try CSVWriter.write(Rows(numbers, columns: ["a\0"]), labels: nil, names: [], to: "a.csv", files) }
    #expect(files.files.isEmpty)
  }
}
