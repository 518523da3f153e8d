import Glibc

extension Terminal.Graphics {
  /// Determined from environment variables; querying the terminal would take time. tmux and screen do not pass pixels
  /// on.
  package static func of(_ environment: (String) -> String) -> Terminal.Graphics {
    guard environment("TMUX").isEmpty, environment("STY").isEmpty else { return .characters }
    let (name, program) = (environment("TERM"), environment("TERM_PROGRAM"))
    if !environment("KITTY_WINDOW_ID").isEmpty || name == "xterm-kitty" || name == "xterm-ghostty" || program == "ghostty" { return .kitty }
    if program == "iTerm.app" || program == "WezTerm" || environment("LC_TERMINAL") == "iTerm2" { return .iTerm }
    return .characters
  }
}

extension Terminal {
  /// Most terminals wrap lines again when their width changes; the ones listed here truncate them.
  package static func reflows(_ environment: (String) -> String) -> Bool {
    guard environment("TMUX").isEmpty else { return true }
    return environment("XTERM_VERSION").isEmpty && environment("STY").isEmpty && environment("TERM") != "linux"
  }

  /// An environment variable; empty if it is not set.
  static func environment(_ key: String) -> String { getenv(key).map { String(cString: $0) } ?? "" }

  func with(columns: Int?) -> Terminal {
    Terminal(columns: columns ?? self.columns, trueColour: trueColour, showsColours: showsColours, graphics: graphics, reflows: reflows)
  }

  /// The width of the terminal of a file descriptor; nil if unknown.
  static func columns(of descriptor: Int32) -> Int? {
    var size = winsize()
    return ioctl(descriptor, UInt(TIOCGWINSZ), &size) == 0 && size.ws_col > 0 ? Int(size.ws_col) : nil
  }
}
