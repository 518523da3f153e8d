import Foundation
import Glibc
import Testing

/// A real terminal: tmux types and reads the screen.
package struct TestTerminal {
  package let name = "loam-\(UUID().uuidString.prefix(8))"
  package let folder: URL

  /// A second terminal shares the first one's folder, and with it the history.
  package init(beside other: TestTerminal? = nil) throws { folder = try other?.folder ?? Loam.temporaryFolder() }

  /// Started without Foundation's Process, which waits until nobody holds its descriptors: the
  /// server that the first call leaves behind would hold them for ever.
  @discardableResult package func tmux(_ arguments: [String]) throws -> String {
    let output = folder.appendingPathComponent("output").path
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
    posix_spawn_file_actions_addopen(&actions, 1, output, O_WRONLY | O_CREAT | O_TRUNC, 0o600)
    posix_spawn_file_actions_addopen(&actions, 2, "/dev/null", O_WRONLY, 0)
    // The server would keep other tests' pipes open, too.
    for descriptor in Int32(3)..<256 { posix_spawn_file_actions_addclose(&actions, descriptor) }
    // All in it would inherit which signals this thread blocks, or ignores.
    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    var signals = sigset_t()
    sigfillset(&signals)
    posix_spawnattr_setsigdefault(&attributes, &signals)
    var none = sigset_t()
    sigemptyset(&none)
    posix_spawnattr_setsigmask(&attributes, &none)
    posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK))
    let words = (["tmux", "-L", name] + arguments).map { strdup($0) } + [nil]
    defer { for word in words { free(word) } }
    var child = pid_t()
    try #require(posix_spawnp(&child, "tmux", &actions, &attributes, words, environ) == 0, "tmux cannot be started")
    waitpid(child, nil, 0)
    return try String(contentsOfFile: output, encoding: .utf8)
  }

  package func start(columns: Int = 100, rows: Int = 40) throws {
    try open("cd \(folder.path); env LOAM_CACHE= LOAM_HISTORY=\(history) TERM=xterm-256color \(Loam.path); echo left with $?; sleep 30", columns, rows)
    _ = try wait(for: "> ")
  }

  /// Starts the prompt as a job of a shell's.
  package func startInShell() throws {
    try open("env LOAM_CACHE= LOAM_HISTORY=\(history) TERM=xterm-256color PS1='shell: ' bash --norc --noprofile -i")
    _ = try wait(for: "shell: ")
    try type(Loam.path)
    _ = try wait(for: "\n> ")
  }

  private var history: String { folder.appendingPathComponent("history").path }

  private func open(_ command: String, _ columns: Int = 100, _ rows: Int = 40) throws {
    try tmux(["-f", "/dev/null", "new-session", "-d", "-x", "\(columns)", "-y", "\(rows)", command])
  }

  /// Waits until the program can know: tmux tells it a while after it has broken the lines anew.
  package func resize(columns: Int) throws {
    try tmux(["resize-window", "-x", "\(columns)"])
    let path = try tmux(["display-message", "-p", "#{pane_tty}"]).trimmingCharacters(in: .newlines)
    let line = Glibc.open(path, O_RDWR | O_NOCTTY)
    try #require(line >= 0, "\(path) cannot be opened")
    defer { close(line) }
    try wait("a width of \(columns)") { _ in
      var size = winsize()
      return ioctl(line, UInt(TIOCGWINSZ), &size) == 0 && size.ws_col == columns
    }
  }

  package func press(_ keys: String...) throws { for key in keys { try tmux(["send-keys", key]) } }

  /// As a terminal does it that was asked to mark what is pasted.
  package func paste(_ text: String) throws {
    try tmux(["set-buffer", text])
    try tmux(["paste-buffer", "-p"])
  }

  package func type(_ text: String, enter: Bool = true) throws {
    try tmux(["send-keys", "-l", text])
    if enter { try tmux(["send-keys", "Enter"]) }
  }

  package func cursorColumn() throws -> Int? { Int(try tmux(["display-message", "-p", "#{cursor_x}"]).trimmingCharacters(in: .newlines)) }

  /// `withHistory`: what has scrolled away, too.
  package func screen(withHistory: Bool = false) throws -> String { try tmux(["capture-pane", "-p", "-J"] + (withHistory ? ["-S", "-"] : [])) }

  /// Row by row as it is seen, with lines that the terminal has broken.
  package func rows(withHistory: Bool = false) throws -> [String] {
    try tmux(["capture-pane", "-p"] + (withHistory ? ["-S", "-"] : [])).components(separatedBy: "\n")
  }

  /// Waits until the screen shows a text; gives the screen.
  @discardableResult package func wait(for text: String, seconds: Double = 20) throws -> String {
    try wait("a screen that shows \(text)", seconds: seconds) { $0.contains(text) }
  }

  @discardableResult package func wait(_ what: String, seconds: Double = 20, until isThere: (String) throws -> Bool) throws -> String {
    let end = Date().addingTimeInterval(seconds)
    while Date() < end {
      let shown = try screen()
      if try isThere(shown) { return shown }
      Thread.sleep(forTimeInterval: 0.05)
    }
    Issue.record("there never was \(what):\n\(try screen())")
    return ""
  }

  /// The epoch that a training on the screen has come to.
  package static func epoch(on screen: String) -> Int? {
    screen.components(separatedBy: ": epoch ").dropFirst().last.flatMap { Int($0.prefix { $0.isNumber }) }
  }

  package func end() { _ = try? tmux(["kill-server"]) }
}
