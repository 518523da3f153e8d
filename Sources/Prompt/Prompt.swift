import Diagnostics
import Display
import Effects
import Library
import Machine
import Session

/// The interactive prompt: reads statements, questions and commands with GNU readline, and runs them in a session.
package final class Prompt {
  let session: Session
  let journal: Journal
  let commands: CommandTable = .all
  /// The files that `:save` has written, with their content: it may overwrite them if nobody else has changed them.
  var saved: [String: [UInt8]] = [:]
  /// Set by commands that quit.
  var isLeaving = false
  private let history: History
  private var number = 0

  package init(_ session: Session) {
    self.session = session
    journal = Journal(session)
    history = History()
  }

  /// Runs until Ctrl-D or `:exit`; returns the exit code.
  package func run() -> Int32 {
    write("Loam \(Prompt.version). Type help for the functions, :help for the commands, exit or Ctrl-D to quit.", isWrapped: true)
    let editor = Editor(session, commands) { [history] in history.load() }
    while !isLeaving {
      guard let text = editor.read(prompt: "> ") else {
        session.effects.console.write("\n")
        break
      }
      let line = (PromptLine.code(in: text, commands)).trimmingEmptyLines
      guard !line.isEmpty else { continue }
      history.add(line)
      session.effects.cancellation.clear()
      number += 1
      evaluate(line)
    }
    return 0
  }

  package static let version = "0.1.0"

  /// Runs the pieces of the input, up to the first that fails.
  private func evaluate(_ text: String) {
    if let word = BareWord(text, commands), session.machine.global(word.name) == nil {
      perform(word.meaning, of: Source(name: "prompt \(number)", text: text + "\n"))
      return
    }
    let pieces = PromptPieces(text, commands).pieces
    for (index, piece) in pieces.enumerated() {
      let source = Source(name: "prompt \(number)", text: piece.text + "\n", firstLine: piece.firstLine)
      let isDone = perform(PromptLine(piece.text), of: source)
      let left = pieces.count - index - 1
      if !isDone, left > 0 { session.effects.console.writeError("the lines from line \(pieces[index + 1].firstLine) on did not run\n") }
      guard isDone, !isLeaving else { return }
    }
  }

  /// Returns whether it ran without an error.
  @discardableResult private func perform(_ line: PromptLine, of source: Source) -> Bool {
    let text = source.text
    var place: Span?
    do {
      switch line {
      case .statement: return run(source)
      case .help(let name):
        place = Span(source, name.lowerBound, name.upperBound)
        write(try name.isEmpty ? session.helpOverview() : session.helpForValue(text.bytes(name)), isWrapped: true)
      case .source(let name):
        place = Span(source, name.lowerBound, name.upperBound)
        write(try session.source(text.bytes(name)))
      case .command(let name, let argument):
        let call = CommandCall(
          argument: text.bytes(argument), nameSpan: Span(source, name.lowerBound, name.upperBound),
          span: Span(source, argument.lowerBound, argument.upperBound))
        place = call.span
        let written = text.bytes(name)
        return try commands.required(written.hasPrefix(":") ? written : ":" + written, at: call.nameSpan).run(self, call)
      }
      return true
    } catch let fault as Fault {
      report([fault.placed(at: place).diagnostic])
    } catch {
      session.effects.console.writeError("\(error)\n")
    }
    return false
  }

  /// `isWrapped`: whether lines are wrapped between words at the width of the terminal.
  func write(_ text: String, isWrapped: Bool = false) {
    let console = session.effects.console
    console.write((isWrapped ? text.wrapped(to: console.terminal?.columns) : text) + "\n")
  }

  /// Runs the code in the argument of a command; returns whether it succeeded.
  func run(_ code: String, line: Int) -> Bool { run(Source(name: "prompt \(number)", text: code + "\n", firstLine: line)) }

  @discardableResult func run(_ source: Source) -> Bool { run([source], titled: source.text) }

  /// Runs texts as one step; returns whether they succeeded.
  func run(_ sources: [Source], titled title: String) -> Bool {
    switch journal.run(sources, titled: title, showing: { write(try ResultView(session.machine).text($0)) }) {
    case .value, .done: return true
    case .failed(let diagnostics):
      report(diagnostics)
      noteRescue()
    case .interrupted:
      session.effects.console.writeError("interrupted; the session continues\n")
      noteRescue()
    }
    return false
  }

  func report(_ diagnostics: [Diagnostic]) {
    let colour = session.effects.console.terminal?.showsColours ?? false
    for diagnostic in diagnostics { session.effects.console.writeError(Report(diagnostic, colour: colour).text + "\n") }
  }

  private func noteRescue() {
    if session.hasRescued { session.effects.console.writeError("the partly trained model is in `rescued`\n") }
  }
}

extension String {
  /// Without empty lines at both ends.
  fileprivate var trimmingEmptyLines: String {
    var lines = split(separator: "\n", omittingEmptySubsequences: false)[...]
    while let first = lines.first, first.allSatisfy(\.isWhitespace) { lines.removeFirst() }
    while let last = lines.last, last.allSatisfy(\.isWhitespace) { lines.removeLast() }
    var text = Substring(lines.joined(separator: "\n"))
    while let last = text.last, last.isNewline || last == " " { text.removeLast() }
    return String(text)
  }
}
