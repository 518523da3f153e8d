import CLineEditor
import Glibc
import Session

/// Reads statements with GNU readline, which asks the session what is incomplete and what completes.
final class Editor {
  private let session: Session
  private var candidates: [String] = []

  init(_ session: Session) {
    self.session = session
    loam_editor_start(
      Unmanaged.passUnretained(self).toOpaque(),
      { _, text in
        guard let text else { return 0 }
        return Session.isIncomplete(String(cString: text) + "\n") ? 1 : 0
      },
      { context, word, index in
        guard let context, let word else { return nil }
        let editor = Unmanaged<Editor>.fromOpaque(context).takeUnretainedValue()
        if index == 0 { editor.candidates = editor.session.completions(of: String(cString: word)) }
        return Int(index) < editor.candidates.count ? strdup(editor.candidates[Int(index)]) : nil
      },
      session.effects.cancellation.flag)
  }

  /// A whole statement; nil at the end of input. A line that Ctrl-C gave up is empty.
  func read(prompt: String) -> String? {
    var interrupted: Int32 = 0
    guard let line = loam_editor_read(prompt, &interrupted) else { return nil }
    defer { free(line) }
    return interrupted == 0 ? String(cString: line) : ""
  }
}
