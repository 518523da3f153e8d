import Diagnostics
import Effects

/// A console for untrusted text: removes control sequences that could affect the terminal. Pictures may have colours.
final class PlainConsole: Console, PictureSink {
  private let console: any Console

  /// Nil for the program, since control codes are removed.
  var terminal: Terminal? { nil }

  init(_ console: any Console) { self.console = console }

  func write(_ text: String) { console.write(PlainText.of(text)) }
  func writeError(_ text: String) { console.writeError(PlainText.of(text)) }
  func flush() { console.flush() }
  var failure: Fault? { console.failure }

  func show(_ picture: Picture, title: String, inCharacters: (Terminal) -> String) {
    guard let terminal = console.terminal else { return }
    console.write(PlainText.of(inCharacters(terminal), keepingColours: true))
  }
}
