import CKernels
import Diagnostics
import Display
import Effects
import Engine
import Language
import Library
import Machine

/// One running program behind every face: prompt, script, lesson, tests. Only where text comes from
/// and where output goes differ.
package final class Session {
  package let machine: Machine
  package let effects: Effects
  /// Whether a statement that fails leaves all names but `rescued`, and randomness, as they were before it: for whoever
  /// goes on from there. What a statement changes in place is copied for it.
  package var withdrawsFailedStatements = false

  /// What a piece of text came to.
  package enum Outcome {
    /// The value of the last statement, if it was an expression with one.
    case value(Value)
    case done
    /// One or more errors, in the order of the text; statements before a runtime error have run.
    case failed([Diagnostic])
    case interrupted(Diagnostic)

    package var isSuccess: Bool {
      switch self {
      case .value, .done: true
      case .failed, .interrupted: false
      }
    }
  }

  package init(effects: Effects, threads: Int = ThreadPool.preferred, kernels: LoamKernels? = nil, collectsAlways: Bool = false, heapBudget: Int = 4 << 30) {
    self.effects = effects
    let engine = kernels.map { Engine(kernels: $0, threads: threads) } ?? Engine(threads: threads)
    machine = Machine(engine: engine, effects: effects, heapBudget: heapBudget, collectsAlways: collectsAlways)
    Library.install(in: machine)
    Display.install(in: machine)
  }

  /// Runs statements one after the other. A text that cannot be read runs not at all.
  package func run(_ text: String, named name: String) -> Outcome { run(Source(name: name, text: text)) }

  /// `finished` hears of each statement that ran without an error. Showing the last one's value is part of that
  /// statement, since a tensor is computed when somebody looks at it.
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
          // A program whose output goes nowhere has failed, whatever else it does.
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
    withdrawsFailedStatements ? try machine.attempt(changing: machine.names(changedBy: [statement]), body) : try body()
  }

  private func evaluate(_ statement: Statement, of source: Source, _ fingerprint: UInt64) throws -> Value {
    machine.statementEffects = []
    machine.beginStatement(fingerprint)
    return try machine.run(statement, of: source)
  }

  /// A statement that trained a model and then failed leaves the model in `rescued`.
  private func failure(_ fault: Fault) -> Outcome {
    let diagnostic = diagnostic(of: fault)
    return diagnostic.id == MachineErrors.interrupted ? .interrupted(diagnostic) : .failed([diagnostic])
  }

  /// Whether the last statement trained a model.
  package var hasRescued: Bool { machine.rescue.tag == .model && machine.isBuilt(machine.rescue) }

  /// A fault as it is told; the session is ready for the next statement.
  func diagnostic(of fault: Fault) -> Diagnostic {
    if hasRescued { machine.setGlobal("rescued", machine.rescue) }
    machine.trace = nil
    let diagnostic = fault.diagnostic.inUserCode
    if diagnostic.id == MachineErrors.interrupted { effects.cancellation.clear() }
    return diagnostic
  }

  /// Whether a text is the beginning of a statement that more lines may end.
  package static func isIncomplete(_ text: String) -> Bool {
    Parser.parse(Source(name: "", text: text)).isIncomplete
  }

  package func help(_ name: String) throws -> String { try Help.text(named: name, machine) }

  package func helpOverview() throws -> String { try Help.overview(machine) }

  /// What `source` gives for a name, or for a field behind names: `m.sample`.
  package func source(_ path: String) throws -> String {
    guard let value = plainValue(path) else { throw Help.unknown(path, machine) }
    return try Help.source(of: value, machine)
  }

  /// What `help` shows for a name, or for a field behind names.
  package func helpForValue(_ path: String) throws -> String {
    guard let value = plainValue(path) else { throw Help.unknown(path, machine) }
    return try Help.text(for: value, machine, isName: false)
  }
}
