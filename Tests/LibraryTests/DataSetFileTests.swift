import Machine
import TestSupport
import Testing

/// What a data set of rows holds, a file gives back: every number, name and class.
@Suite("Data sets in files of tables") struct DataSetFileTests {
  private func output(_ program: String, _ files: MemoryFiles = MemoryFiles()) -> String {
    let test = TestSession(files: files)
    if let report = test.run(program, named: "test").report { return report }
    return test.console.output
  }

  // MARK: Numbers

  @Test(arguments: [
    "16777217", "123456789", "9007199254740992", "-9007199254740992", "2147483647", "0.1", "3.141592653589793", "48.856614", "-0.000123456789", "1e+99",
    "4294967296", "10000000000", "-7",
  ])
  func numbersAreWrittenAsTheyWereRead(_ number: String) throws {
    let files = MemoryFiles()
    let text = "id,x\n\(number),0.5\n1,2\n"
    try files.write(Array(text.utf8), to: "few.csv")
    #expect(output("save(dataset(csv(\"few.csv\")), \"again.csv\")", files) == "")
    #expect(String(decoding: files.files["again.csv"] ?? [], as: UTF8.self) == text)
  }

  @Test func columnsAreAsWideAsTheyNeedToBe() throws {
    for (numbers, type) in [
      (["16777216", "0.1", "3.14159", "1e10", "0.3333333", "-65504"], "f32"), (["16777217", "3.14159265", "1e39", "1e-45", "123456.789"], "f64"),
    ] {
      for number in numbers {
        let files = MemoryFiles()
        try files.write(Array("a\n\(number)\n".utf8), to: "few.csv")
        #expect(output("print(dataset(csv(\"few.csv\")).rows.dtype)", files) == "\(type)\n", "\(number)")
      }
    }
  }

  @Test(arguments: ["9007199254740993", "-9007199254740993"])
  func integersThatWouldBeRoundedAreRefused(_ number: String) throws {
    let files = MemoryFiles()
    try files.write(Array("id,x\n1,2\n\(number),4\n".utf8), to: "few.csv")
    let report = output("dataset(csv(\"few.csv\"))", files)
    #expect(report.contains("column `id`, row 1: \(number) would be rounded; whole numbers are exact up to 9,007,199,254,740,992"))
    #expect(report.contains("drop(t, \"id\")"))
  }

  @Test(arguments: ["-1", "3000000000"]) func invalidLabelsAreRefused(_ label: String) throws {
    let files = MemoryFiles()
    try files.write(Array("y,x\n1,1\n\(label),1\n".utf8), to: "few.csv")
    #expect(output("dataset(csv(\"few.csv\"), label=\"y\")", files).contains("column `y` has the label \(label), expected whole numbers from 0"))
  }

  // MARK: Names

  static let oddNames: [[String]] = [
    ["1990", "1991"], ["", "a"], [" a", "b "], ["nan", "?"], ["-", "none"], ["1e5", "0x10"], ["a,b", "c;d"], ["\"", "\"\""], ["x\ny", "z\r"],
    ["\u{FEFF}a", "b"], [" \u{301}", "\u{301}"], ["-1", "+2"], ["column 1", "label"], ["a\tb", "#"], ["true", "false"], ["2024-01-01", "x|y"],
  ]

  private func list(_ names: [String]) -> String { "(" + names.map { Machine.quote($0) + ", " }.joined() + ")" }

  @Test(arguments: oddNames.filter { !$0.contains("") })
  func columnsComeBack(_ names: [String]) {
    let program = """
      save(dataset([[1, 2], [3, 4]], columns=\(list(names))), "again.csv")
      d = dataset(csv("again.csv"))
      print(d.columns == \(list(names)), d.rows)
      """
    #expect(output(program) == "true [[1, 2],\n [3, 4]]\n")
  }

  static let oddClasses: [[String]] =
    oddNames + [
      ["3", "?"], ["b", "a"], ["a", "b", "c", "d"], ["10", "9", "2"], (0..<12).map(String.init), ["zebra", "", "ape"], ["x"], ["2", "10", "a"],
      ["na", "NA", "Na"],
    ]

  /// Classes in any order, also without examples.
  @Test(arguments: oddClasses) func classesComeBack(_ names: [String]) throws {
    for labels in [[0, names.count - 1, 0], Array(names.indices), [names.count - 1]] {
      let files = MemoryFiles()
      // One from an earlier table must not be used for this one.
      try files.write(Array("class,label\n0,old\n".utf8), to: "again-classes.csv")
      let program = """
        names = \(list(names))
        save(dataset(zeros(\(labels.count), 2), labels=(\(labels.map { "\($0), " }.joined())), names=names, columns=("u", "v")), "again.csv")
        d = dataset(csv("again.csv"), label="label")
        print(list(d.labels) == (\(labels.map { "\($0), " }.joined())), d.names == names)
        """
      #expect(output(program, files) == "true true\n", "\(labels) \(String(decoding: files.files["again.csv"] ?? [], as: UTF8.self))")
    }
  }
}
