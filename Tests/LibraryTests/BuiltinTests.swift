import Display
import Library
import Machine
import TestSupport
import Testing

/// Every built-in's own examples are its tests.
@Suite struct BuiltinTests {
  static let builtins = Library.topics.flatMap(\.builtins) + Display.topics.flatMap(\.builtins)

  @Test(arguments: builtins.map(\.title))
  func examplesGiveTheirResults(_ name: String) throws {
    let builtin = try #require(Self.builtins.first { $0.title == name })
    for example in builtin.examples {
      let test = TestSession(files: MemoryFiles())
      #expect(test.run(example.code, named: name).report == nil, "\(example.code)")
      if let result = example.result { #expect(test.console.output == result + "\n", "\(example.code)") }
    }
  }

  @Test func namesAreUnique() { #expect(Set(Self.builtins.map(\.title)).count == Self.builtins.count) }

  /// What can be read without a file on disk has an example.
  @Test func almostAllHaveExamples() {
    let without = Self.builtins.filter(\.examples.isEmpty).map(\.name)
    #expect(Set(without) == ["fashion", "mnist", "images", "csv", "save", "read_text", "write_text", "coco", "yolo", "save_yolo", "pascal", "save_pascal"])
  }

  @Test(arguments: builtins.map(\.title))
  func helpNamesEveryParameter(_ name: String) throws {
    let builtin = try #require(Self.builtins.first { $0.title == name })
    let text = Help.text(builtin)
    for parameter in builtin.parameters { #expect(text.contains(parameter.name)) }
    #expect(!builtin.summary.hasSuffix(".") && !builtin.summary.contains("\n"))
  }

  /// Wrong arguments of every kind give an error, never a crash.
  @Test(arguments: builtins.map(\.title))
  func oddArgumentsAreErrors(_ title: String) throws {
    guard title != "time" else { return }
    let name = try #require(Self.builtins.first { $0.title == title }).name
    let odd = [
      "", "nothing", "-1", "1.5", "\"\"", "()", "(1, \"a\")", "[1, 2]", "zeros(0, 3)", "x -> x", "{a: 1}", "0..3", "true", "9223372036854775807",
      "digits()[0:2]", "rotate(3)", "dense(2)", "table({a: (1, nothing, 3), b: (\"x\", \"y\", \"x\")})", "table({a: (1, nothing, 3)}).a",
    ]
    for first in odd {
      for second in ["", "-3", "\"x\"", "(2, -1)", "[[1]]", "x -> nothing"] {
        let test = TestSession()
        _ = test.run("\(name)(\(second.isEmpty ? first : first.isEmpty ? second : "\(first), \(second)"))", named: name)
        #expect(test.run("print(1)").report == nil)
      }
    }
  }
}
