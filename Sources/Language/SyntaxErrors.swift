import Diagnostics

package enum SyntaxErrors {
  package static let unexpected = DiagnosticID(
    "L0101", "unexpected-token",
    """
    Loam reads a program word by word, and at the marked place it needed another word than the one that stands there.
    Something is missing before it, is one too many, or belongs to another language. Compare the line with an example
    of the same statement: a loop, for instance, has its body in braces.
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
    A bracket is opened, and the program ends before it is closed. Loam cannot know where you meant it to end. Add the
    missing `)`, `]` or `}` behind the last thing that belongs inside.
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
    A text starts with a double quote, and its line ends before a second one closes it. A text stands on one line:
    write `\\n` inside it where a new line is wanted. A `{` inside a text starts a value and needs its `}`; the brace
    itself is written `{{`.
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
    This character means nothing in a Loam program outside of texts and comments. It may come from another language,
    or from a word processor that changes quotes and dashes. Type the line anew with plain characters; texts stand
    between double quotes.
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
    Digits and letters stand together here in a way that is neither a number nor a name. A product needs its sign, `3
    * width`, and a name starts with a letter: `x3` rather than `3x`. A whole number also has to fit into 64 bits.
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
    Inside a text, a backslash and the character behind it together stand for something that is hard to type, as `\\n`
    does for a new line. This pair stands for nothing. Write `\\\\` for the backslash itself; in the paths of files, `/`
    works everywhere.
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
    `=` gives the value on its right to what stands on its left, and what stands there cannot take one. Left of it
    belongs a name, an element such as `x[0]`, a field such as `r.a`, or several names in parentheses. To ask whether
    two values are equal, write `==`.
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
    Brackets or blocks stand inside each other more than 160 deep, or one chain of operators is longer than 1,000.
    Loam sets this limit so that no program can use up the memory that reading it takes. Give the inner parts names of
    their own, or use a loop.
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
    The order of arguments or parameters is mixed up. In a call, the arguments without a name come first, since their
    place tells what they are, and those with a name follow. In the definition of a function, a parameter such as
    `sizes...`, which takes all arguments that are left, comes last.
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
    One name is given twice where each may stand only once: among the parameters of a function, the named arguments of
    a call or the fields of a record. Loam could not tell which of the two is meant. Rename one of them, or take it
    away.
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
