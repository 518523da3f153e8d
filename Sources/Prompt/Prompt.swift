import Diagnostics
import Display
import Effects
import Glibc
import Machine
import Session

/// The interactive prompt: reads whole statements with GNU readline, and hands them to a session.
package final class Prompt {
  private let session: Session
  private let history: History
  private var number = 0

  package init(_ session: Session) {
    self.session = session
    history = History()
  }

  /// Runs until Ctrl-D; the exit code.
  package func run() -> Int32 {
    session.effects.console.write("Loam \(Prompt.version). Ctrl-D leaves, help() lists what there is.\n")
    let editor = Editor(session)
    history.load()
    while let text = editor.read(prompt: "> ") {
      let statement = text.trimmingNewlines
      guard !statement.isEmpty else { continue }
      history.add(statement)
      session.effects.cancellation.clear()
      evaluate(statement)
    }
    session.effects.console.write("\n")
    return 0
  }

  package static let version = "0.1.0"

  private func evaluate(_ text: String) {
    number += 1
    switch session.run(text + "\n", named: "prompt \(number)") {
    case .value(let value):
      session.machine.setGlobal("ans", value)
      do {
        session.effects.console.write(try ResultText.text(value, session.machine) + "\n")
      } catch let fault as Fault {
        report([fault.diagnostic])
      } catch {
        session.effects.console.writeError("\(error)\n")
      }
    case .done: break
    case .failed(let diagnostics): report(diagnostics)
    case .interrupted:
      session.effects.console.writeError("interrupted; the session goes on\n")
      noteRescue()
    }
  }

  private func report(_ diagnostics: [Diagnostic]) {
    let colour = session.effects.console.terminal != nil && getenv("NO_COLOR") == nil
    for diagnostic in diagnostics { session.effects.console.writeError(Report(diagnostic, colour: colour).text + "\n") }
    noteRescue()
  }

  private func noteRescue() {
    if session.machine.rescue.tag == .model { session.effects.console.writeError("the model of the training is in `rescued`\n") }
  }
}

extension String {
  fileprivate var trimmingNewlines: String {
    var text = Substring(self)
    while let last = text.last, last.isNewline || last == " " { text.removeLast() }
    return String(text)
  }
}
