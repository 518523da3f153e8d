import Foundation
import TestSupport
import Testing

/// The commands beside `run`, as a person uses them.
extension CommandTests {
  private func folder(_ files: [String: String]) throws -> URL {
    let folder = try Loam.temporaryFolder()
    for (name, text) in files {
      let path = folder.appendingPathComponent(name)
      try FileManager.default.createDirectory(at: path.deletingLastPathComponent(), withIntermediateDirectories: true)
      try text.write(to: path, atomically: true, encoding: .utf8)
    }
    return folder
  }

  @Test func checkFindsMistakesAtTheirLines() throws {
    let place = try folder(["bad.loam": "m = train(vae(), clothes(), epochs=500)\nx = sample(m, 4) @ zeros(3, 4)\nprint(nme)\n", "good.loam": "print(1)\n"])
    let bad = try Loam.run(["check", "bad.loam"], folder: place)
    #expect(bad.code == 1 && bad.output.isEmpty)
    #expect(bad.errors.contains("bad.loam:2:5: error[L0301]") && bad.errors.contains("bad.loam:3:7: error[L0201]"))
    let good = try Loam.run(["check", "good.loam"], folder: place)
    #expect(good.code == 0 && good.output == "good.loam: no errors found\n")
    #expect(try Loam.run(["check", "missing.loam"], folder: place).code == 2)
    #expect(try Loam.run(["check", "--plain", "bad.loam"], folder: place).errors.split(separator: "\n").count == 2)
  }

  @Test func formattingInPlaceAndAsACheck() throws {
    let place = try folder(["a.loam": "x=1 # one\n", "sub/b.loam": "y = 2\n", "broken.txt.loam": "x = (\n"])
    let check = try Loam.run(["fmt", "--check", "a.loam", "sub"], folder: place)
    #expect(check.code == 1 && check.output == "a.loam\n")
    #expect(try Loam.run(["fmt", "a.loam", "sub"], folder: place).code == 0)
    #expect(try String(contentsOf: place.appendingPathComponent("a.loam"), encoding: .utf8) == "x = 1  # one\n")
    #expect(try Loam.run(["fmt", "--check", "a.loam", "sub"], folder: place).code == 0)
    let broken = try Loam.run(["fmt", "broken.txt.loam"], folder: place)
    #expect(broken.code == 1 && broken.errors.contains("L0102"))
    #expect(try String(contentsOf: place.appendingPathComponent("broken.txt.loam"), encoding: .utf8) == "x = (\n")
  }

  @Test func testsAreRunAndCounted() throws {
    let place = try folder([
      "a.loam": "fn double(x) { 2 * x }\ntest \"doubling\" { expect double(2) == 4 }\ntest \"wrong\" {\n  expect double(2) == 5\n}\n",
      "sub/b.loam": "import \"../a.loam\"\ntest \"imported\" { expect a.double(3) == 6 }\n", "none.loam": "x = 1\n", "dead.loam": "1 // 0\ntest \"never\" {}\n",
    ])
    let all = try Loam.run(["test"], folder: place)
    #expect(all.code == 1)
    #expect(all.output.contains("  passed  doubling (") && all.output.contains("  FAILED  wrong (") && all.output.contains("  passed  imported ("))
    #expect(all.output.contains("  FAILED  before the tests ran") && all.output.contains("2 passed, 2 failed ("))
    #expect(all.errors.contains("a.loam:4:10: error[L0218]: expectation is false: left is 4, right is 5"))
    #expect(try Loam.run(["test", "sub"], folder: place).code == 0)
    #expect(try Loam.run(["test", "none.loam"], folder: place).output == "no tests found\n")
  }

  @Test func errorsAreExplained() throws {
    let page = try Loam.run(["explain", "l0301"])
    #expect(page.code == 0 && page.output.hasPrefix("L0301 shape-mismatch\n") && page.output.contains("\nRight:\n"))
    #expect(try Loam.run(["explain"]).output.contains("L0901  cell-did-not-fail\n"))
    let unknown = try Loam.run(["explain", "L0302x"])
    #expect(unknown.code == 1 && unknown.errors.contains("did you mean `L0302`?"))
  }

  @Test func importsAreRelativeToTheirFile() throws {
    let place = try folder([
      "main.loam": "import \"lib/part.loam\" as p\nprint(p.value)\n", "lib/part.loam": "import \"deeper/more.loam\"\nvalue = more.base + 1\n",
      "lib/deeper/more.loam": "base = 41\n",
    ])
    #expect(try Loam.run(["main.loam"], folder: place).output == "42\n")
    #expect(try Loam.run(["lib/../main.loam"], folder: place).output == "42\n")
  }
}
