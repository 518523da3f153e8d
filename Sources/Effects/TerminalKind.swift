extension Terminal.Graphics {
  /// What the terminal says of itself in its environment; nothing is asked of it, which would take time. Behind tmux or
  /// screen pixels do not arrive.
  package static func of(_ environment: (String) -> String) -> Terminal.Graphics {
    guard environment("TMUX").isEmpty, environment("STY").isEmpty else { return .characters }
    let (name, program) = (environment("TERM"), environment("TERM_PROGRAM"))
    if !environment("KITTY_WINDOW_ID").isEmpty || name == "xterm-kitty" || name == "xterm-ghostty" || program == "ghostty" { return .kitty }
    if program == "iTerm.app" || program == "WezTerm" || environment("LC_TERMINAL") == "iTerm2" { return .iTerm }
    return .characters
  }
}
