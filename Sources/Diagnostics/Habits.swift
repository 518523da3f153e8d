/// Words and signs that people bring from other languages, and what stands for them here.
package enum Habits {
  /// Names of values: met where a name is unknown.
  private static let names: [String: String] = [
    "null": "nothing", "None": "nothing", "nil": "nothing", "NULL": "nothing", "undefined": "nothing",
    "True": "true", "TRUE": "true", "False": "false", "FALSE": "false", "range": "0..n", "str": "string", "length": "len", "size_of": "len",
    "ndim": "len(shape(x))", "matmul": "a @ b", "dot": "a @ b", "np": "the library's names need no prefix", "torch": "the library's names need no prefix",
    "pass": "{ }", "self": "the field's own name", "this": "the field's own name", "println": "print", "echo": "print", "printf": "print",
    "lambda": "x -> x + 1", "raise": "fail(\"...\")", "throw": "fail(\"...\")", "assert": "expect", "yield": "append to a list",
    "foreach": "for", "array": "[1, 2, 3]", "tuple": "(1, 2)", "dict": "{name: value}",
  ]

  /// First words of statements.
  private static let statements: [String: String] = [
    "def": "a function is written `fn name(x) { ... }`", "fun": "a function is written `fn name(x) { ... }`",
    "func": "a function is written `fn name(x) { ... }`", "function": "a function is written `fn name(x) { ... }`",
    "let": "no word is needed to bind a name: `x = 1`", "var": "no word is needed to bind a name: `x = 1`",
    "const": "no word is needed to bind a name: `x = 1`", "elif": "write `else if`", "elseif": "write `else if`", "elsif": "write `else if`",
    "print": "a function is called with parentheses: `print(x)`", "class": "a `model` has fields and functions; plain values are a record `{a: 1}`",
    "struct": "plain values are a record: `{a: 1, b: 2}`", "raise": "an error is raised by `fail(\"...\")`", "throw": "an error is raised by `fail(\"...\")`",
    "assert": "a claim is written `expect x == 1`", "lambda": "a function without a name is written `x -> x + 1`",
    "switch": "write `if a { ... } else if b { ... }`", "match": "write `if a { ... } else if b { ... }`",
    "unless": "write `if not a { ... }`", "until": "write `while not a { ... }`", "from": "a file is read by `import \"file.loam\"`",
    "include": "a file is read by `import \"file.loam\"`", "require": "a file is read by `import \"file.loam\"`",
  ]

  /// Signs, with the one before them where it belongs to them.
  private static let signs: [String: String] = [
    "* *": "a power is written `x ^ 2`", "* *=": "a power is written `x ^= 2`", "+ +": "write `x += 1`", "- -": "write `x -= 1`",
    ": =": "a name is bound by `=`",
    "< -": "a name is bound by `=`", "= >": "a function without a name is written `x -> x + 1`", "< >": "unequal is `!=`", "= =": "equal is `==`",
  ]

  /// Characters that mean nothing.
  private static let characters: [Character: String] = [
    "&": "both conditions: `a and b`", "|": "either condition: `a or b`", "!": "the opposite: `not a`; unequal: `a != b`",
    "?": "a choice is written `if a { b } else { c }`", "'": "text is written between double quotes: \"like this\"",
    "\u{201C}": "text is written between straight quotes: \"like this\"", "\u{201D}": "text is written between straight quotes: \"like this\"",
    "\u{2018}": "text is written between straight quotes: \"like this\"", "\u{2019}": "text is written between straight quotes: \"like this\"",
    "\u{00D7}": "a product is written with `*`", "\u{2212}": "a minus is written with `-`", "\u{2264}": "at most is `<=`", "\u{2265}": "at least is `>=`",
    "\u{2260}": "unequal is `!=`", "$": "a value in a text is written \"{x}\"", "~": "the opposite: `not a`",
  ]

  package static func hint(forName name: String) -> String? {
    if name == "exit" || name == "quit" { return "Ctrl-D leaves the prompt; a script ends behind its last line" }
    return names[name].map { "here it is written `\($0)`" }
  }
  package static func hint(forStatement word: String) -> String? { statements[word] }
  package static func hint(forSign sign: String, after previous: String) -> String? { signs["\(previous) \(sign)"] }
  package static func hint(forCharacter character: Character) -> String? { characters[character] }
}

extension Suggestion {
  /// The likely fix for a name that is not known: another language's word, a near name, or nothing
  /// better than how names come about.
  package static func hint(forUnknown name: String, among names: some Sequence<String>) -> String {
    FormerNames.functions[name].map { "it is called `\($0)` now" } ?? Habits.hint(forName: name) ?? hint(for: name, among: names)
      ?? "a name is bound by assigning to it: `\(name) = ...`"
  }
}
