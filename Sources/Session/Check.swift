import Diagnostics
import Effects
import Engine
import Language
import Library
import Machine

/// The results of checking a program without running it.
package struct CheckReport {
  package let errors: [Diagnostic]
  package let notes: [CheckPolicy.Note]
}

extension Session {
  /// A session that executes programs on shapes: it reads only headers of data, and does not train or have side
  /// effects.
  package static func forChecking(_ effects: Effects) -> Session {
    let session = Session(effects: effects, threads: 1)
    session.machine.policy = CheckPolicy()
    session.machine.engine.infersShapesOnly = true
    session.machine.setGlobal("args", .unknown)
    return session
  }

  /// The maximum number of calls and loop passes for one path through a statement, and of paths through one statement.
  private static let budget = 10_000
  private static let ways = 48

  /// Executes every statement on all paths, then the functions that were not called.
  package func check(_ text: String, named name: String) -> CheckReport {
    let source = Source(name: name, text: text)
    let parsed = Parser.parse(source)
    guard parsed.diagnostics.isEmpty, let checking = machine.policy as? CheckPolicy else { return CheckReport(errors: parsed.diagnostics, notes: []) }
    var errors: [Diagnostic] = []
    var known: Set<Place> = []
    func add(_ diagnostic: Diagnostic) { if known.insert(Place(diagnostic)).inserted { errors.append(diagnostic) } }
    for diagnostic in NameCheck(parsed.program, source, machine.libraryNames() + ["args"]).errors { add(diagnostic) }
    for (statement, fingerprint) in zip(parsed.program.statements, parsed.fingerprints) {
      let names = machine.history.names(changedBy: [statement])
      if case .test(let name, let body) = statement.kind {
        explore(names, checking, add) {
          self.machine.beginStatement(fingerprint)
          try self.machine.run(test: body, named: name, of: source)
        }
      } else {
        let isWhole = explore(names, checking, add) {
          self.machine.beginStatement(fingerprint)
          _ = try self.machine.run(statement, of: source)
        }
        if !isWhole { machine.forgetNames(boundBy: statement) }
      }
    }
    for function in machine.uncalledFunctions(of: source) {
      explore(.none, checking, add) { try self.machine.callWithUnknowns(function) }
    }
    let sorted = errors.sorted { ($0.span?.focus ?? 0) < ($1.span?.focus ?? 0) }
    return CheckReport(errors: sorted, notes: checking.notes)
  }

  /// Two errors with the same key are duplicates.
  private struct Place: Hashable {
    let id: DiagnosticID
    let start: Int?
    let source: ObjectIdentifier?

    init(_ diagnostic: Diagnostic) {
      id = diagnostic.id
      start = diagnostic.span?.start
      source = diagnostic.span.map { ObjectIdentifier($0.source) }
    }
  }

  /// Runs `body`, which may change `names`, once for each path through it, always from the same state, and joins the
  /// resulting states. Returns false if every path failed.
  @discardableResult
  private func explore(_ names: ChangedNames, _ checking: CheckPolicy, _ add: (Diagnostic) -> Void, _ body: () throws -> Void) -> Bool {
    let mark = machine.keptCount
    defer { machine.releaseKept(after: mark) }
    let before = machine.history.snapshot(of: names)
    var waiting: [[CheckPolicy.Site: Bool]] = [[:]]
    var turned: Set<CheckPolicy.Site> = []
    var endings: [Machine.Ending] = []
    var ways = 0
    while let choices = waiting.popLast(), ways < Session.ways {
      ways += 1
      machine.history.restore(before)
      checking.begin(choices, budget: Session.budget)
      do {
        try body()
        endings.append(machine.ending(since: before))
      } catch let fault as Fault {
        if checking.isCertain(fault.diagnostic.id) { add(fault.diagnostic.inUserCode) }
        machine.trace = nil
      } catch {}
      var path = choices
      for site in checking.chosen {
        if turned.insert(site).inserted {
          var other = path
          other[site] = false
          waiting.append(other)
        }
        path[site] = true
      }
    }
    machine.join(endings, since: before)
    return !endings.isEmpty
  }
}
