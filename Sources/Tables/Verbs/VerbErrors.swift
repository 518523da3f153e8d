import Diagnostics

extension TablesErrors {
  package static let kinds = DiagnosticID(
    "L0517", "column-kinds",
    """
    An operator or a function does not fit the kind of a column: words cannot be added to numbers, and texts have no mean.
    `describe(t)` lists the kind of each column, and `convert(column, "number")` changes it.
    """,
    wrong: """
      t = table({name: ("Ada", "Bo"), age: (36, 41)})
      print(t.name < t.age)
      """,
    right: """
      t = table({name: ("Ada", "Bo"), age: (36, 41)})
      print(t.age < 40)
      """)

  package static let unconvertible = DiagnosticID(
    "L0518", "cell-not-convertible",
    """
    A cell cannot be converted to the kind that is wanted. The message names the row and the cell: a word among numbers, a
    number with decimals among whole numbers, or a text that is not a date such as 2024-03-01. Correct the cell, or make it a gap.
    """,
    wrong: """
      t = table({name: ("Ada", "Bo"), age: ("36", "unknown")})
      print(convert(t.age, "whole"))
      """,
    right: """
      t = table({name: ("Ada", "Bo"), age: ("36", "41")})
      print(convert(t.age, "whole"))
      """)

  package static let arithmetic = DiagnosticID(
    "L0519", "column-arithmetic",
    """
    The result of a cell cannot be kept: it is a division by zero, a whole number beyond 64 bits, a number that is not finite,
    or a date outside the years 0 to 9999. The message names the first such row. Leave out the row, or convert whole numbers
    to numbers first.
    """,
    wrong: """
      t = table({mass: (10, 12), count: (2, 0)})
      print(t.mass / t.count)
      """,
    right: """
      t = table({mass: (10, 12), count: (2, 0)})
      used = t[t.count > 0]
      print(used.mass / used.count)
      """)

  package static let rows = DiagnosticID(
    "L0520", "rows-do-not-fit",
    """
    The rows that a function was asked for do not exist or do not fit together: a position beyond the end, more rows than the
    table has, tables whose columns differ, or a join whose result would not fit in memory. The message says which.
    """,
    wrong: """
      t = table({name: ("Ada", "Bo"), age: (36, 41)})
      print(sample_rows(t, 5))
      """,
    right: """
      t = table({name: ("Ada", "Bo"), age: (36, 41)})
      print(sample_rows(t, 5, replace=true))
      """)

  static let verbs = [kinds, unconvertible, arithmetic, rows]
}
