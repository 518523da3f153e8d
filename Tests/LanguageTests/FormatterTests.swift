import Diagnostics
import Language
import Testing

@Suite struct FormatterTests {
  private func format(_ text: String) -> String? { Formatter.format(Source(name: "test", text: text)) }

  @Test(arguments: [
    ("x=1", "x = 1\n"),
    ("x  =  f( 1 ,2 , a = 3 )", "x = f(1, 2, a=3)\n"),
    ("y = -x+ -1 - -2^-3", "y = -x + -1 - -2 ^ -3\n"),
    ("x+=-1;r.a[ 0 ]//=2", "x += -1; r.a[0] //= 2\n"),
    ("x *=\n2", "x *=\n  2\n"),
    ("r={a:1,b : {c:2}}", "r = {a: 1, b: {c: 2}}\n"),
    ("e={ }", "e = {}\n"),
    ("fn f(x,y=2,rest...){x+y}", "fn f(x, y=2, rest...) { x + y }\n"),
    ("fn f( ){}", "fn f() {}\n"),
    ("if a{b}else if c {d} else{ e }", "if a { b } else if c { d } else { e }\n"),
    ("for(i,x)in enumerate( xs ){print(i,x)}", "for (i, x) in enumerate(xs) { print(i, x) }\n"),
    ("x[ 1: ,: :2 ,...] =5", "x[1:, ::2, ...] = 5\n"),
    ("g = a .. b by 2", "g = a..b by 2\n"),
    ("f=x->y->x*y", "f = x -> y -> x * y\n"),
    ("a=1;;b=2;", "a = 1; b = 2\n"),
    ("few|>rotate( -15 .. 15 )|>flip( )", "few |> rotate(-15..15) |> flip()\n"),
    ("few\n|> rotate(1)\n      |> flip()", "few\n  |> rotate(1)\n  |> flip()\n"),
    ("total = a +\nb", "total = a +\n  b\n"),
    ("f(\na,\nb\n)", "f(\n  a,\n  b\n)\n"),
    ("f({\na:1\n})", "f({\n  a: 1\n})\n"),
    ("fn f(x) {\n\n\n  a = 1\n\n\n\n  b = 2\n\n}", "fn f(x) {\n  a = 1\n\n  b = 2\n}\n"),
    ("#note\n##doc\nfn f(x){x}#tail", "# note\n## doc\nfn f(x) { x }  # tail\n"),
    ("a = 1      # kept where it stands\nbb = 2#pushed", "a = 1      # kept where it stands\nbb = 2  # pushed\n"),
    ("{\n# inside\na=1\n# last\n}", "{\n  # inside\n  a = 1\n  # last\n}\n"),
    ("print(\"{ x + 1 :.2f} a,b\")", "print(\"{ x + 1 :.2f} a,b\")\n"),
    ("import \"m.loam\"as n", "import \"m.loam\" as n\n"),
    ("test \"a\"{expect 1==1}", "test \"a\" { expect 1 == 1 }\n"),
    ("model m(k=2){w=param( zeros(k) )\nfn loss(x){mean((w-x)^2)}}", "model m(k=2) { w = param(zeros(k))\n  fn loss(x) { mean((w - x) ^ 2) } }\n"),
    ("x = try{f( )}catch e{nothing}", "x = try { f() } catch e { nothing }\n"),
    ("f( )[0 ] .a( 1 )", "f()[0].a(1)\n"),
    ("x = if a { 1 }\nelse { 2 }", "x = if a { 1 }\nelse { 2 }\n"),
    ("not(a)and(b)", "not (a) and (b)\n"),
    ("f(x -> { y=x;y })", "f(x -> { y = x; y })\n"),
    ("x = 1\r\ny = 2\r\n", "x = 1\ny = 2\n"),
    ("z = x\n# why\n|> stack", "z = x\n  # why\n  |> stack\n"),
    ("f({;a:1;})", "f({a: 1})\n"),
    ("", ""),
    ("# only", "# only\n"),
  ])
  func layout(_ input: String, _ expected: String) {
    #expect(format(input) == expected)
    #expect(format(expected) == expected)
  }

  @Test func whatHasErrorsIsLeftAlone() {
    #expect(format("x = (1") == nil)
  }
}
