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
    The table has no column of this name. Names are compared exactly: capital letters and spaces count. `names(t)` lists
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

  package static let all = [differ, unknown]

  static var noColumns: Fault { Fault(differ, "a table needs at least one column") }

  package static func unknownColumn(_ name: String, of names: [String]) -> Fault {
    Fault(unknown, "unknown column `\(name)`", hint: Suggestion.hint(for: name, among: names) ?? "the columns are \(listed(names))")
  }

  /// The first names, and how many more there are.
  package static func listed(_ names: [String]) -> String {
    names.prefix(8).map { "`\($0)`" }.joined(separator: ", ") + (names.count > 8 ? " and \(names.count - 8) more" : "")
  }
}
