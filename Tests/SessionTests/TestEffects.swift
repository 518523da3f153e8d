import Engine
import Diagnostics
import Effects
import Machine
import Session

/// A console that keeps what is written.
final class RecordingConsole: Console {
  private(set) var output = ""
  private(set) var errors = ""
  var terminal: Terminal? { nil }
  func write(_ text: String) { output += text }
  func writeError(_ text: String) { errors += text }
  func flush() {}
}

/// Asks a training to stop after some steps, as Ctrl-C would; does nothing where none is named.
final class Interrupter: ProgressSink {
  private let cancellation: Cancellation
  private var left: Int?
  private let requests: Int32
  private(set) var settled: [String] = []

  init(_ cancellation: Cancellation, afterSteps steps: Int?, requests: Int32 = 1) {
    self.cancellation = cancellation
    self.requests = requests
    left = steps
  }

  func update(_ line: @autoclosure () -> String) {
    guard let count = left else { return }
    left = count > 1 ? count - 1 : nil
    if count == 1 { cancellation.flag.pointee = requests }
  }

  func writeLine(_ line: String) { settled.append(line) }
}

/// A session for tests, with what it printed.
final class TestSession {
  let console = RecordingConsole()
  let session: Session
  let interrupter: Interrupter
  private let effects: Effects

  init(
    threads: Int = 1, kernels: String? = nil, backend: (any Backend)? = nil, collectsAlways: Bool = false, interruptAfter steps: Int? = nil,
    requests: Int32 = 1,
    files: any FileAccess = SystemFiles(), heapBudget: Int = 4 << 30, cache: (any Cache)? = nil
  ) {
    let cancellation = Cancellation.never()
    interrupter = Interrupter(cancellation, afterSteps: steps, requests: requests)
    let effects = Effects(console: console, files: files, clock: SystemClock(), cancellation: cancellation, progress: interrupter, cache: cache)
    self.effects = effects
    session = Session(
      effects: effects, threads: threads, backend: backend ?? kernels.flatMap { CPUBackend(instructionSet: $0, threads: threads) },
      collectsAlways: collectsAlways,
      heapBudget: heapBudget)
  }

  /// A session that only checks, in the same world.
  var checking: Session { Session.forChecking(effects) }

  @discardableResult func run(_ text: String, named name: String = "test") -> Session.Outcome { session.run(text, named: name) }

  /// What a program prints, and behind it the report of the error that ended it.
  static func printed(_ text: String, threads: Int = 1, kernels: String? = nil) -> String {
    let test = TestSession(threads: threads, kernels: kernels)
    let outcome = test.run(text)
    return test.console.output + (outcome.report ?? "")
  }
}

extension Session.Outcome {
  var diagnostics: [Diagnostic] {
    switch self {
    case .failed(let diagnostics): diagnostics
    case .interrupted(let diagnostic): [diagnostic]
    default: []
    }
  }

  var report: String? { diagnostics.isEmpty ? nil : diagnostics.map { Report($0).text }.joined(separator: "\n") }
}
