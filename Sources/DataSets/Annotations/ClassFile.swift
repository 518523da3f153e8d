import Effects

/// `classes.txt`: the names of classes, a line for each label.
package enum ClassFile {
  package static let name = "classes.txt"

  /// Nil if the folder, which ends in a slash, has none.
  package static func names(in folder: String, _ files: any FileAccess) throws -> [String]? {
    guard files.exists(folder + name) else { return nil }
    return names(try files.read(folder + name))
  }

  static func names(_ bytes: [UInt8]) -> [String] { String(decoding: bytes, as: UTF8.self).split(whereSeparator: \.isNewline).map { String($0) } }

  static func bytes(_ names: [String]) -> [UInt8] { Array(names.map { line($0) + "\n" }.joined().utf8) }

  /// A name on one line.
  static func line(_ name: String) -> String { name.split(whereSeparator: \.isNewline).joined(separator: " ") }
}
