import Diagnostics

package enum SyntaxErrors {
  package static let unexpected = DiagnosticID(
    "L0101", "unexpected-token",
    """
    The parser expected another token at the marked position. Something is missing before it, is superfluous, or belongs
    to another language. Compare the line with an example of the same statement: the body of a loop, for instance, is
    written in braces.
    """,
    wrong: """
      for size in (28, 14, 7) print(size)
      """,
    right: """
      for size in (28, 14, 7) { print(size) }
      """)

  package static let unclosed = DiagnosticID(
    "L0102", "unclosed-bracket",
    """
    A bracket is opened but never closed. Add the missing `)`, `]` or `}` after the last thing that belongs inside.
    """,
    wrong: """
      x = rand(28, 28)
      print(mean(x)
      """,
    right: """
      x = rand(28, 28)
      print(mean(x))
      """)

  package static let unclosedString = DiagnosticID(
    "L0103", "unclosed-string",
    """
    A string starts with a double quote, and its line ends before the closing one. Write the string on one line, with
    `\\n` for a line break. In a string, `{` starts an interpolated value and needs its `}`; write `{{` for a literal
    brace.
    """,
    wrong: """
      print("twenty small images)
      """,
    right: """
      print("twenty small images")
      """)

  package static let badCharacter = DiagnosticID(
    "L0104", "unknown-character",
    """
    The character has no meaning in a Loam program outside of strings and comments. It may come from another language,
    or from a word processor that replaces quotes and dashes. Retype the line with plain characters; strings are written
    in double quotes.
    """,
    wrong: """
      print('twenty small images')
      """,
    right: """
      print("twenty small images")
      """)

  package static let badNumber = DiagnosticID(
    "L0105", "malformed-number",
    """
    Digits and letters are combined in a way that is neither a number nor a name. Multiplication needs an operator,
    `3 * width`, and a name starts with a letter: `x3` rather than `3x`. Integers must fit into 64 bits.
    """,
    wrong: """
      width = 28
      print(3width)
      """,
    right: """
      width = 28
      print(3 * width)
      """)

  package static let badEscape = DiagnosticID(
    "L0106", "unknown-escape",
    """
    In a string, a backslash starts an escape sequence for a character that is hard to type, such as `\\n` for a line
    break. This sequence does not exist. Write `\\\\` for a literal backslash; in file paths, `/` works everywhere.
    """,
    wrong: """
      print("pictures\\digits")
      """,
    right: """
      print("pictures/digits")
      """)

  package static let badTarget = DiagnosticID(
    "L0107", "cannot-assign",
    """
    The left side of `=` cannot be assigned to. It must be a name, an element such as `x[0]`, a field such as `r.a`, or
    several names in parentheses. To compare two values, write `==`.
    """,
    wrong: """
      28 = width
      """,
    right: """
      width = 28
      """)

  package static let tooDeep = DiagnosticID(
    "L0108", "nested-too-deeply",
    """
    Brackets or blocks are nested more than 160 levels deep, or a chain of operators is longer than 1,000. The limit
    bounds the memory needed to parse a program. Give the inner parts names of their own, or use a loop.
    """,
    wrong: """
      width = 28
      print(\(String(repeating: "(", count: 170))width + 1\(String(repeating: ")", count: 170)) * 2)
      """,
    right: """
      width = 28
      print((width + 1) * 2)
      """)

  package static let misplaced = DiagnosticID(
    "L0109", "misplaced-argument",
    """
    Arguments or parameters are in the wrong order. In a call, positional arguments come before named ones. In a
    function definition, a rest parameter such as `sizes...`, which takes all remaining arguments, comes last.
    """,
    wrong: """
      few = digits() |> crop(at="random", 6, 6)
      """,
    right: """
      few = digits() |> crop(6, 6, at="random")
      """)

  package static let duplicate = DiagnosticID(
    "L0110", "duplicate-name",
    """
    A name occurs twice among the parameters of a function, the named arguments of a call or the fields of a record,
    where names must be unique. Rename or remove one of them.
    """,
    wrong: """
      fn area(side, side) { side * side }
      print(area(28, 28))
      """,
    right: """
      fn area(height, width) { height * width }
      print(area(28, 28))
      """)

  package static let all = [
    unexpected, unclosed, unclosedString, badCharacter, badNumber, badEscape, badTarget, tooDeep, misplaced,
    duplicate,
  ]
}
