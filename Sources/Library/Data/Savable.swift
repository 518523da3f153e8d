import Diagnostics
import Effects
import Machine

/// A foreign value with file formats of its own, such as a chart. Modules that depend on this one define such values.
package protocol Savable: Foreign {
  /// The extensions of its files, the usual one first.
  var endings: [String] { get }
  /// The content of a file with one of these extensions.
  func bytes(endingIn ending: String) throws -> [UInt8]
}

extension Savable {
  func save(_ value: Value, to path: String, _ call: Call) throws {
    guard let ending = endings.first(where: { path.hasSuffix($0) }) else {
      let kind = call.machine.describe(value)
      let known = endings.map { "`\($0)`" }.joined(separator: " or ")
      throw call.refuse(
        "`save` writes \(kind) to a file that ends in \(known), got `\(path)`",
        hint: "name it `\(Self.renamed(path, endings.first ?? "", typeName))`")
    }
    try call.effects.files.write(bytes(endingIn: ending), to: path)
  }

  /// The path with the right extension; for a folder, a file in it.
  private static func renamed(_ path: String, _ ending: String, _ name: String) -> String {
    if path.isEmpty || path.hasSuffix("/") { return path + name + ending }
    let start = path.lastIndex(of: "/").map(path.index(after:)) ?? path.startIndex
    let dot = path[start...].dropFirst().lastIndex(of: ".")
    return path[..<(dot ?? path.endIndex)] + ending
  }
}
