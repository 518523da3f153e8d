import TestSupport
import Testing

/// Functions beyond what a short instruction can name: registers, constants, jumps.
@Suite struct WideTests {
  private func printed(_ program: String) -> String {
    let test = TestSession()
    #expect(test.run(program).report == nil)
    return test.console.output
  }

  @Test func fiveThousandVariables() {
    let assignments = (0..<5000).map { "  v\($0) = \($0)" }.joined(separator: "\n")
    let program = """
      fn wide() {
      \(assignments)
        look = () -> v4999 + v10
        v4999 = 7
        v4500 = v4499 + v4999
        v4600 = (1, 2)
        v4600[0] = v4999
        v4600 = append(v4600, 5)
        for v4700 in 0..3 { v4998 = v4998 + v4700 }
        (v4999, v4500, look(), v4600, v4998, v4700, v0)
      }
      print(wide())
      """
    #expect(printed(program) == "(7, 4506, 17, (7, 2, 5), 5001, 2, 0)\n")
  }

  @Test func aVariableOutOfReachIsCheckedToo() {
    let assignments = (0..<4000).map { "  v\($0) = \($0)" }.joined(separator: "\n")
    let result = TestSession().run("fn wide(c) {\n\(assignments)\n  if c { late = 1 }\n  late\n}\nwide(false)")
    #expect(result.report?.contains("`late` is read before it is assigned") == true)
  }

  @Test func fiveThousandConstants() {
    let sum = (0..<5000).map { "  s = s + \($0).5" }.joined(separator: "\n")
    #expect(printed("fn wide() {\n  s = 0.0\n\(sum)\n  s\n}\nprint(wide())") == "\(Double(4999 * 5000 / 2 + 2500))\n")
    let texts = (0..<5000).map { "  if x == \"t\($0)\" { n = n + 1 }" }.joined(separator: "\n")
    #expect(printed("fn wide(x) {\n  n = 0\n\(texts)\n  n\n}\nprint(wide(\"t4999\"))") == "1\n")
  }

  @Test func jumpsOverFortyThousandInstructions() {
    let body = (0..<20_000).map { "    s = s + \($0 % 7)" }.joined(separator: "\n")
    let program = """
      fn wide(n) {
        s = 0
        i = 0
        while i < n {
          i = i + 1
          if i == 2 { continue }
          if i > 3 { break }
      \(body)
        }
        for k in 0..2 {
          if k == 1 { s = -s } else {
      \(body)
          }
        }
        s
      }
      print(wide(9))
      """
    let once = (0..<20_000).reduce(0) { $0 + $1 % 7 }
    #expect(printed(program) == "\(-3 * once)\n")
  }

  @Test func callsNestDeeply() {
    #expect(printed("fn down(n) { if n == 0 { 0 } else { 1 + down(n - 1) } }\nprint(down(100000))") == "100000\n")
  }
}
