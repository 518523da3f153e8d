import CLineEditor
import Glibc
import Session

/// Reads statements with GNU readline, which asks the session whether a statement is complete, and for completions.
final class Editor {
  private let session: Session
  private let commands: CommandTable
  private let whenShown: () -> Void

  /// `whenShown` runs once, when the first prompt is visible.
  init(_ session: Session, _ commands: CommandTable, whenShown: @escaping () -> Void) {
    self.whenShown = whenShown
    self.session = session
    self.commands = commands
    loam_editor_start(
      Unmanaged.passUnretained(self).toOpaque(),
      { context, text in
        guard let context, let text else { return 0 }
        let editor = Unmanaged<Editor>.fromOpaque(context).takeUnretainedValue()
        let line = String(cString: text)
        return PromptLine.isIncomplete(PromptLine.code(in: line, editor.commands), editor.commands) ? 1 : 0
      },
      { context, line, start, cursor, closing in
        guard let context, let line, let closing else { return nil }
        let editor = Unmanaged<Editor>.fromOpaque(context).takeUnretainedValue()
        let before = String(decoding: UnsafeRawBufferPointer(start: line, count: Int(cursor)), as: UTF8.self)
        let completion = editor.session.completion(of: before, editor.commands)
        closing.pointee = completion.closesText ? Int32(UInt8(ascii: "\"")) : 0
        return Editor.list(completion.texts(from: Int(start), in: before))
      },
      { context, text in
        guard let context, let text else { return nil }
        let editor = Unmanaged<Editor>.fromOpaque(context).takeUnretainedValue()
        let pasted = String(cString: text)
        let code = PromptLine.code(in: pasted, editor.commands)
        return code == pasted ? nil : strdup(code)
      },
      { context in
        if let context { Unmanaged<Editor>.fromOpaque(context).takeUnretainedValue().whenShown() }
      },
      session.effects.cancellation.flag, session.effects.console.terminal?.reflows ?? false ? 1 : 0)
  }

  /// For C: the caller frees the array and the strings.
  private static func list(_ texts: [String]) -> UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>? {
    guard !texts.isEmpty, let memory = calloc(texts.count + 1, MemoryLayout<UnsafeMutablePointer<CChar>?>.stride) else { return nil }
    let list = memory.assumingMemoryBound(to: UnsafeMutablePointer<CChar>?.self)
    for (index, text) in texts.enumerated() { list[index] = strdup(text) }
    return list
  }

  /// Reads a complete statement; nil at the end of input, empty if it was cancelled with Ctrl-C.
  func read(prompt: String) -> String? {
    var interrupted: Int32 = 0
    guard let line = loam_editor_read(prompt, &interrupted) else { return nil }
    defer { free(line) }
    return interrupted == 0 ? String(cString: line) : ""
  }
}
