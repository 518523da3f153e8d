import Diagnostics
import Images
import Language
import Machine

/// What a person has done in a session, step by step: each step can be taken back, and what ran without
/// an error is a program.
package final class Journal {
  /// A statement that ran, as it was written, with the comments before and beside it.
  private struct Entry {
    let text: String
    /// How much of the text stands before the statement itself.
    let lead: String
    let setsAnswer: Bool
    let readsAnswer: Bool
    /// An expression that did nothing but have a value.
    let isLook: Bool
  }

  private struct Step {
    let title: String
    let entries: SharedSequence<Entry>
    let answerIsTheProgram: Bool
  }

  private let session: Session
  /// Steps hold its beginnings, which share their elements.
  private var entries = SharedSequence<Entry>()
  private var steps: [Step] = []
  /// Steps that were taken back, the last one at the end.
  private var undone: [Step] = []
  /// Whether the program has bound `ans` itself, which then is its own.
  private var answerIsTheProgram = false
  private static let limit = 100
  private let heldBytes: Int

  /// `heldBytes`: how much memory the steps that can be taken back may hold beside the program's own.
  package init(_ session: Session, heldBytes: Int = 1 << 30) {
    self.session = session
    self.heldBytes = heldBytes
    session.withdrawsFailedStatements = true
  }

  /// Runs a text as a step; the value of its last expression becomes `ans`.
  package func run(_ text: String, named name: String) -> Session.Outcome { run(Source(name: name, text: text)) }

  package func run(_ source: Source, showing show: (Value) throws -> Void = { _ in }) -> Session.Outcome {
    run([source], titled: source.text, showing: show)
  }

  /// Runs texts one after the other as one step, up to the first that fails. What changes neither names nor randomness
  /// is no step: a value that is shown, a text that is printed.
  package func run(_ sources: [Source], titled title: String, showing show: (Value) throws -> Void = { _ in }) -> Session.Outcome {
    remember(title, session.machine.names(changedBy: sources.flatMap { Parser.parse($0).program.statements }))
    var outcome = Session.Outcome.done
    var changesRandomness = false
    for source in sources {
      var ran: [Ran] = []
      var setsAnswer = false
      outcome = session.run(source) { statement in
        let effects = session.machine.statementEffects
        changesRandomness = changesRandomness || !effects.isDisjoint(with: [.drew, .reseeded])
        ran.append(Ran(statement: statement, isLook: statement.isOnlyValue && effects.isDisjoint(with: [.sideEffect, .reseeded])))
        if Names([statement]).binds("ans") { answerIsTheProgram = true }
      } showing: { value in
        try show(value)
        guard !answerIsTheProgram else { return }
        session.machine.setGlobal("ans", value)
        setsAnswer = true
      }
      note(ran, of: source, setsAnswer)
      guard outcome.isSuccess else { break }
    }
    if changesRandomness || session.machine.differsFromRememberedState(except: answerIsTheProgram ? nil : "ans") {
      undone = []
      session.machine.forgetUndoneStates()
    } else {
      forget()
    }
    return outcome
  }

  private struct Ran {
    let statement: Statement
    let isLook: Bool
  }

  private func note(_ ran: [Ran], of source: Source, _ setsAnswer: Bool) {
    let count = ran.count
    var from = 0
    for (index, ran) in ran.enumerated() {
      let statement = ran.statement
      let end = Journal.lineEnd(behind: statement.extent.end, in: source.bytes)
      let lead = String(decoding: source.bytes[from..<statement.extent.start], as: UTF8.self).drop { $0.isWhitespace || $0 == ";" }
      let code = String(decoding: source.bytes[statement.extent.start..<end], as: UTF8.self)
      let entry = Entry(
        text: lead + code, lead: String(lead), setsAnswer: setsAnswer && index == count - 1,
        readsAnswer: !answerIsTheProgram && Names([statement]).reads("ans"), isLook: ran.isLook)
      entries = entries.adding([entry])
      from = end
    }
  }

  /// Behind a comment on the same line, which belongs to the statement.
  private static func lineEnd(behind end: Int, in bytes: [UInt8]) -> Int {
    guard let next = bytes[end...].firstIndex(where: { $0 != UInt8(ascii: " ") }), bytes[next] == UInt8(ascii: "#") else { return end }
    return bytes[next...].firstIndex(of: UInt8(ascii: "\n")) ?? bytes.count
  }

  private func remember(_ title: String, _ names: Machine.ChangedNames) {
    let kept = session.machine.rememberState(of: names, limit: Journal.limit, bytes: heldBytes)
    steps.append(Step(title: title, entries: entries, answerIsTheProgram: answerIsTheProgram))
    steps.removeFirst(steps.count - kept)
  }

  private func forget() {
    session.machine.forgetRememberedState()
    _ = steps.popLast()
  }

  /// Takes back the last step: names and randomness are as before it. The step's text; nil where there is none.
  package func undo() -> String? {
    guard let step = steps.popLast() else { return nil }
    undone.append(Step(title: step.title, entries: entries, answerIsTheProgram: answerIsTheProgram))
    session.machine.undoToRememberedState()
    restore(step)
    return step.title
  }

  /// Does the step again that was taken back last, without running it: names and randomness are as behind it. Nil where
  /// nothing was taken back, or another step has been taken since.
  package func redo() -> String? {
    guard let step = undone.popLast() else { return nil }
    remember(step.title, session.machine.undoneNames)
    session.machine.redoUndoneState()
    restore(step)
    return step.title
  }

  private func restore(_ step: Step) {
    entries = step.entries
    answerIsTheProgram = step.answerIsTheProgram
  }

  /// Forgets all names; itself a step that can be taken back.
  package func reset() {
    remember(":reset", session.machine.allNames)
    undone = []
    session.machine.forgetUndoneStates()
    session.machine.forgetAllNames()
    entries = SharedSequence()
    answerIsTheProgram = false
  }

  /// The statements that ran, ready to run again where no prompt sets `ans`: an answer that a later
  /// statement reads is bound by name. An expression whose value was only shown is left out: it
  /// changed nothing that another statement reads.
  package var statements: [String] {
    var texts: [String] = []
    var answerIsRead = false
    for entry in entries.elements.reversed() {
      let isRead = entry.setsAnswer && answerIsRead
      if entry.setsAnswer { answerIsRead = false }
      if entry.isLook, !isRead { continue }
      answerIsRead = answerIsRead || entry.readsAnswer
      texts.append(isRead ? entry.lead + "ans = " + entry.text.dropFirst(entry.lead.count) : entry.text)
    }
    return texts.reversed()
  }

  /// How many expressions `statements` leaves out.
  package var omittedCount: Int { entries.count - statements.count }
}

extension Statement {
  /// Whether it is an expression that binds no name.
  fileprivate var isOnlyValue: Bool {
    guard case .expression = kind else { return false }
    return Names([self]).bound.isEmpty
  }
}
