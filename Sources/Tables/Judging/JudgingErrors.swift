import Diagnostics

extension TablesErrors {
  package static let target = DiagnosticID(
    "L0521", "unusable-target",
    """
    The column cannot be predicted from the others, so rows cannot be judged by how well they train a model. A target is a
    column of categories or booleans, of which at least two and at most 100 occur, or of numbers that differ. Choose another one
    with `target=`.
    """,
    wrong: """
      t = table({size: 1..41, kind: map(list(1..41), i -> "a")})
      report(t, t, t, target="kind")
      """,
    right: """
      t = table({size: 1..41, kind: map(list(1..41), i -> if i % 2 == 0 { "a" } else { "b" })})
      report(t, t, t, target="kind")
      """)

  package static let few = DiagnosticID(
    "L0522", "too-few-rows",
    """
    The tables have too few rows to be compared: a measure of a handful of rows says nothing. Give at least 20 synthetic rows and 20
    real ones, and, if there are any for the test, at least 20 of those.
    """,
    wrong: """
      t = table({size: 1..41})
      report(sample_rows(t, 5), t)
      """,
    right: """
      t = table({size: 1..41})
      report(sample_rows(t, 30), t)
      """)

  package static let unlike = DiagnosticID(
    "L0523", "tables-differ",
    """
    The tables do not have the same columns, or a column is of another kind in one of them, so that their rows cannot be
    compared. Print the names of both tables, and read both files with the same `kinds=`.
    """,
    wrong: """
      a = table({size: 1..41})
      b = table({weight: 1..41})
      report(a, b)
      """,
    right: """
      a = table({size: 1..41})
      b = table({size: 11..51})
      report(a, b)
      """)

  package static let nothingToJudge = DiagnosticID(
    "L0524", "nothing-to-compare",
    """
    No column of the table can be used: all are free text, which is kept but neither modelled nor compared. A column of
    few words can be read as a category with `kinds=`.
    """,
    wrong: """
      t = table({note: map(1..41, n -> "note number {n}")})
      report(t, t)
      """,
    right: """
      t = table({note: map(1..41, n -> "note number {n}"), size: 1..41})
      report(t, t)
      """)

  package static let judging = [target, few, unlike, nothingToJudge]
}
