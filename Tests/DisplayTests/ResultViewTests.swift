import Display
import Machine
import Session
import TestSupport
import Testing

/// Values as the prompt shows them to people.
@Suite struct ResultViewTests {
  private let test = TestSession()

  private func shown(_ code: String) throws -> String {
    guard case .value(let value) = test.run(code) else { throw Fault.none }
    return try ResultView(test.session.machine).text(value)
  }

  private enum Fault: Error { case none }

  @Test func tensorsTellTypeAndRange() throws {
    #expect(try shown("[[1, 2.5], [-3, 4]]") == "f32[2, 2], -3..4\n[[  1, 2.5],\n [ -3,   4]]")
    #expect(try shown("sum([1, 2])") == "3")
    #expect(try shown("[1, 2, 3] > 1").hasPrefix("bool[3], 2 true\n"))
    #expect(try shown("[0.0, 1] / [0.0, 1]").hasPrefix("f32[2], 1..1, 1 nan\n"))
    #expect(try shown("zeros(0, 3)") == "f32[0, 3]")
    #expect(try shown("u8([3, 200])").hasPrefix("u8[2], 3..200\n"))
  }

  @Test func longTensorsAreCut() throws {
    #expect(try shown("ones(1000)") == "f32[1000], 1..1\n[1, 1, 1, …, 1, 1, 1]")
    #expect(try shown("zeros(50, 2)").hasSuffix("\n… 42 more rows"))
    #expect(try shown("zeros(60, 28, 28, 1)") == "f32[60, 28, 28, 1], 0..0")
  }

  @Test func modelsAreTables() throws {
    test.run("model net() { a = dense(3); b = dense(2); fn call(x) { b(a(x)) } }")
    let text = try shown("net(shape=(4,))")
    let lines = text.split(separator: "\n").map { $0.split(separator: " ", omittingEmptySubsequences: true).joined(separator: " ") }
    #expect(lines.prefix(2) == ["net() with 23 parameters", "layer output parameters FLOPs weights outputs"])
    #expect(lines.contains("a dense 3 15 27 60 B 12 B") && lines.contains("b dense 2 8 14 32 B 8 B"))
    #expect(lines.contains("total 23 41 92 B 20 B"))
    #expect(try shown("net()") == "net()")
  }

  @Test func listsAndRecordsAreCut() throws {
    #expect(try shown("(1, \"a\", (2,))") == "(1, \"a\", (2,))")
    #expect(try shown("map(0..30, i -> i)") == "(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, … 20 more)")
    #expect(try shown("{x: zeros(9, 9), n: 1}") == "{x: f32[9, 9], n: 1}")
    let records = try shown("map(0..25, i -> {epoch: i, loss: 0.5, accuracy: 0.25})")
    #expect(records.hasPrefix("(\n  {epoch: 0, loss: 0.5, accuracy: 0.25},\n") && records.hasSuffix(",\n  … 15 more\n)"))
    #expect(try shown("join(map(0..3000, i -> \"x\"), \"\")").hasSuffix("\" … 1000 more characters"))
  }

  @Test func dataSetsAreWords() throws { #expect(try shown("digits()[:3]") == "3 images of 8×8×1 of 10 classes") }

  /// Before any training, and for models without `call`.
  @Test func aModelWhoseShapeIsGivenHasItsTable() throws {
    let table = try shown("vae(latent=2, hidden=8, shape=(4, 4, 1))")
    #expect(table.contains("encoder _features") && table.contains("total"))
    #expect(try shown("gan(latent=2, shape=(4, 4, 1))").contains("to_score dense"))
  }

  /// A model whose functions cannot be called with an example alone, or fail, is shown without what they compute.
  @Test func aModelThatCannotBeCalledIsShown() throws {
    test.run("model two() { a = dense(3, shape=(2,)); fn call(x, y) { a(x) + y } }\nmodel broken() { a = dense(3, shape=(2,)); fn call(x) { fail(\"no\") } }")
    for name in ["two", "broken"] {
      let text = try shown("\(name)(shape=(2,))")
      #expect(text.contains("a dense") && text.contains("9 trainable parameters, 36 B") && !text.contains("one example"))
    }
  }

  @Test func aLargeModelIsCut() throws {
    test.run("model many() { layers = map(0..60, i -> dense(2)); fn call(x) { for layer in layers { x = layer(x) }\n x } }")
    let text = try shown("many(shape=(2,))")
    #expect(text.contains("layers[38] dense") && !text.contains("layers[39] dense") && text.contains("\n… 21 more\ntotal"))
  }
}
