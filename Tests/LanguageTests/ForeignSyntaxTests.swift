import Diagnostics
import Language
import Testing

/// Syntax of other languages gets a hint at what to write in Loam.
@Suite struct ForeignSyntaxTests {
  @Test(arguments: [
    ("print x", "`print(x)`"), ("def f(x): x", "`fn name(x) { ... }`"), ("function f(x) { x }", "`fn name(x) { ... }`"), ("let x = 1", "`x = 1`"),
    ("if a { 1 } elif b { 2 }", "`else if`"), ("x++", "`x += 1`"), ("x **= 2", "`x ^= 2`"), ("y = 2 ** 3", "`x ^ 2`"), ("if x = 3 { 1 }", "`==`"),
    ("y = a && b", "`a and b`"), ("y = a || b", "`a or b`"), ("y = !a", "`not a`"), ("y = a ? b : c", "`if a { b } else { c }`"),
    ("y = 1 if a else 2", "`if a { b } else { c }`"), ("a, b = 1, 2", "`(a, b) = (1, 2)`"), ("for i, x in y { }", "`for (i, x) in ...`"),
    ("f = x => x", "`x -> x + 1`"), ("x := 3", "`=`"), ("print('a')", "double quotes"), ("print(\u{201C}a\u{201D})", "straight quotes"),
    ("raise Error", "`fail(\"...\")`"), ("assert x", "`expect x == 1`"), ("class A { }", "`model`"),
  ])
  func foreignSyntaxGetsAHint(_ program: String, _ hint: String) {
    let diagnostics = Parser.parse(Source(name: "", text: program)).diagnostics
    #expect(diagnostics.first?.hint?.contains(hint) == true, "\(diagnostics.map { $0.hint ?? "no hint" })")
  }
}
