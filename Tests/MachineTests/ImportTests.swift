import Diagnostics
import Effects
import Foundation
import Glibc
import TestSupport
import Testing

/// Imports of real files: links, folders, and what an error says about the way to it.
@Suite struct ImportTests {
  private let root: URL

  init() throws {
    root = FileManager.default.temporaryDirectory.appendingPathComponent("loam-imports-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: root.appendingPathComponent("parts/deep"), withIntermediateDirectories: true)
  }

  private func write(_ text: String, _ path: String) throws { try Data(text.utf8).write(to: root.appendingPathComponent(path)) }
  private func link(_ path: String, to target: String) throws { try #require(symlink(target, root.appendingPathComponent(path).path) == 0) }

  /// Runs a file of the folder as if loam had been started there.
  private func run(_ path: String) throws -> (output: String, report: String) {
    let test = TestSession(files: SystemFiles(in: root.path))
    let report = test.run(try String(contentsOf: root.appendingPathComponent(path), encoding: .utf8), named: path).report
    return (test.console.output, report ?? "")
  }

  @Test func anErrorNamesTheWayToIt() throws {
    try write("\n\nimport \"parts/outer.loam\"\n", "main.loam")
    try write("import \"deep/inner.loam\"\n", "parts/outer.loam")
    try write("x = 1\ny = x // 0\n", "parts/deep/inner.loam")
    #expect(
      try run("main.loam").report.hasSuffix("\n  imported from parts/outer.loam, line 1\n  imported from main.loam, line 3"))
    // What cannot be read, too.
    try write("x = = 1\n", "parts/deep/inner.loam")
    let report = try run("main.loam").report
    #expect(report.hasPrefix("parts/deep/inner.loam:1:5: error[L0101]") && report.hasSuffix("outer.loam, line 1\n  imported from main.loam, line 3"))
    // An import within a function is part of its trace.
    try write("fn f() {\n  import \"parts/outer.loam\" as o\n  o\n}\nf()\n", "main.loam")
    #expect(try run("main.loam").report.hasSuffix("\n  imported from main.loam, line 2\n  in f, called at main.loam:5"))
  }

  @Test func aCheckNamesTheWayToo() throws {
    try write("import \"parts/outer.loam\"\n", "main.loam")
    try write("\nx = zeros(2) + zeros(3)\n", "parts/outer.loam")
    let checking = TestSession(files: SystemFiles(in: root.path)).checking
    let errors = checking.check("import \"parts/outer.loam\"\n", named: "main.loam").errors
    #expect(errors.map { Report($0).text.hasSuffix("\n  imported from main.loam, line 1") } == [true])
  }

  @Test func aMissingFileIsLookedForBesideItsImporter() throws {
    try write("import \"parts/outer.loam\"\n", "main.loam")
    try write("import \"deep/iner.loam\"\n", "parts/outer.loam")
    try write("", "parts/deep/inner.loam")
    let near = try run("main.loam").report
    #expect(near.contains("no such file: `parts/deep/iner.loam`") && near.contains("hint: did you mean `import \"deep/inner.loam\"`?"))
    #expect(near.hasSuffix("\n  imported from main.loam, line 1"))
    try write("import \"deep/inner\"\n", "parts/outer.loam")
    #expect(try run("main.loam").report.contains("hint: did you mean `import \"deep/inner.loam\"`?"))
    try write("import \"elsewhere.loam\"\n", "parts/outer.loam")
    #expect(try run("main.loam").report.contains("hint: write the path relative to the importing file, `parts/outer.loam`\n"))
    // Statements of a prompt are in no file.
    let prompt = TestSession(files: SystemFiles(in: root.path)).run("import \"elsewhere.loam\"", named: "prompt 1").report ?? ""
    #expect(!prompt.contains("importing file"))
  }

  @Test func aFileRunsOnceHoweverItIsReached() throws {
    try write("print(\"ran\")\nvalue = 7\n", "parts/real.loam")
    try link("link.loam", to: "parts/real.loam")
    try link("folder", to: "parts")
    let whole = root.appendingPathComponent("parts/real.loam").path
    try write(
      "import \"parts/real.loam\" as a\nimport \"link.loam\" as b\nimport \"folder/real.loam\" as c\nimport \"./parts/../parts/real.loam\" as d\nimport \"\(whole)\" as e\n"
        + "print(a.value, b.value, c.value, d.value, e.value)\n", "main.loam")
    let (output, report) = try run("main.loam")
    #expect(report == "" && output == "ran\n7 7 7 7 7\n")
  }

  /// What a file behind a link imports lies beside the file, not beside the link.
  @Test func aLinkedFileFindsWhatLiesBesideIt() throws {
    try write("import \"helper.loam\"\nimport \"../above.loam\"\nvalue = (helper.value, above.value)\n", "parts/deep/real.loam")
    try write("value = 1\n", "parts/deep/helper.loam")
    try write("value = 2\n", "parts/above.loam")
    try link("link.loam", to: "parts/deep/real.loam")
    try link("into", to: "parts/deep")
    try write("import \"link.loam\"\nimport \"into/../above.loam\"\nprint(link.value, above.value)\n", "main.loam")
    let (output, report) = try run("main.loam")
    #expect(report == "" && output == "(1, 2) 2\n")
    // The program itself may be reached through a link.
    try link("program.loam", to: "parts/deep/real.loam")
    #expect(try run("program.loam").report == "")
  }

  @Test func circlesThroughLinksAreFound() throws {
    try write("import \"egg.loam\"\n", "hen.loam")
    try write("import \"parts/bird.loam\"\n", "egg.loam")
    try link("parts/bird.loam", to: "../hen.loam")
    let report = try run("hen.loam").report
    #expect(report.contains("L0227") && report.contains("`egg.loam` imports `hen.loam` imports `egg.loam`"))
  }
}
