import Images
import Tensors

/// The names of grown files.
enum ResultNames {
  /// The folder of a relative path, empty if there is none, and the name in it.
  static func split(_ path: String) -> (folder: String, file: String) {
    let bytes = path.utf8
    guard let slash = bytes.lastIndex(of: UInt8(ascii: "/")) else { return ("", path) }
    return (String(path[..<slash]), String(path[bytes.index(after: slash)...]))
  }

  /// The file names without extensions; with them in a folder where two would be equal, such as `a.png` and `a.jpg`.
  static func stems(of pictures: [String]) -> [String] {
    let names = pictures.map(split)
    var seen: Set<String> = []
    var ambiguous: Set<String> = []
    let stems = names.map { withoutExtension($0.file) }
    for (name, stem) in zip(names, stems) where !seen.insert(name.folder + "/" + stem).inserted { ambiguous.insert(name.folder) }
    return zip(names, stems).map { ambiguous.contains($0.folder) ? $0.file : $1 }
  }

  private static func withoutExtension(_ file: String) -> String {
    guard let dot = file.utf8.lastIndex(of: UInt8(ascii: ".")), dot > file.utf8.startIndex else { return file }
    return String(file[..<dot])
  }

  /// A number with leading zeros, so that names sort as numbers do.
  static func padded(_ number: Int, count: Int) -> String {
    let (digits, text) = (max(6, String(max(0, count - 1)).count), String(number))
    return String(repeating: "0", count: max(0, digits - text.count)) + text
  }

  static func fingerprint(_ names: some Sequence<String>, _ labels: [Int32]?) -> String {
    var hash = Hash128()
    for name in names {
      var name = name
      name.withUTF8 { hash.combine(UnsafeRawBufferPointer($0)) }
    }
    for label in labels ?? [] { hash.combine(UInt64(bitPattern: Int64(label))) }
    return hash.text
  }
}
