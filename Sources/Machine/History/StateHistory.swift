import Language

/// The saved states of a program: restores them after a statement that failed, and for undo and redo.
package final class StateHistory {
  private unowned let machine: Machine
  /// Saved states for undo, oldest first.
  private var past: [Snapshot] = []
  /// States for redo, the most recent last.
  private var undone: [Snapshot] = []

  init(of machine: Machine) { self.machine = machine }

  /// Marks the values of all saved states, which are roots of the collector.
  func mark(in heap: Heap) {
    for state in past { state.mark(in: heap) }
    for state in undone { state.mark(in: heap) }
  }

  // MARK: Names

  /// The variables that `statements` may assign, and those that a session itself assigns.
  package func names(changedBy statements: [Statement]) -> ChangedNames {
    let names = Names(statements)
    return ChangedNames(symbols: Set(names.bound).union(names.changed).union(["rescued", "ans"]).map(machine.symbols.intern))
  }

  package var allNames: ChangedNames { ChangedNames(symbols: (0..<machine.symbols.count).map { Symbol(id: Int32($0)) }) }

  /// The variables that a redo may assign.
  package var undoneNames: ChangedNames { undone.last?.names ?? .none }

  // MARK: Snapshots

  /// The current state, whose values are kept until the current built-in returns.
  package func snapshot(of names: ChangedNames) -> Snapshot {
    let snapshot = state(of: names)
    for (_, value) in snapshot.globals where value.isHeap { _ = machine.keep(value) }
    return snapshot
  }

  private func state(of names: ChangedNames) -> Snapshot {
    let globals = names.symbols.map { (name: $0, value: machine.program[$0]) }
    for (_, value) in globals { machine.share(value) }
    return Snapshot(globals: globals, seed: machine.seed, logPosition: machine.runs.logPosition)
  }

  private func stateWithImports(of names: ChangedNames) -> Snapshot {
    var now = state(of: names)
    now.imported = machine.imports.done
    return now
  }

  package func restore(_ snapshot: Snapshot) {
    for (name, value) in snapshot.globals { machine.program[name] = value }
    machine.seed = snapshot.seed
    machine.runs.rewind(to: snapshot.logPosition)
    if let imported = snapshot.imported { machine.imports.done = imported }
  }

  // MARK: Saved states

  /// Saves the current values of `names`, and drops the oldest states beyond `limit` states, or beyond `bytes` of tensors
  /// and models that only saved states refer to. Returns the number of saved states.
  package func save(_ names: ChangedNames, limit: Int, bytes: Int) -> Int {
    past.append(stateWithImports(of: names))
    if past.count > limit { past.removeFirst(past.count - limit) }
    // Newest first: a value counts toward the newest state that has it, and not at all if the program still has it.
    var seen: Set<Int> = []
    var held = 0
    for (index, state) in past.enumerated().reversed() {
      for (name, value) in state.globals where value.isHeap && machine.program[name].bits != value.bits && seen.insert(value.bits).inserted {
        if value.tag == .tensor || value.tag == .model || value.tag == .foreign { held += machine.footprint(of: value).kept }
      }
      if held > bytes {
        past.removeFirst(index + 1)
        break
      }
    }
    return past.count
  }

  /// Drops the last saved state.
  package func dropLast() { _ = past.popLast() }

  /// Restores the last saved state, and drops it.
  private func restoreLast() {
    if let last = past.popLast() { restore(last) }
  }

  /// Whether a variable other than `name` differs from the last saved state.
  package func differsFromLast(except name: String? = nil) -> Bool {
    let exception = name.flatMap { machine.symbols.existing($0) }
    return past.last?.globals.contains { name, value in
      let now = machine.program[name]
      return name != exception && (now.tag != value.tag || now.bits != value.bits)
    } ?? false
  }

  /// Runs `body`, which may assign `names`. If it throws, restores the variables and the random state, so that the corrected
  /// statement draws the same random numbers.
  package func attempt<Result>(changing names: ChangedNames, _ body: () throws -> Result) throws -> Result {
    past.append(stateWithImports(of: names))
    let mark = machine.temporaries.count
    defer { machine.temporaries.removeLast(machine.temporaries.count - mark) }
    do {
      let result = try body()
      dropLast()
      return result
    } catch {
      restoreLast()
      throw error
    }
  }

  // MARK: Undo

  /// Restores the last saved state, and keeps the current one for redo.
  package func undo() {
    guard let last = past.last else { return }
    var now = stateWithImports(of: last.names)
    now.runs = machine.runs.events(since: last.logPosition)
    undone.append(now)
    restoreLast()
  }

  /// Restores the state before the last undo.
  package func redo() {
    guard let last = undone.popLast() else { return }
    restore(last)
    machine.runs.replay(last.runs)
  }

  /// Drops the states for redo.
  package func dropUndone() { undone = [] }
}
