import Diagnostics
import Language
import Machine

/// What a person has done in a session, step by step: each step can be taken back, and what ran without
/// an error is a program.
package final class Journal {
  /// A statement that ran, as it was written, with the comments before and beside it.
  package struct Entry {
    package let text: String
    /// How much of the text stands before the statement itself.
    let lead: String
    let setsAnswer: Bool
    let readsAnswer: Bool
  }

  private struct Step {
    let title: String
    let entries: [Entry]
    let answerIsTheProgram: Bool
  }

  private let session: Session
  private var entries: [Entry] = []
  private var steps: [Step] = []
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
    remember(source.text, session.machine.names(changedBy: Parser.parse(source).program.statements))
    var ran: [Statement] = []
    var setsAnswer = false
    let outcome = session.run(source) { statement in
      ran.append(statement)
      if Names([statement]).binds("ans") { answerIsTheProgram = true }
    } showing: { value in
      try show(value)
      guard !answerIsTheProgram else { return }
      session.machine.setGlobal("ans", value)
      setsAnswer = true
    }
    if ran.isEmpty, !session.machine.differsFromRememberedState { forget() } else { note(ran, of: source, setsAnswer) }
    return outcome
  }

  private func note(_ ran: [Statement], of source: Source, _ setsAnswer: Bool) {
    var from = 0
    for (index, statement) in ran.enumerated() {
      let end = Journal.lineEnd(behind: statement.extent.end, in: source.bytes)
      let lead = String(decoding: source.bytes[from..<statement.extent.start], as: UTF8.self).drop { $0.isWhitespace || $0 == ";" }
      let code = String(decoding: source.bytes[statement.extent.start..<end], as: UTF8.self)
      entries.append(
        Entry(
          text: lead + code, lead: String(lead), setsAnswer: setsAnswer && index == ran.count - 1,
          readsAnswer: !answerIsTheProgram && Names([statement]).reads("ans")))
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
    steps.removeLast()
  }

  /// Takes back the last step: names and randomness are as before it. The step's text; nil where there is none.
  package func undo() -> String? {
    guard let step = steps.popLast() else { return nil }
    session.machine.returnToRememberedState()
    entries = step.entries
    answerIsTheProgram = step.answerIsTheProgram
    return step.title
  }

  /// Forgets all names; itself a step that can be taken back.
  package func reset() {
    remember(":reset", session.machine.allNames)
    session.machine.forgetAllNames()
    entries = []
    answerIsTheProgram = false
  }

  /// The statements that ran, ready to run again where no prompt sets `ans`: an answer that a later
  /// statement reads is bound by name.
  package var statements: [String] {
    entries.indices.map { index in
      let entry = entries[index]
      guard entry.setsAnswer else { return entry.text }
      let later = entries[(index + 1)...]
      let until = later.firstIndex { $0.setsAnswer }.map { later[...$0] } ?? later
      guard until.contains(where: \.readsAnswer) else { return entry.text }
      return entry.lead + "ans = " + entry.text.dropFirst(entry.lead.count)
    }
  }
}
