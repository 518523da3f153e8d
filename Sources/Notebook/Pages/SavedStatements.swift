/// The statements of a session at the prompt as a file: a script, or a lesson without outputs yet.
package enum SavedStatements {
  package static func script(_ statements: [String]) -> String { statements.map { $0 + "\n" }.joined() }

  package static func lesson(_ statements: [String]) -> String {
    "# A session at the prompt\n" + statements.map { "\n" + cell($0) }.joined()
  }

  /// The fence is longer than any within the code.
  private static func cell(_ code: String) -> String {
    let longest = code.split(whereSeparator: { $0 != "`" }).map(\.count).max() ?? 0
    let fence = String(repeating: "`", count: max(3, longest + 1))
    return "\(fence)loam\n\(code)\n\(fence)\n"
  }
}
