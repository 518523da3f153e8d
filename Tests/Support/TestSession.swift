import Diagnostics
import Effects
import Engine
import Session

/// A session for tests, with what it printed.
package final class TestSession {
  package let console = RecordingConsole()
  package let session: Session
  package let interrupter: Interrupter
  private let effects: Effects

  package init(
    threads: Int = 1, kernels: String? = nil, backend: (any Backend)? = nil, collectsAlways: Bool = false, interruptAfter steps: Int? = nil,
    requests: Int32 = 1, files: any FileAccess = SystemFiles(), heapBudget: Int = 4 << 30, cache: (any Cache)? = nil,
    entropy: (any Entropy)? = SystemEntropy()
  ) {
    let cancellation = Cancellation.never()
    interrupter = Interrupter(cancellation, afterSteps: steps, requests: requests)
    let effects = Effects(
      console: console, files: files, clock: SystemClock(), cancellation: cancellation, progress: interrupter, cache: cache, entropy: entropy)
    self.effects = effects
    session = Session(
      effects: effects, threads: threads, backend: backend ?? kernels.flatMap { CPUBackend(instructionSet: $0, threads: threads) },
      collectsAlways: collectsAlways, heapBudget: heapBudget)
  }

  /// A session that only checks, in the same world.
  package var checking: Session { Session.forChecking(effects) }

  @discardableResult package func run(_ text: String, named name: String = "test") -> Session.Outcome { session.run(text, named: name) }

  /// What a program prints, and behind it the report of the error that ended it.
  package static func printed(_ text: String, threads: Int = 1, kernels: String? = nil) -> String {
    let test = TestSession(threads: threads, kernels: kernels)
    let outcome = test.run(text)
    return test.console.output + (outcome.report ?? "")
  }
}

extension Session.Outcome {
  package var diagnostics: [Diagnostic] {
    switch self {
    case .failed(let diagnostics): diagnostics
    case .interrupted(let diagnostic): [diagnostic]
    default: []
    }
  }

  package var report: String? { diagnostics.isEmpty ? nil : diagnostics.map { Report($0).text }.joined(separator: "\n") }
}
