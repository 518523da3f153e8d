import Diagnostics
import Effects

/// A console for text from anywhere: what a lesson prints cannot steer the terminal. Pictures
/// may have colours.
final class PlainConsole: Console, PictureSink {
  private let console: any Console

  /// Nil for the program: it has no use for codes that are taken out again.
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
