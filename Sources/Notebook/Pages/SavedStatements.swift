/// Formats the statements of a session as a script, or as a lesson without outputs.
package enum SavedStatements {
  package static func script(_ statements: [String]) -> String { statements.map { $0 + "\n" }.joined() }

  package static func lesson(_ statements: [String]) -> String {
    "# A session at the prompt\n" + statements.map { "\n" + cell($0) }.joined()
  }

  /// The fence is longer than any in the code.
  private static func cell(_ code: String) -> String {
    let longest = code.split(whereSeparator: { $0 != "`" }).map(\.count).max() ?? 0
    let fence = String(repeating: "`", count: max(3, longest + 1))
    return "\(fence)loam\n\(code)\n\(fence)\n"
  }
}
