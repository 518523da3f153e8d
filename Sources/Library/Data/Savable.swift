import Diagnostics
import Effects
import Machine

/// A foreign value that is a file of its own kind, such as a chart: rooms above say so without this one
/// knowing them.
package protocol Savable: Foreign {
  /// How names of its files end, the usual ending first.
  var endings: [String] { get }
  /// The content of a file whose name has one of these endings.
  func bytes(endingIn ending: String) throws -> [UInt8]
}

extension Savable {
  func save(to path: String, _ call: Call) throws {
    guard let ending = endings.first(where: { path.hasSuffix($0) }) else {
      let kind = call.machine.describe(call[0])
      let known = endings.map { "`\($0)`" }.joined(separator: " or ")
      throw call.refuse(
        "`save` writes \(kind) as a file that ends in \(known), not as `\(path)`", hint: "name it `\(Self.renamed(path, endings.first ?? "", typeName))`")
    }
    try call.effects.files.write(bytes(endingIn: ending), to: path)
  }

  /// The path with the right ending; a file in it where it is a folder.
  private static func renamed(_ path: String, _ ending: String, _ name: String) -> String {
    if path.isEmpty || path.hasSuffix("/") { return path + name + ending }
    let start = path.lastIndex(of: "/").map(path.index(after:)) ?? path.startIndex
    let dot = path[start...].dropFirst().lastIndex(of: ".")
    return path[..<(dot ?? path.endIndex)] + ending
  }
}
