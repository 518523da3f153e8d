import Diagnostics
import Display
import Effects
import Machine
import Session

/// The interactive prompt: reads whole statements, questions and commands with GNU readline, and hands
/// them to a session.
package final class Prompt {
  let session: Session
  let journal: Journal
  let commands: CommandTable = .all
  /// The files that `:save` has written, which it may write again.
  var saved: Set<String> = []
  private let history: History
  private var number = 0

  package init(_ session: Session) {
    self.session = session
    journal = Journal(session)
    history = History()
  }

  /// Runs until Ctrl-D; the exit code.
  package func run() -> Int32 {
    write("Loam \(Prompt.version). Type help() for the functions, :help for the commands, Ctrl-D to quit.")
    let editor = Editor(session, commands) { [history] in history.load() }
    while let text = editor.read(prompt: "> ") {
      let line = text.trimmingNewlines
      guard !line.isEmpty else { continue }
      history.add(line)
      session.effects.cancellation.clear()
      number += 1
      evaluate(line)
    }
    session.effects.console.write("\n")
    return 0
  }

  package static let version = "0.1.0"

  private func evaluate(_ text: String) {
    let source = Source(name: "prompt \(number)", text: text + "\n")
    var place: Span?
    do {
      switch PromptLine(text) {
      case .statement: run(source)
      case .help(let name):
        place = Span(source, name.lowerBound, name.upperBound)
        write(try name.isEmpty ? session.helpOverview() : session.helpForValue(text.bytes(name)))
      case .source(let name):
        place = Span(source, name.lowerBound, name.upperBound)
        write(try session.source(text.bytes(name)))
      case .command(let name, let argument):
        let call = CommandCall(
          argument: text.bytes(argument), nameSpan: Span(source, name.lowerBound, name.upperBound),
          span: Span(source, argument.lowerBound, argument.upperBound))
        place = call.span
        try commands.required(text.bytes(name), at: call.nameSpan).run(self, call)
      }
    } catch let fault as Fault {
      report([fault.placed(at: place).diagnostic])
    } catch {
      session.effects.console.writeError("\(error)\n")
    }
  }

  func write(_ text: String) { session.effects.console.write(text + "\n") }

  /// Runs code that a command was given; whether it ran to its end.
  func run(_ code: String) -> Bool { run(Source(name: "prompt \(number)", text: code + "\n")) }

  @discardableResult func run(_ source: Source) -> Bool {
    switch journal.run(source, showing: { write(try ResultView(session.machine).text($0)) }) {
    case .value, .done: return true
    case .failed(let diagnostics):
      report(diagnostics)
      noteRescue()
    case .interrupted:
      session.effects.console.writeError("interrupted; the session goes on\n")
      noteRescue()
    }
    return false
  }

  private func report(_ diagnostics: [Diagnostic]) {
    let colour = session.effects.console.terminal?.showsColours ?? false
    for diagnostic in diagnostics { session.effects.console.writeError(Report(diagnostic, colour: colour).text + "\n") }
  }

  private func noteRescue() {
    if session.hasRescued { session.effects.console.writeError("the model of the training is in `rescued`\n") }
  }
}

extension String {
  fileprivate var trimmingNewlines: String {
    var text = Substring(self)
    while let last = text.last, last.isNewline || last == " " { text.removeLast() }
    return String(text)
  }
}
