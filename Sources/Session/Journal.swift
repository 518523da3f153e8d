import Diagnostics
import Images
import Language
import Machine

/// The history of an interactive session, in steps: each step can be undone, and the statements that ran without an
/// error form a program.
package final class Journal {
  /// A statement that ran, as written, with the comments before it and on its lines.
  private struct Entry {
    let text: String
    /// Length of the text before the statement itself.
    let lead: String
    let setsAnswer: Bool
    let readsAnswer: Bool
    /// An expression without side effects.
    let isOnlyShown: Bool
  }

  private struct Step {
    let title: String
    let entries: SharedSequence<Entry>
    let programOwnsAnswer: Bool
  }

  private let session: Session
  private var history: StateHistory { session.machine.history }
  /// Steps store prefixes of it, which share their elements.
  private var entries = SharedSequence<Entry>()
  private var steps: [Step] = []
  /// Undone steps, the most recent one last.
  private var undone: [Step] = []
  /// Whether the program has bound `ans` itself; then the prompt does not set it.
  private var programOwnsAnswer = false
  private static let limit = 100
  private let heldBytes: Int

  /// `heldBytes`: the maximum memory that steps to undo may hold, in addition to that of the program.
  package init(_ session: Session, heldBytes: Int = 1 << 30) {
    self.session = session
    self.heldBytes = heldBytes
    session.rollsBackFailedStatements = true
  }

  /// Runs a text as one step; the value of its last expression becomes `ans`.
  package func run(_ text: String, named name: String) -> Session.Outcome { run(Source(name: name, text: text)) }

  package func run(_ source: Source, showing show: (Value) throws -> Void = { _ in }) -> Session.Outcome {
    run([source], titled: source.text, showing: show)
  }

  /// Runs texts in order as one step, up to the first that fails. If neither names nor randomness change, for example
  /// when a value is only shown, no step is recorded.
  package func run(_ sources: [Source], titled title: String, showing show: (Value) throws -> Void = { _ in }) -> Session.Outcome {
    remember(title, history.names(changedBy: sources.flatMap { Parser.parse($0).program.statements }))
    var outcome = Session.Outcome.done
    var changesRandomness = false
    for source in sources {
      var ran: [Ran] = []
      var setsAnswer = false
      outcome = session.run(source) { statement in
        let effects = session.machine.statementEffects
        changesRandomness = changesRandomness || !effects.isDisjoint(with: [.drew, .reseeded])
        ran.append(Ran(statement: statement, isOnlyShown: statement.isOnlyValue && effects.isDisjoint(with: [.sideEffect, .reseeded])))
        if Names([statement]).binds("ans") { programOwnsAnswer = true }
      } showing: { value in
        try show(value)
        guard !programOwnsAnswer else { return }
        session.machine.setGlobal("ans", value)
        setsAnswer = true
      }
      note(ran, of: source, setsAnswer)
      guard outcome.isSuccess else { break }
    }
    if changesRandomness || history.differsFromLast(except: programOwnsAnswer ? nil : "ans") {
      undone = []
      history.dropUndone()
    } else {
      forget()
    }
    return outcome
  }

  private struct Ran {
    let statement: Statement
    let isOnlyShown: Bool
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
        readsAnswer: !programOwnsAnswer && Names([statement]).reads("ans"), isOnlyShown: ran.isOnlyShown)
      entries = entries.adding([entry])
      from = end
    }
  }

  /// The end of a comment on the same line, which belongs to the statement.
  private static func lineEnd(behind end: Int, in bytes: [UInt8]) -> Int {
    guard let next = bytes[end...].firstIndex(where: { $0 != UInt8(ascii: " ") }), bytes[next] == UInt8(ascii: "#") else { return end }
    return bytes[next...].firstIndex(of: UInt8(ascii: "\n")) ?? bytes.count
  }

  private func remember(_ title: String, _ names: ChangedNames) {
    let kept = history.save(names, limit: Journal.limit, bytes: heldBytes)
    steps.append(Step(title: title, entries: entries, programOwnsAnswer: programOwnsAnswer))
    steps.removeFirst(steps.count - kept)
  }

  private func forget() {
    history.dropLast()
    _ = steps.popLast()
  }

  /// Undoes the last step: restores names and randomness. Returns the text of the step; nil if there is none.
  package func undo() -> String? {
    guard let step = steps.popLast() else { return nil }
    undone.append(Step(title: step.title, entries: entries, programOwnsAnswer: programOwnsAnswer))
    history.undo()
    restore(step)
    return step.title
  }

  /// Reverses the last undo without running the step: restores the names and randomness after it. Returns nil if
  /// nothing was undone, or another step followed.
  package func redo() -> String? {
    guard let step = undone.popLast() else { return nil }
    remember(step.title, history.undoneNames)
    history.redo()
    restore(step)
    return step.title
  }

  private func restore(_ step: Step) {
    entries = step.entries
    programOwnsAnswer = step.programOwnsAnswer
  }

  /// Removes all names; this is a step that can be undone.
  package func reset() {
    remember(":reset", history.allNames)
    undone = []
    history.dropUndone()
    session.machine.reset()
    entries = SharedSequence()
    programOwnsAnswer = false
  }

  /// The statements that ran, as a program that does not depend on the prompt setting `ans`: if a later statement reads
  /// `ans`, it is assigned explicitly. Expressions whose value was only shown are omitted, since no other statement
  /// depends on them.
  package var statements: [String] {
    var texts: [String] = []
    var answerIsRead = false
    for entry in entries.elements.reversed() {
      let isRead = entry.setsAnswer && answerIsRead
      if entry.setsAnswer { answerIsRead = false }
      if entry.isOnlyShown, !isRead { continue }
      answerIsRead = answerIsRead || entry.readsAnswer
      texts.append(isRead ? entry.lead + "ans = " + entry.text.dropFirst(entry.lead.count) : entry.text)
    }
    return texts.reversed()
  }

  /// The number of expressions that `statements` omits.
  package var omittedCount: Int { entries.count - statements.count }
}

extension Statement {
  /// Whether the statement is an expression that binds no name.
  fileprivate var isOnlyValue: Bool {
    guard case .expression = kind else { return false }
    return Names([self]).bound.isEmpty
  }
}
