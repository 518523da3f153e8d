/// The saved state of a program between statements. Values are copied on write, so it is enough to keep the values of those
/// variables that a statement may assign.
package struct Snapshot {
  /// The saved variables and their values.
  let globals: [(name: Symbol, value: Value)]
  let seed: UInt64
  /// The position in the log of statement runs to rewind to.
  let logPosition: Int
  /// The statement runs that were undone, for redo.
  var runs: [StatementRuns.Event] = []
  /// The imported files, so that later imports are undone; nil to leave imports alone.
  var imported: [String: Imports.Entry]?

  var names: ChangedNames { ChangedNames(symbols: globals.map(\.name)) }

  func mark(in heap: Heap) {
    for (_, value) in globals { heap.mark(value) }
    for (_, value) in (imported ?? [:]).values { heap.mark(value) }
  }
}

/// Variables of the program that may be assigned.
package struct ChangedNames {
  let symbols: [Symbol]
  package static var none: ChangedNames { ChangedNames(symbols: []) }
}
