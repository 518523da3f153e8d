import CLineEditor
import Glibc

/// The statements of earlier sessions, in a file of the user. Each session appends its own, so that concurrent prompts
/// do not lose entries.
final class History {
  private let path: String?
  /// A statement of several lines is one entry, with its line breaks replaced by this character.
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

  /// Written to a temporary file and renamed, while no other prompt appends.
  private func shorten(_ path: String) {
    appending(path) { _ in
      let beside = path + ".part"
      guard let file = fopen(beside, "w") else { return }
      for line in read(path).suffix(History.longest) { fputs(line + "\n", file) }
      if fclose(file) == 0 { rename(beside, path) } else { unlink(beside) }
    }
  }

  /// Locks the file for this prompt; tries again if another prompt has replaced it.
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
