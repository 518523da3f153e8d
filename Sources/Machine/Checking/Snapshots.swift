import Diagnostics
import Engine
import Language

// The state of a program between statements: since values never change under their holders, keeping
// it is keeping its names.
extension Machine {
  package struct Snapshot {
    var globals: [Value]
    let seed: UInt64
    let statementRuns: [UInt64: UInt64]
    /// Files that were imported later are read again; nil where that makes no difference.
    var imported: [String: Imports.Entry]?
  }

  package func snapshot() -> Snapshot {
    let snapshot = state()
    for value in snapshot.globals where value.isHeap { _ = keep(value) }
    return snapshot
  }

  private func state() -> Snapshot {
    let globals = (0..<symbols.count).map { program.globals[$0] }
    for value in globals { share(value) }
    return Snapshot(globals: globals, seed: seed, statementRuns: statementRuns)
  }

  package func restore(_ snapshot: Snapshot) {
    for index in 0..<symbols.count { program.globals[index] = index < snapshot.globals.count ? snapshot.globals[index] : .undefined }
    resume(seed: snapshot.seed, statementRuns: snapshot.statementRuns)
    if let imported = snapshot.imported { imports.done = imported }
  }

  // MARK: States to go back to

  /// Keeps the state of now; beyond `limit` states, or `bytes` of tensors and models that only they hold,
  /// the oldest are let go. How many are kept.
  package func rememberState(limit: Int, bytes: Int) -> Int {
    pushState()
    if pastStates.count > limit { pastStates.removeFirst(pastStates.count - limit) }
    // What the newest holds, the program holds too. From there back, each value counts where it is met first.
    var seen = Set((pastStates.last?.globals ?? []).lazy.filter(\.isHeap).map(\.bits))
    var held = 0
    for (index, state) in pastStates.enumerated().reversed() {
      for value in state.globals where value.isHeap && seen.insert(value.bits).inserted {
        if value.tag == .tensor || value.tag == .model || value.tag == .foreign { held += footprint(of: value) }
      }
      if held > bytes {
        pastStates.removeFirst(index + 1)
        break
      }
    }
    return pastStates.count
  }

  private func pushState() {
    var now = state()
    now.imported = imports.done
    pastStates.append(now)
  }

  /// Runs what changes names only if it ends well: where it fails, names and randomness are as before it, so that it
  /// draws the same numbers once its mistake is mended.
  package func attempt<Result>(_ body: () throws -> Result) throws -> Result {
    pushState()
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
    guard let last = pastStates.last else { return false }
    let exception = name.flatMap { symbols.existing($0) }
    return (0..<symbols.count).contains { index in
      if let exception, Int(exception.id) == index { return false }
      let (now, before) = (program.globals[index], index < last.globals.count ? last.globals[index] : .undefined)
      return now.tag != before.tag || now.bits != before.bits
    }
  }

  package func forgetRememberedState() { _ = pastStates.popLast() }

  /// Goes back to the state remembered last, and forgets it.
  package func returnToRememberedState() {
    if let last = pastStates.popLast() { restore(last) }
  }

  /// Goes back to the state remembered last, and keeps the present one to return to.
  package func undoToRememberedState() {
    var now = state()
    now.imported = imports.done
    undoneStates.append(now)
    returnToRememberedState()
  }

  /// Returns to the state that was left last by going back.
  package func redoUndoneState() {
    if let last = undoneStates.popLast() { restore(last) }
  }

  package func forgetUndoneStates() { undoneStates = [] }

  /// Takes all names of the program away, and begins randomness anew.
  package func forgetAllNames() {
    restore(Snapshot(globals: [], seed: 0, statementRuns: [:], imported: [:]))
  }

  // MARK: Several ways

  /// What is known whichever of several ways was gone.
  package func joined(_ endings: [Snapshot]) -> Snapshot {
    var result = endings[0]
    for ending in endings.dropFirst() {
      for index in ending.globals.indices {
        if index < result.globals.count {
          result.globals[index] = join(result.globals[index], ending.globals[index])
        } else {
          result.globals.append(ending.globals[index])
        }
      }
    }
    for value in result.globals where value.isHeap { share(keep(value)) }
    return result
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
