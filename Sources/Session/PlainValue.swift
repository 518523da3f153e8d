import Machine

extension Session {
  /// The value of a name or a chain of fields (`m.encode.layers`), found without running anything; nil if that would
  /// take a call or a computed field, or the name is unknown.
  package func plainValue(_ path: String) -> Value? {
    let names = path.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
    guard let first = names.first, !first.isEmpty else { return nil }
    guard var value = machine.global(first) ?? (machine.libraryNames().contains(first) ? try? machine.libraryValue(named: first) : nil) else { return nil }
    for name in names.dropFirst() {
      guard let field = machine.storedField(value, name) else { return nil }
      value = field
    }
    return value
  }
}
