import Diagnostics

package enum TablesErrors {
  package static let differ = DiagnosticID(
    "L0510", "columns-differ",
    """
    The columns of a table do not fit together: they differ in length, two have the same name, or there are none. A table has
    one cell for each column and row. Print the length of each column, and find out where one of them was shortened.
    """,
    wrong: """
      t = table({name: ("Ada", "Bo"), age: (36,)})
      """,
    right: """
      t = table({name: ("Ada", "Bo"), age: (36, 41)})
      """)

  package static let unknown = DiagnosticID(
    "L0511", "unknown-column",
    """
    The table has no column of this name. Names are compared exactly: capital letters and spaces count. `keys(t)` lists
    the columns; a name that is not a word is written in brackets: `t["bill length"]`.
    """,
    wrong: """
      t = table({name: ("Ada", "Bo"), age: (36, 41)})
      print(t.Age)
      """,
    right: """
      t = table({name: ("Ada", "Bo"), age: (36, 41)})
      print(t.age)
      """)

  package static let broken = DiagnosticID(
    "L0512", "unreadable-table",
    """
    The file is not a table: its lines differ in their number of fields, a quote is not closed, it is not UTF-8 text, or it is
    not JSON. The message names the line. Correct it in an editor, or export the table again.
    """,
    wrong: """
      write_text("few.csv", "name,age\\nAda,36\\nBo\\n")
      t = csv("few.csv")
      """,
    right: """
      write_text("few.csv", "name,age\\nAda,36\\nBo,\\n")
      t = csv("few.csv")
      """)

  package static let cell = DiagnosticID(
    "L0513", "invalid-cell",
    """
    A cell is not of the kind that `kinds=` asks for, or it is an infinite number. Correct it in the file, or, if the text
    denotes a missing value, list it in `missing=`.
    """,
    wrong: """
      write_text("few.csv", "name,age\\nAda,36\\nBo,unknown\\n")
      t = csv("few.csv", kinds={age: "number"})
      """,
    right: """
      write_text("few.csv", "name,age\\nAda,36\\nBo,unknown\\n")
      t = csv("few.csv", kinds={age: "number"}, missing=("unknown",))
      """)

  package static let tooLarge = DiagnosticID(
    "L0514", "table-too-large",
    """
    The table does not fit in memory. Read only the columns that you need, or only the first rows.
    """)

  package static let unwritable = DiagnosticID(
    "L0515", "unwritable-table",
    """
    The format cannot contain the table: a text or name with a zero byte cannot be written as CSV, and a table without rows
    cannot be written as JSON lines. Change the text, or choose another format by the ending of the path.
    """,
    wrong: """
      t = table({name: ("Ada", "Bo"), age: (36, 41)})
      save(t[t.age > 50], "old.jsonl")
      """,
    right: """
      t = table({name: ("Ada", "Bo"), age: (36, 41)})
      save(t[t.age > 50], "old.csv")
      """)

  package static let option = DiagnosticID(
    "L0516", "invalid-table-option",
    """
    The separator and the comment character of a file are single ASCII characters, and neither a quote nor a line break.
    """,
    wrong: """
      write_text("few.csv", "name::age\\nAda::36\\n")
      t = csv("few.csv", separator="§")
      """,
    right: """
      write_text("few.csv", "name|age\\nAda|36\\n")
      t = csv("few.csv", separator="|")
      """)

  /// Listed by `DataErrors`, whose readers use it too.
  package static let badGzip = DiagnosticID(
    "L0423", "broken-gzip",
    """
    A compressed file (.gz) is truncated or damaged, most often because a download was cut short. Delete the file, and
    download it again.
    """,
    wrong: """
      few = mnist("cut-short/")
      """,
    right: """
      few = mnist("whole/")
      """)

  package static let all = [differ, unknown, broken, cell, tooLarge, unwritable, option] + verbs + models + judging + privacy

  static var noColumns: Fault { Fault(differ, "a table needs at least one column") }

  package static func unknownColumn(_ name: String, of names: [String]) -> Fault {
    Fault(unknown, "unknown column `\(name)`", hint: Suggestion.hint(for: name, among: names) ?? "the columns are \(listed(names))")
  }

  /// The first names, and how many more there are.
  package static func listed(_ names: [String]) -> String {
    names.prefix(8).map { "`\($0)`" }.joined(separator: ", ") + (names.count > 8 ? " and \(names.count - 8) more" : "")
  }
}
