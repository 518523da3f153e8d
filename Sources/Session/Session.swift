import Diagnostics
import Display
import Effects
import Engine
import Language
import Library
import Machine

/// A running program behind all front ends: prompt, script, lesson, tests. They differ only in where text comes from
/// and output goes.
package final class Session {
  package let machine: Machine
  package let effects: Effects
  /// Whether a failed statement is rolled back, except `rescued`: for interactive use. Values that it changes in place
  /// are copied first.
  package var rollsBackFailedStatements = false

  /// The result of running a text.
  package enum Outcome {
    /// The value of the last statement, if it is an expression with a value.
    case value(Value)
    case done
    /// One or more errors, in source order; the statements before a runtime error have run.
    case failed([Diagnostic])
    case interrupted(Diagnostic)

    package var isSuccess: Bool {
      switch self {
      case .value, .done: true
      case .failed, .interrupted: false
      }
    }
  }

  package init(
    effects: Effects, threads: Int = ThreadPool.defaultThreads, backend: (any Backend)? = nil, collectsAlways: Bool = false, heapBudget: Int = 4 << 30
  ) {
    self.effects = effects
    let engine = Engine(backend ?? Backends.chosen(threads: threads))
    machine = Machine(engine: engine, effects: effects, heapBudget: heapBudget, collectsAlways: collectsAlways)
    Library.install(in: machine)
    Display.install(in: machine)
  }

  /// Runs statements in order. If the text has syntax errors, nothing runs.
  package func run(_ text: String, named name: String) -> Outcome { run(Source(name: name, text: text)) }

  /// Extensions of files that `save` writes, and of text.
  package static let dataExtensions = Library.savedExtensions + [".txt", ".json"]

  /// The instructions of a text, as lines. Throws a fault if the text has a syntax error.
  package func listing(of text: String, named name: String) throws -> String {
    let source = Source(name: name, text: text)
    if let first = Parser.parse(source).diagnostics.first { throw Fault(first) }
    return try machine.listing(of: source)
  }

  /// `finished` is called after each statement that ran without an error. Showing the last value is part of its
  /// statement, since tensors are evaluated lazily.
  package func run(_ source: Source, finished: (Statement) -> Void = { _ in }, showing show: (Value) throws -> Void = { _ in }) -> Outcome {
    let parsed = Parser.parse(source)
    machine.rescue = .nothing
    guard parsed.diagnostics.isEmpty else { return .failed(parsed.diagnostics) }
    var last: Value?
    let statements = parsed.program.statements
    for (index, (statement, fingerprint)) in zip(statements, parsed.fingerprints).enumerated() {
      do {
        last = try attempt(statement) {
          let value = try evaluate(statement, of: source, fingerprint)
          // If its output cannot be written, the program fails.
          if let failure = effects.console.failure { throw failure }
          guard case .expression = statement.kind, value.tag != .nothing else { return nil }
          if index == statements.count - 1 { try show(machine.keep(value)) }
          return value
        }
        finished(statement)
      } catch let fault as Fault {
        return failure(fault)
      } catch {
        return .failed([Diagnostic(MachineErrors.raised, "\(error)")])
      }
    }
    return last.map { .value($0) } ?? .done
  }

  private func attempt(_ statement: Statement, _ body: () throws -> Value?) throws -> Value? {
    rollsBackFailedStatements ? try machine.history.attempt(changing: machine.history.names(changedBy: [statement]), body) : try body()
  }

  private func evaluate(_ statement: Statement, of source: Source, _ fingerprint: UInt64) throws -> Value {
    machine.statementEffects = []
    machine.beginStatement(fingerprint)
    return try machine.run(statement, of: source)
  }

  /// If a statement trained a model and then failed, binds the model to `rescued`.
  private func failure(_ fault: Fault) -> Outcome {
    let diagnostic = diagnostic(of: fault)
    return diagnostic.id == MachineErrors.interrupted ? .interrupted(diagnostic) : .failed([diagnostic])
  }

  /// Whether the last statement trained a model.
  package var hasRescued: Bool { machine.rescue.tag == .model && machine.models.isBuilt(machine.rescue) }

  /// Converts a fault to a diagnostic and prepares the session for the next statement.
  func diagnostic(of fault: Fault) -> Diagnostic {
    if hasRescued { machine.setGlobal("rescued", machine.rescue) }
    machine.trace = nil
    let diagnostic = fault.diagnostic.inUserCode
    if diagnostic.id == MachineErrors.interrupted { effects.cancellation.clear() }
    return diagnostic
  }

  /// Whether a text is an incomplete statement that further lines may complete.
  package static func isIncomplete(_ text: String) -> Bool {
    Parser.parse(Source(name: "", text: text)).isIncomplete
  }

  package func help(_ name: String) throws -> String { try Help.text(named: name, machine) }

  package func helpOverview() throws -> String { try Help.overview(machine) }

  /// The result of `source` for a name or a chain of fields: `m.sample`.
  package func source(_ path: String) throws -> String {
    guard let value = plainValue(path) else { throw Help.unknown(path, machine) }
    return try Help.source(of: value, machine)
  }

  /// The result of `help` for a name or a chain of fields.
  package func helpForValue(_ path: String) throws -> String {
    guard let value = plainValue(path) else { throw Help.unknown(path, machine) }
    return try Help.text(for: value, machine, isName: false)
  }
}
