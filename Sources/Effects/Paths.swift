/// Operations on paths as text, without access to the file system.
package enum Paths {
  /// The components of a path, without `.`, and with `..` resolved where possible.
  package static func parts(of path: String) -> [String] {
    var parts: [String] = []
    for part in path.split(separator: "/").map(String.init) where part != "." {
      if part == "..", let last = parts.last, last != ".." {
        parts.removeLast()
      } else if part != ".." || !path.hasPrefix("/") {
        parts.append(part)
      }
    }
    return parts
  }

  /// The parent folder of an absolute path.
  package static func folder(of path: String) -> String {
    guard let slash = path.lastIndex(of: "/"), slash != path.startIndex else { return "/" }
    return String(path[..<slash])
  }

  /// The relative path from a folder to a target. Both are absolute, without links and `..`.
  package static func relative(_ path: String, to folder: String) -> String {
    let (target, start) = (path.split(separator: "/").map(String.init), folder.split(separator: "/").map(String.init))
    let common = zip(target, start).prefix { $0 == $1 }.count
    return (start.dropFirst(common).map { _ in ".." } + target.dropFirst(common)).joined(separator: "/")
  }

  /// A path relative to a folder that is given without links. After the first component that may be a link, `..` is
  /// left to the file system, since it leads to the parent of the link's target.
  package static func joined(_ folder: String, _ path: String) -> String {
    guard !path.hasPrefix("/") else { return path }
    var parts = folder.split(separator: "/").map(String.init)
    var rest = path.split(separator: "/").map(String.init)[...]
    while let part = rest.first, part == "." || part == ".." {
      rest.removeFirst()
      guard part == ".." else { continue }
      if let last = parts.last, last != ".." { parts.removeLast() } else if !folder.hasPrefix("/") { parts.append(part) }
    }
    return (folder.hasPrefix("/") ? "/" : "") + (parts + rest).joined(separator: "/")
  }
}
