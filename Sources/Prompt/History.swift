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

    guard let path, let file = fopen(path, "r") else { return }
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
    for line in lines.suffix(History.longest) { loam_editor_remember(String(line.map { $0 == History.lineEnd ? "\n" : $0 })) }
    if lines.count > 2 * History.longest { shorten(path, to: lines.suffix(History.longest)) }
  }

  func add(_ statement: String) {
    loam_editor_remember(statement)
    guard let path, let file = fopen(path, "a") else { return }
    defer { fclose(file) }
    fputs(String(statement.map { $0 == "\n" ? History.lineEnd : $0 }) + "\n", file)
  }

  /// Written beside and renamed.
  private func shorten(_ path: String, to lines: ArraySlice<String>) {
    let beside = path + ".part"
    guard let file = fopen(beside, "w") else { return }
    for line in lines { fputs(line + "\n", file) }
    if fclose(file) == 0 { rename(beside, path) } else { unlink(beside) }
  }
}
