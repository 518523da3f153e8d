import Diagnostics
import Language

// A check runs a statement once for each path through it, and calls the functions that the program does not call.
extension Machine {
  /// The state after one of several runs of a statement, all from the same initial state.
  package struct Ending {
    fileprivate let globals: [(name: Symbol, value: Value)]
    fileprivate let seed: UInt64
    fileprivate let events: [StatementRuns.Event]
  }

  package func ending(since before: Snapshot) -> Ending {
    let now = history.snapshot(of: before.names)
    return Ending(globals: now.globals, seed: seed, events: runs.events(since: before.logPosition))
  }

  /// Sets the state to what all runs have in common.
  package func join(_ endings: [Ending], since before: Snapshot) {
    history.restore(before)
    guard let first = endings.first else { return }
    runs.replay(first.events)
    seed = first.seed
    for (index, (name, value)) in first.globals.enumerated() {
      let joined = endings.dropFirst().reduce(value) { join($0, $1.globals[index].value) }
      share(joined)
      program[name] = joined
    }
  }

  /// Sets the variables that a failed statement assigns to unknown.
  package func forgetNames(boundBy statement: Statement) {
    for name in Names([statement]).bound { program[symbols.intern(name)] = .unknown }
  }

  /// Functions of a program that have not been called.
  package func uncalledFunctions(of source: Source) -> [Value] {
    guard let checking = policy as? CheckPolicy else { return [] }
    return boundNames(in: program).map { program[symbols.intern($0)] }.filter { value in
      guard value.tag == .closure else { return false }
      let prototype = prototype(of: value)
      return prototype.source === source && !checking.entered.contains(prototype.identity)
    }
  }

  /// Calls a function with unknown arguments.
  package func callWithUnknowns(_ function: Value) throws {
    let parameters = prototype(of: function).parameters
    _ = try call(function, parameters.filter(\.isRequired).map { _ in .unknown })
  }
}
