import CLineEditor
import Glibc

/// The statements of earlier sessions, in a file of the user's. Each session appends what it adds,
/// so that two prompts at once do not lose each other's.
final class History {
  private let path: String?
  /// A statement of several lines is one entry: its line ends are written as this.
  private static let lineEnd: Character = "\u{2028}"
  private static let longest = 2000

  init() {
    if let given = getenv("LOAM_HISTORY") {
      path = String(cString: given)
    } else if let home = getenv("HOME") {
      path = String(cString: home) + "/.loam_history"
    } else {
      path = nil
    }
  }

  func load() {
    guard let path else { return }
    let lines = read(path)
    for line in lines.suffix(History.longest) { loam_editor_remember(String(line.map { $0 == History.lineEnd ? "\n" : $0 })) }
    if lines.count > 2 * History.longest { shorten(path) }
  }

  private func read(_ path: String) -> [String] {
    guard let file = fopen(path, "r") else { return [] }
    defer { fclose(file) }
    var lines: [String] = []
    var buffer: UnsafeMutablePointer<CChar>?
    var capacity = 0
    while getline(&buffer, &capacity, file) > 0, let buffer {
      var line = String(cString: buffer)
      if line.hasSuffix("\n") { line.removeLast() }
      lines.append(line)
    }
    free(buffer)
    return lines
  }

  func add(_ statement: String) {
    loam_editor_remember(statement)
    guard let path else { return }
    appending(path) { file in
      _ = fputs(String(statement.map { $0 == "\n" ? History.lineEnd : $0 }) + "\n", file)
    }
  }

  /// Written beside and renamed, while no other prompt appends.
  private func shorten(_ path: String) {
    appending(path) { _ in
      let beside = path + ".part"
      guard let file = fopen(beside, "w") else { return }
      for line in read(path).suffix(History.longest) { fputs(line + "\n", file) }
      if fclose(file) == 0 { rename(beside, path) } else { unlink(beside) }
    }
  }

  /// Opens the file for this prompt alone; once more where another has put a shorter one into its place.
  private func appending(_ path: String, _ body: (UnsafeMutablePointer<FILE>) -> Void) {
    while let file = fopen(path, "a") {
      defer { fclose(file) }
      flock(fileno(file), LOCK_EX)
      var status = stat()
      if fstat(fileno(file), &status) == 0, status.st_nlink == 0 { continue }
      return body(file)
    }
  }
}
