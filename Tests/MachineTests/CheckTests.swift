import Diagnostics
import Foundation
import Session
import TestSupport
import Testing

/// `loam check`: what it finds, where, and that it never guesses.
@Suite struct CheckTests {
  private func check(_ text: String, files: MemoryFiles = MemoryFiles()) -> CheckReport {
    TestSession(files: files).checking.check(text, named: "program")
  }

  /// Codes and lines of what is found.
  private func found(_ text: String) -> [String] { check(text).errors.map { "\($0.id.code) \($0.span?.location.line ?? 0)" } }

  @Test func aWrongProductBehindALongTraining() {
    let program = """
      m = train(vae(latent=16), clothes() |> crop(24, 24), epochs=500)
      x = sample(m, 16)
      y = x @ zeros(3, 4)
      """
    #expect(found(program) == ["L0301 3"])
  }

  @Test func theSmallerLastBatch() {
    let program = """
      model net() {
        w = param(randn(784, 10))
        fn loss(x) {
          h = reshape(x, len(x), 784) @ w
          mean((h - zeros(64, 10)) ^ 2)
        }
      }
      m = train(net(), clothes()[0:COUNT], epochs=500)
      """
    #expect(found(program.replacingOccurrences(of: "COUNT", with: "100")) == ["L0301 5"])
    #expect(found(program.replacingOccurrences(of: "COUNT", with: "128")).isEmpty)
  }

  @Test func everyIndependentMistakeOnce() {
    let program = """
      a = unknwn + 1
      b = a + 1
      c = zeros(2) @ zeros(3)
      print(c, b)
      round(1, digits=3)
      zeros(2)[5]
      fn never(x) { missing + zeros(2, 3) @ zeros(2, 3) }
      test "claims" { expect zeros(2) @ zeros(4) == 1 }
      """
    #expect(found(program) == ["L0201 1", "L0301 3", "L0206 5", "L0210 6", "L0201 7", "L0301 8"])
  }

  @Test func functionsThatNothingCalls() {
    #expect(found("fn h() { (1, 2)[5] }\nfn n(x) { zeros(2, 3) @ zeros(4, 2) }\nfn l(x) { x }\nfn o() { l(1, 2) }") == ["L0210 1", "L0301 2", "L0205 4"])
  }

  @Test func bothWaysOfWhatIsUnknown() {
    // After the statement, n is 3 or 4: unknown.
    #expect(found("if sum(randn(4)) > 0 { n = 3 } else { n = 4 }\nzeros(n) + zeros(4)").isEmpty)
    #expect(found("fn f(x) { if sum(x) > 0 { zeros(3) } else { zeros(4) } }\nf(randn(2)) + zeros(4)") == ["L0301 2"])
    #expect(found("x = randn(3)\nif sum(x) > 0 { zeros(2) @ x } else { zeros(4) @ x }") == ["L0301 2", "L0301 2"])
  }

  /// What depends on values is unknown, and nothing is said about it.
  @Test(arguments: [
    "n = 0\nwhile sum(randn(2)) > 0 { n = n + 1 }\nzeros(n) + zeros(3)",
    "n = 0\nfor line in split(read_text(\"a\")) { n = n + 1 }\nzeros(n) + zeros(3)",
    "x = randn(4)\nzeros(int(x[0])) + zeros(3)",
    "few = clothes()\nones = few[few.labels == 1]\nzeros(len(ones)) + zeros(3)",
    "h = ()\nfor epoch in 0..500000 { h = append(h, epoch) }\nzeros(len(h)) + zeros(3)",
    "fn fib(n) { if n < 2 { n } else { fib(n - 1) + fib(n - 2) } }\nzeros(fib(40)) + zeros(3)",
    "print(args[0] + 1)",
    "x = try { 1 // 0 } catch e { 2 }\nexpect x == 2",
    "d = images(\"here/\") |> crop(10, 10)\ntrain(vae(), d)",
    "xs = (1, 2, 3)\nxs[int(rand(1)[0])] = zeros(2)\nxs[0] + zeros(3)",
    "r = {a: 1}\nfor i in 0..2 { r.b = i }\nexpect r.b == 1",
    "x = randn(5)\nif mean(x) > 100 { fail(\"bad\") }",
    "fn safe(x) { if len(x) == 0 { fail(\"empty\") }; x[0] }\nfew = clothes()\nsafe(few.labels[few.labels == 3])",
    "rows = ()\nfor r in randn(20, 4) { if r[0] > 0 { rows = append(rows, r) } }\nprint(dense(2)(stack(rows)).shape[1])",
    "hist = zeros(10)\nfor l in clothes()[0:100].labels { hist[l] = hist[l] + 1 }\nhist + zeros(10)",
    "v = randn(5)\nx = zeros(3)\nx[2] = float(v[1])\nx[v[0:3] > 0] = 1\nx + zeros(3)",
    "total = nothing\nfor i in 0..30000 { if i == 29999 { total = i } }\nprint(total + 1)",
    "fn f(xs) { for x in xs { if x > 0 { big = x } else { small = x } }; big - small }\nprint(type(f(randn(50))))",
    "fn pos(xs) { s = (); for x in xs { if x > 0 { s = append(s, x) } }; s[0] }\npos(randn(9))",
    "n = rand()\nif n > 0.5 { y = 1 }\nif n > 0.5 { print(y) }",
    "fn mean_of(xs) { n = 0; s = 0; for x in xs { if x > 0 { n = n + 1; s = s + x } }; s / n }\nmean_of(randn(5))",
  ])
  func nothingIsGuessed(_ program: String) {
    #expect(found(program).isEmpty)
  }

  @Test func nothingIsDone() {
    let files = MemoryFiles()
    let test = TestSession(files: files)
    let report = test.checking.check("print(1)\nwrite_text(\"a.txt\", \"x\")\nshow(zeros(2, 2))\nsave(zeros(2, 2), \"a.png\")", named: "program")
    #expect(report.errors.isEmpty)
    #expect(test.console.output.isEmpty)
    #expect(!files.exists("a.txt") && !files.exists("a.png"))
  }

  @Test func whatIsNotKnownIsSaid() {
    #expect(check("d = images(\"here/\")").notes.map(\.text) == ["the content of `here/` is only known in a run"])
    #expect(check("n = 0\nfor i in 0..1000000 { n = n + 1 }").notes.count == 1)
  }

  @Test func headersAreRead() throws {
    let files = MemoryFiles()
    #expect(TestSession(files: files).run("save(zeros(4, 6, 5, 1), \"here/\")").report == nil)
    #expect(check("d = images(\"here/\")\nd.images @ zeros(7, 2)", files: files).errors.map(\.id.code) == ["L0301"])
    #expect(check("d = images(\"here/\")\nprint(d.images[:, :, :, 0] @ zeros(5, 2))", files: files).errors.isEmpty)
  }

  /// Programs that run are found to be without mistakes; of programs that fail, only what fails is told.
  @Test(arguments: Corpus.programs("programs"))
  func soundProgramsPass(_ name: String) {
    let text = Corpus.text("programs/\(name)")
    #expect(TestSession().checking.check(text, named: name).errors.map { Report($0).text } == [])
  }

  @Test(arguments: ErrorCatalogue.all.map(\.code))
  func theCatalogueIsNeverMisread(_ code: String) throws {
    // Its programs write the files that they import, which a check does not do.
    guard code != "L0227" else { return }
    let id = try #require(ErrorCatalogue.find(code))
    #expect(check(id.right, files: .holdingIDX()).errors.map { Report($0).text } == [])
    for error in check(id.wrong, files: .holdingIDX()).errors { #expect(error.id == id) }
  }
}
