/// Paths as text, of which no file system is asked.
package enum Paths {
  /// The names on the way, without `.`, and without `..` where a name before it can be left out.
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

  /// The folder that a whole path lies in.
  package static func folder(of path: String) -> String {
    guard let slash = path.lastIndex(of: "/"), slash != path.startIndex else { return "/" }
    return String(path[..<slash])
  }

  /// The way to a whole path from a folder given as a whole path; both are without links and `..`.
  package static func relative(_ path: String, to folder: String) -> String {
    let (target, start) = (path.split(separator: "/").map(String.init), folder.split(separator: "/").map(String.init))
    let common = zip(target, start).prefix { $0 == $1 }.count
    return (start.dropFirst(common).map { _ in ".." } + target.dropFirst(common)).joined(separator: "/")
  }

  /// A path as it is meant in a folder that is given without links. Behind the first name that may be a link, `..` is
  /// left to the file system, since it leads out of the folder that the link leads to.
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
