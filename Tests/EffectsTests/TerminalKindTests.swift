import Effects
import Testing

/// What a terminal can do, as the environment tells it.
@Suite struct TerminalKindTests {
  @Test func theEnvironmentTellsTheKind() {
    func kind(_ variables: [String: String]) -> Terminal.Graphics { .of { variables[$0] ?? "" } }
    #expect(kind(["TERM": "xterm-kitty"]) == .kitty)
    #expect(kind(["TERM_PROGRAM": "iTerm.app"]) == .iTerm)
    #expect(kind(["TERM": "xterm-256color"]) == .characters)
    #expect(kind(["KITTY_WINDOW_ID": "1", "TMUX": "/tmp/x"]) == .characters)
  }

  @Test func someTerminalsCutLinesWhenTheyAreNarrowed() {
    func reflows(_ variables: [String: String]) -> Bool { Terminal.reflows { variables[$0] ?? "" } }
    #expect(reflows(["TERM": "xterm-256color"]) && reflows(["TERM": "screen-256color", "TMUX": "/tmp/x"]))
    #expect(!reflows(["TERM": "linux"]) && !reflows(["TERM": "xterm", "XTERM_VERSION": "XTerm(390)"]) && !reflows(["STY": "1.a"]))
  }
}
