import Diagnostics
import Engine
import Language

// The state of a program between statements. Values are copied on write, so it is enough to keep the values of those
// variables that a statement may assign.
extension Machine {
  package struct Snapshot {
    /// The saved variables and their values.
    var globals: [(name: Symbol, value: Value)]
    let seed: UInt64
    /// The position in the log of statement runs to rewind to.
    let logPosition: Int
    /// The statement runs that were undone, for redo.
    var runs: [StatementRuns.Event] = []
    /// The imported files, so that later imports are undone; nil to leave imports alone.
    var imported: [String: Imports.Entry]?
  }

  /// Variables of the program that may be assigned.
  package struct ChangedNames {
    let symbols: [Symbol]
    package static var none: ChangedNames { ChangedNames(symbols: []) }
  }

  /// The variables that `statements` may assign, and those that a session itself assigns.
  package func names(changedBy statements: [Statement]) -> ChangedNames {
    let names = Names(statements)
    return ChangedNames(symbols: Set(names.bound).union(names.changed).union(["rescued", "ans"]).map(symbols.intern))
  }

  package var allNames: ChangedNames { ChangedNames(symbols: (0..<symbols.count).map { Symbol(id: Int32($0)) }) }

  package func snapshot(of names: ChangedNames) -> Snapshot {
    let snapshot = state(of: names)
    for (_, value) in snapshot.globals where value.isHeap { _ = keep(value) }
    return snapshot
  }

  private func state(of names: ChangedNames) -> Snapshot {
    let globals = names.symbols.map { (name: $0, value: program[$0]) }
    for (_, value) in globals { share(value) }
    return Snapshot(globals: globals, seed: seed, logPosition: runs.logPosition)
  }

  package func restore(_ snapshot: Snapshot) {
    for (name, value) in snapshot.globals { program[name] = value }
    seed = snapshot.seed
    runs.rewind(to: snapshot.logPosition)
    if let imported = snapshot.imported { imports.done = imported }
  }

  // MARK: Undo

  /// Saves the current values of `names`, and drops the oldest states beyond `limit` states, or beyond `bytes` of tensors
  /// and models that only saved states refer to. Returns the number of saved states.
  package func rememberState(of names: ChangedNames, limit: Int, bytes: Int) -> Int {
    pushState(of: names)
    if pastStates.count > limit { pastStates.removeFirst(pastStates.count - limit) }
    // Newest first: a value counts toward the newest state that has it, and not at all if the program still has it.
    var seen: Set<Int> = []
    var held = 0
    for (index, state) in pastStates.enumerated().reversed() {
      for (name, value) in state.globals where value.isHeap && program[name].bits != value.bits && seen.insert(value.bits).inserted {
        if value.tag == .tensor || value.tag == .model || value.tag == .foreign { held += footprint(of: value).kept }
      }
      if held > bytes {
        pastStates.removeFirst(index + 1)
        break
      }
    }
    return pastStates.count
  }

  private func pushState(of names: ChangedNames) {
    var now = state(of: names)
    now.imported = imports.done
    pastStates.append(now)
  }

  /// Runs `body`, which may assign `names`. If it throws, restores the variables and the random state, so that the corrected
  /// statement draws the same random numbers.
  package func attempt<Result>(changing names: ChangedNames, _ body: () throws -> Result) throws -> Result {
    pushState(of: names)
    let mark = temporaries.count
    defer { temporaries.removeLast(temporaries.count - mark) }
    do {
      let result = try body()
      forgetRememberedState()
      return result
    } catch {
      returnToRememberedState()
      throw error
    }
  }

  /// Whether a variable differs from the last saved state.
  package func differsFromRememberedState(except name: String? = nil) -> Bool {
    let exception = name.flatMap { symbols.existing($0) }
    return pastStates.last?.globals.contains { $0.name != exception && (program[$0.name].tag != $0.value.tag || program[$0.name].bits != $0.value.bits) }
      ?? false
  }

  package func forgetRememberedState() { _ = pastStates.popLast() }

  /// Restores the last saved state, and drops it.
  package func returnToRememberedState() {
    if let last = pastStates.popLast() { restore(last) }
  }

  /// Restores the last saved state, and keeps the current one for redo.
  package func undoToRememberedState() {
    guard let last = pastStates.last else { return }
    var now = state(of: ChangedNames(symbols: last.globals.map(\.name)))
    now.imported = imports.done
    now.runs = runs.events(since: last.logPosition)
    undoneStates.append(now)
    returnToRememberedState()
  }

  /// The variables that a redo may assign.
  package var undoneNames: ChangedNames { ChangedNames(symbols: undoneStates.last?.globals.map(\.name) ?? []) }

  /// Restores the state before the last undo.
  package func redoUndoneState() {
    guard let last = undoneStates.popLast() else { return }
    restore(last)
    runs.replay(last.runs)
  }

  package func forgetUndoneStates() { undoneStates = [] }

  /// Removes all variables of the program, and resets the random seed to 0.
  package func forgetAllNames() {
    for name in allNames.symbols { program[name] = .undefined }
    reseed(0)
    imports.done = [:]
  }

  // MARK: Branches

  /// The state after one of several runs of a statement, all from the same initial state.
  package struct Ending {
    fileprivate let globals: [(name: Symbol, value: Value)]
    fileprivate let seed: UInt64
    fileprivate let events: [StatementRuns.Event]
  }

  package func ending(since before: Snapshot) -> Ending {
    let now = snapshot(of: ChangedNames(symbols: before.globals.map(\.name)))
    return Ending(globals: now.globals, seed: seed, events: runs.events(since: before.logPosition))
  }

  /// Sets the state to what all runs have in common.
  package func join(_ endings: [Ending], since before: Snapshot) {
    restore(before)
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
