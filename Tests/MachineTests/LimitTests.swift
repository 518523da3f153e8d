import Diagnostics
import Effects
import Foundation
import Machine
import Session
import TestSupport
import Testing

/// What a program can make too deep, too long or too large ends in an error, or goes well; it never ends the process.
@Suite(.serialized, .timeLimit(.minutes(10))) struct LimitTests {
  private func printed(_ text: String) -> String { TestSession.printed(text) }

  // MARK: Deep values

  /// Lists within lists, deeper than any stack.
  private static let deep = "x = 1\nfor i in 0..100000 { x = (x, i) }\n"

  @Test(arguments: [
    ("print(x == x)", "true\n"), ("y = 1\nfor i in 0..100000 { y = (y, i) }\nprint(same(x, y))", "true\n"),
    ("print(len(unique((x, x, 1))))", "2\n"), ("print(find((1, x), x), contains((x,), x), count((x, x), x))", "1 true 2\n"),
    ("print(len(string(x)) > 100)", "true\n"), ("y = x\ny[0] = 1\nprint(y)", "(1, 99999)\n"), ("try { sort((x, x)) } catch e { print(1) }", "1\n"),
    ("print(fails(() -> grad(x -> 1)(x)), fails(() -> tensor(x)), fails(() -> save(x, \"x.model\")))", "true true true\n"),
  ])
  func deepValuesAreGoneThrough(_ code: String, _ result: String) { #expect(printed(Self.deep + code) == result) }

  @Test func deepValuesHaveAFootprintAndAJournal() {
    let test = TestSession()
    let journal = Journal(test.session)
    for line in [Self.deep, "x = (x, 1)", "m = vae(x)"] { #expect(journal.run(line, named: "a").report == nil) }
    #expect(test.session.variables.contains { $0.name == "x" && $0.bytes > 1_000_000 })
    #expect(journal.undo() == "m = vae(x)" && journal.undo() == "x = (x, 1)")
  }

  /// What is deeper than a file may hold is refused where it is saved.
  @Test func deepValuesCannotBeSaved() {
    #expect(printed("x = ()\nfor i in 0..25000 { x = (x,) }\nsave(x, \"deep.model\")").contains("error[L0228]"))
  }

  /// A chain of operations that nobody looks at, and its gradient.
  @Test func longChainsOfOperationsAreComputedAndForgotten() {
    #expect(printed("x = zeros(3)\nfor i in 0..100000 { x = x + 1 }\nprint(x)") == "[100000, 100000, 100000]\n")
    let slope = "fn f(x) { y = x\n  for i in 0..50000 { y = y * 1.0 }\n  sum(y) }\nprint(grad(f)([1, 2]))"
    #expect(printed(slope) == "[1, 1]\n")
    // Recorded, and thrown away uncomputed.
    #expect(printed("print(fails(() -> grad(x -> { y = x; for i in 0..200000 { y = y + 1 }; fail(\"no\") })(1.0)))\nprint(1)") == "true\n1\n")
  }

  /// What an instruction makes on the way, such as the field of a data set, is garbage after it, also within one statement.
  @Test(arguments: ["few.bytes", "few.images[0]", "few[3].image", "(few |> flip()).bytes"])
  func fieldsOfDataSetsAreForgottenInLoops(_ code: String) {
    let test = TestSession(heapBudget: 24 << 20)
    test.run("few = clothes()\nfor i in 0..60 { \(code); text = join((\"a\", string(i)), \"-\") }\nprint(text)")
    #expect(test.console.output == "a-59\n")
  }

  /// A loss that reads a value is traced at each step. Examples of 1 MiB, 100 steps.
  @Test func lossesThatReadValuesForgetTheirSteps() {
    let test = TestSession(heapBudget: 48 << 20)
    test.run(
      """
      model wide() {
        w = param(0)
        state seen = 0
        fn loss(x) { if seen < len(list(0..30)) { mean((w - x) ^ 2) } else { mean((w + x) ^ 2) } }
        fn after_step() { seen = seen + 1 }
      }
      m = train(wide(), zeros(10, 262144), epochs=10, batch=1, optimizer=sgd(0.1))
      print(m.seen)
      """)
    #expect(test.console.output.hasSuffix("100\n"), "\(test.console.output)")
  }

  // MARK: The same within the same

  /// As a tree this would have 2^60 leaves.
  private static let shared = "x = 1\nfor i in 0..60 { x = (x, x) }\ny = 1\nfor i in 0..60 { y = (y, y) }\n"

  @Test(arguments: [
    ("print(x == y, same(x, y), x != y)", "true true false\n"), ("print(len(string(x)) > 1000, len(\"{x}\") > 1000)", "true true\n"),
    ("print(len(unique((x, y, x))), find((1, y), x))", "1 1\n"), ("save((x, y), \"shared.model\")\nprint(same(load(\"shared.model\")[0], y))", "true\n"),
    ("print(fails(() -> grad(x -> 1)(x)), fails(() -> sort((x, y))), fails(() -> tensor(x)), fails(() -> shape(x)))", "true true true true\n"),
    ("z = (x, 2)\nprint(z == (y, 2), z == (y, 3), (x, x) == (y, y))", "true false true\n"),
    ("r = {a: x}\nfor i in 0..60 { r = {a: r, b: r} }\ns = {a: y}\nfor i in 0..60 { s = {b: s, a: s} }\nprint(r == s)", "true\n"),
  ])
  func sharedPartsAreGoneThroughOnce(_ code: String, _ result: String) {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("loam-shared-\(UUID().uuidString)").path
    let test = TestSession(files: SystemFiles(in: folder))
    #expect(test.run(Self.shared + code).report == nil)
    #expect(test.console.output == result)
    try? FileManager.default.removeItem(atPath: folder)
  }

  @Test func sharedPartsArePrintedUpToABudget() {
    let text = printed(Self.shared + "print(x)")
    #expect(text.utf8.count < 3 << 20 && text.contains("…"))
  }

  // MARK: What can be stopped

  /// Ctrl-C after so long; the session goes on.
  private func stopped(_ code: String, before: String = "", after seconds: Double = 0.3) -> Bool {
    let test = TestSession()
    #expect(test.run(before).report == nil)
    let flag = UInt(bitPattern: test.session.effects.cancellation.flag)
    let thread = Thread {
      Thread.sleep(forTimeInterval: seconds)
      UnsafeMutablePointer<Int32>(bitPattern: flag)?.pointee = 1
    }
    thread.start()
    let start = Date()
    let outcome = test.run(code)
    let elapsed = Date().timeIntervalSince(start)
    #expect(elapsed < seconds + 5, "stopped after \(elapsed) s")
    #expect(test.run("print(1)").report == nil && test.console.output.hasSuffix("1\n"))
    if case .interrupted = outcome { return true }
    return false
  }

  @Test(arguments: [
    "fn f(x) { try { f(x) } catch e { f(x) } }\nf(1)", "fn fib(n) { if n < 2 { n } else { fib(n - 1) + fib(n - 2) } }\nfib(80)",
    "x = map(0..3000000, n -> n % 7)\nunique(map(x, n -> [n]))", "x = reverse(list(0..3000000))\nwhile true { sort(x) }",
    "s = repeat(\"ab \", 3000000)\nwhile true { split(s, \"b\") }", "s = repeat(\"ab \", 3000000)\nwhile true { replace(s, \"q\", \"r\") }",
    "s = repeat(\"é \", 3000000)\nwhile true { find(s, \"q\") }", "x = list(0..3000000)\nwhile true { contains(x, -1) }",
    "while true { zip(0..1000000, 0..1000000) }",
    "while true { list(0..5000000) }", "x = ones(3000, 3000)\nfor i in 0..100000 { x = x @ x }\nprint(x)",
  ])
  func longWorkIsStopped(_ code: String) {
    #expect(stopped(code))
  }

  // MARK: Memory

  @Test func whatIsTooLargeIsAnError() {
    for code in [
      "x = list(0..1000000000000)", "x = repeat((1, 2), 1099511627776)", "x = repeat(\"ab\", 1099511627776)", "x = (0..1000000000000)[:]",
      "s = \"ab\"\nwhile true { s = s + s }", "s = \"ab\"\nwhile true { s = \"{s}{s}\" }", "x = (1,)\nwhile true { x = concat(x, x) }",
    ] {
      let test = TestSession(heapBudget: 256 << 20)
      let report = test.run(code).report ?? "no error"
      #expect(report.contains("error[L0215]: out of memory"), "\(code): \(report)")
      #expect(test.run("print(1)").report == nil && test.console.output == "1\n")
    }
    #expect(printed("print(repeat((), 1099511627776), repeat(\"\", 1099511627776))") == "() \n")
  }

  // MARK: Work in proportion

  /// How long a program takes for four times as much, beside once.
  private func growth(_ program: (Int) -> String, _ count: Int) -> Double {
    func seconds(_ count: Int) -> Double {
      let text = program(count)
      return threadSeconds { #expect(TestSession().run(text).report == nil) }
    }
    return seconds(4 * count) / max(seconds(count), 0.002)
  }

  @Test(arguments: [
    ("r = {}\nfor i in 0..N { r[\"k{i}\"] = i }\nfor i in 0..N { r[\"k{i}\"] }", 25_000), ("s = \"\"\nfor i in 0..N { s = s + \"x\" }", 50_000),
    ("r = flip()\nfor i in 0..N { r = r |> flip() }", 4_000), ("x = unique(list(0..N))", 50_000), ("x = unique(map(0..N, n -> \"{n}\"))", 20_000),
    ("s = repeat(\"é\", N)\nn = 0\nfor i in 0..len(s) { if s[i] == \"é\" { n = n + 1 } }", 4_000),
    ("x = ()\nfor i in 0..N { x = append(x, i); x[0] = i }", 50_000),
    ("d = digits()[0:4]\nfor i in 0..N { d = d |> flip() }", 1_000),
  ])
  func workGrowsWithItsSize(_ program: String, _ count: Int) {
    let growth = growth({ program.replacingOccurrences(of: "N", with: "\($0)") }, count)
    #expect(growth < 10, "four times as much takes \(growth) times as long")
  }

  /// Checking, and statements at the prompt, cost the same however many names there are.
  @Test func manyNamesCostNothing() {
    func program(_ count: Int) -> String { (0..<count).map { "x\($0) = \($0)" }.joined(separator: "\n") }
    let (small, large) = (program(5_000), program(20_000))
    let check = [small, large].map { text in threadSeconds { #expect(TestSession().checking.check(text, named: "a").errors.isEmpty) } }
    #expect(check[1] < 10 * max(check[0], 0.01), "check: \(check)")
    let prompt = [5_000, 20_000].map { count in
      threadSeconds {
        let journal = Journal(TestSession().session)
        for index in 0..<count { _ = journal.run("x\(index) = \(index)", named: "a") }
      }
    }
    #expect(prompt[1] < 10 * max(prompt[0], 0.01), "statements at the prompt: \(prompt)")
  }

  /// Fields keep the order in which they came, and are found, whatever their number.
  @Test func largeRecordsAreRecords() {
    let text = """
      r = {}
      for i in 0..1000 { r["k{i}"] = i }
      s = r
      s["k500"] = -1
      s.new = 1
      print(len(r), len(s), r.k500, s.k500, keys(s)[1000], keys(r)[17], r == s, get(r, "k999"), get(r, "none", 7))
      print(len(remove(s, "new")), contains(r, "k3"), contains(r, "q"), fails(() -> r["q"]), len(merge(r, s)), same(record(pairs(r)), r))
      """
    #expect(printed(text) == "1000 1001 500 -1 new k17 false 999 7\n1000 true false true 1001 true\n")
  }
}
