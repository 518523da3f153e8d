/// Keywords, operators and names of other languages, with hints at what to write in Loam.
package enum ForeignSyntax {
  /// Unknown names, with the code to write instead.
  private static let names: [String: String] = [
    "null": "nothing", "None": "nothing", "nil": "nothing", "NULL": "nothing", "undefined": "nothing",
    "True": "true", "TRUE": "true", "False": "false", "FALSE": "false", "range": "0..n", "str": "string", "length": "len", "size_of": "len",
    "ndim": "len(shape(x))", "matmul": "a @ b", "dot": "a @ b",
    "pass": "{ }", "println": "print", "echo": "print", "printf": "print",
    "lambda": "x -> x + 1", "raise": "fail(\"...\")", "throw": "fail(\"...\")", "assert": "expect",
    "foreach": "for", "array": "[1, 2, 3]", "tuple": "(1, 2)", "dict": "{name: value}",
  ]

  /// Unknown names, with a whole hint.
  private static let advice: [String: String] = [
    "np": "library functions need no prefix: `zeros(3)`", "torch": "library functions need no prefix: `zeros(3)`",
    "self": "write the field's name alone", "this": "write the field's name alone", "yield": "append to a list: `xs = append(xs, x)`",
    "exit": "press Ctrl-D to leave the prompt; a script ends after its last line",
    "quit": "press Ctrl-D to leave the prompt; a script ends after its last line",
  ]

  /// Words at the start of a statement.
  private static let statements: [String: String] = [
    "def": "define a function with `fn name(x) { ... }`", "fun": "define a function with `fn name(x) { ... }`",
    "func": "define a function with `fn name(x) { ... }`", "function": "define a function with `fn name(x) { ... }`",
    "let": "assign without a keyword: `x = 1`", "var": "assign without a keyword: `x = 1`",
    "const": "assign without a keyword: `x = 1`", "elif": "write `else if`", "elseif": "write `else if`", "elsif": "write `else if`",
    "print": "call functions with parentheses: `print(x)`", "class": "write a `model` for fields with functions, or a record for values: `{a: 1}`",
    "struct": "write a record: `{a: 1, b: 2}`", "raise": "raise an error with `fail(\"...\")`", "throw": "raise an error with `fail(\"...\")`",
    "assert": "write `expect x == 1`", "lambda": "write an anonymous function as `x -> x + 1`",
    "switch": "write `if a { ... } else if b { ... }`", "match": "write `if a { ... } else if b { ... }`",
    "unless": "write `if not a { ... }`", "until": "write `while not a { ... }`", "from": "import a file with `import \"file.loam\"`",
    "include": "import a file with `import \"file.loam\"`", "require": "import a file with `import \"file.loam\"`",
  ]

  /// Pairs of tokens.
  private static let signs: [String: String] = [
    "* *": "write a power as `x ^ 2`", "* *=": "write `x ^= 2`", "+ +": "write `x += 1`", "- -": "write `x -= 1`",
    ": =": "assign with `=`",
    "< -": "assign with `=`", "= >": "write an anonymous function as `x -> x + 1`", "< >": "write `!=` for not equal", "= =": "write `==` to compare",
  ]

  /// Characters that are not tokens.
  private static let characters: [Character: String] = [
    "&": "write `a and b`", "|": "write `a or b`", "!": "write `not a`, or `a != b`",
    "?": "write `if a { b } else { c }`", "'": "write strings in double quotes: \"like this\"",
    "\u{201C}": "write strings in straight quotes: \"like this\"", "\u{201D}": "write strings in straight quotes: \"like this\"",
    "\u{2018}": "write strings in straight quotes: \"like this\"", "\u{2019}": "write strings in straight quotes: \"like this\"",
    "\u{00D7}": "write `*` to multiply", "\u{2212}": "write `-`", "\u{2264}": "write `<=`", "\u{2265}": "write `>=`",
    "\u{2260}": "write `!=`", "$": "interpolate a value with braces: \"{x}\"", "~": "write `not a`",
  ]

  package static func hint(forName name: String) -> String? {
    names[name].map { "write `\($0)` instead" } ?? advice[name]
  }
  package static func hint(forStatement word: String) -> String? { statements[word] }
  package static func hint(forSign sign: String, after previous: String) -> String? { signs["\(previous) \(sign)"] }
  package static func hint(forCharacter character: Character) -> String? { characters[character] }
}

extension Diagnostic {
  /// A name that nothing known has, with the likely fix.
  package static func unknownName(_ id: DiagnosticID, _ name: String, among names: some Sequence<String>, at span: Span? = nil) -> Diagnostic {
    Diagnostic(id, "unknown name `\(name)`", at: span, hint: Suggestion.hint(forUnknown: name, among: names))
  }
}

extension Suggestion {
  /// A hint for an unknown name: Loam's equivalent of another language's word, or a similar name, or else how to
  /// assign one.
  package static func hint(forUnknown name: String, among names: some Sequence<String>) -> String {
    FormerNames.functions[name].map { "it is called `\($0)` now" } ?? ForeignSyntax.hint(forName: name) ?? hint(for: name, among: names)
      ?? "assign it first: `\(name) = ...`"
  }
}
