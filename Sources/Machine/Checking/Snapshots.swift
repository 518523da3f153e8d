import Diagnostics
import Engine
import Language

// The state of a program between statements: since values never change under their holders, keeping it is keeping what
// the names stand for that a statement may give another value.
extension Machine {
  package struct Snapshot {
    /// The names that are kept, and what they stand for.
    var globals: [(name: Symbol, value: Value)]
    let seed: UInt64
    /// The moment that the counts of statements' runs go back to.
    let moment: Int
    /// The runs of statements that going back took off the counts.
    var runs: [StatementRuns.Event] = []
    /// Files that were imported later are read again; nil where that makes no difference.
    var imported: [String: Imports.Entry]?
  }

  /// Names of the program that may be given another value.
  package struct ChangedNames {
    let symbols: [Symbol]
    package static var none: ChangedNames { ChangedNames(symbols: []) }
  }

  /// The names that running `statements` may give another value, and those that a session gives one beside them.
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
    return Snapshot(globals: globals, seed: seed, moment: runs.moment)
  }

  package func restore(_ snapshot: Snapshot) {
    for (name, value) in snapshot.globals { program[name] = value }
    seed = snapshot.seed
    runs.goBack(to: snapshot.moment)
    if let imported = snapshot.imported { imports.done = imported }
  }

  // MARK: States to go back to

  /// Keeps what `names` stand for now; beyond `limit` states, or `bytes` of tensors and models that only they hold,
  /// the oldest are let go. How many are kept.
  package func rememberState(of names: ChangedNames, limit: Int, bytes: Int) -> Int {
    pushState(of: names)
    if pastStates.count > limit { pastStates.removeFirst(pastStates.count - limit) }
    // From the newest back, each value counts where it is met first; what a name still stands for, the program holds.
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

  /// Runs what changes `names` only if it ends well: where it fails, names and randomness are as before it, so that it
  /// draws the same numbers once its mistake is mended.
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

  /// Whether a name has another value than in the state remembered last.
  package func differsFromRememberedState(except name: String? = nil) -> Bool {
    let exception = name.flatMap { symbols.existing($0) }
    return pastStates.last?.globals.contains { $0.name != exception && (program[$0.name].tag != $0.value.tag || program[$0.name].bits != $0.value.bits) }
      ?? false
  }

  package func forgetRememberedState() { _ = pastStates.popLast() }

  /// Goes back to the state remembered last, and forgets it.
  package func returnToRememberedState() {
    if let last = pastStates.popLast() { restore(last) }
  }

  /// Goes back to the state remembered last, and keeps the present one to return to.
  package func undoToRememberedState() {
    guard let last = pastStates.last else { return }
    var now = state(of: ChangedNames(symbols: last.globals.map(\.name)))
    now.imported = imports.done
    now.runs = runs.events(since: last.moment)
    undoneStates.append(now)
    returnToRememberedState()
  }

  /// The names that returning to the state left last may give another value.
  package var undoneNames: ChangedNames { ChangedNames(symbols: undoneStates.last?.globals.map(\.name) ?? []) }

  /// Returns to the state that was left last by going back.
  package func redoUndoneState() {
    guard let last = undoneStates.popLast() else { return }
    restore(last)
    runs.repeating(last.runs)
  }

  package func forgetUndoneStates() { undoneStates = [] }

  /// Takes all names of the program away, and begins randomness anew.
  package func forgetAllNames() {
    for name in allNames.symbols { program[name] = .undefined }
    reseed(0)
    imports.done = [:]
  }

  // MARK: Several ways

  /// What one of several ways through a statement left, all from the same state before it.
  package struct Ending {
    fileprivate let globals: [(name: Symbol, value: Value)]
    fileprivate let seed: UInt64
    fileprivate let events: [StatementRuns.Event]
  }

  package func ending(since before: Snapshot) -> Ending {
    let now = snapshot(of: ChangedNames(symbols: before.globals.map(\.name)))
    return Ending(globals: now.globals, seed: seed, events: runs.events(since: before.moment))
  }

  /// Sets what is known whichever of several ways was gone.
  package func join(_ endings: [Ending], since before: Snapshot) {
    restore(before)
    guard let first = endings.first else { return }
    runs.repeating(first.events)
    seed = first.seed
    for (index, (name, value)) in first.globals.enumerated() {
      let joined = endings.dropFirst().reduce(value) { join($0, $1.globals[index].value) }
      share(joined)
      program[name] = joined
    }
  }

  /// Names that a statement would have bound, had it not failed.
  package func forgetNames(boundBy statement: Statement) {
    for name in Names([statement]).bound { program[symbols.intern(name)] = .unknown }
  }

  /// Functions of a program that no statement has called.
  package func uncalledFunctions(of source: Source) -> [Value] {
    guard let checking else { return [] }
    return boundNames(in: program).map { program[symbols.intern($0)] }.filter { value in
      guard value.tag == .closure else { return false }
      let prototype = prototype(of: value)
      return prototype.source === source && !checking.entered.contains(prototype.identity)
    }
  }

  /// Calls a function with values that only a run would know.
  package func callWithUnknowns(_ function: Value) throws {
    let parameters = prototype(of: function).parameters
    _ = try call(function, parameters.filter(\.isRequired).map { _ in .unknown })
  }
}
