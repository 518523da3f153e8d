import Effects

/// A console that keeps what is written.
package final class RecordingConsole: Console {
  package private(set) var output = ""
  package private(set) var errors = ""
  package let terminal: Terminal?

  package init(_ terminal: Terminal? = nil) { self.terminal = terminal }

  package func write(_ text: String) { output += text }
  package func writeError(_ text: String) { errors += text }
  package func flush() {}
  package func clear() { (output, errors) = ("", "") }
}

/// Shows no progress.
package final class Silence: ProgressSink {
  package init() {}
  package func update(_ line: @autoclosure () -> String) {}
  package func writeLine(_ line: String) {}
}

/// Asks a training to stop after some steps, as Ctrl-C would; does nothing where none is named.
package final class Interrupter: ProgressSink {
  private let cancellation: Cancellation
  private var left: Int?
  private let requests: Int32
  package private(set) var settled: [String] = []

  package init(_ cancellation: Cancellation, afterSteps steps: Int?, requests: Int32 = 1) {
    self.cancellation = cancellation
    self.requests = requests
    left = steps
  }

  package func update(_ line: @autoclosure () -> String) {
    guard let count = left else { return }
    left = count > 1 ? count - 1 : nil
    if count == 1 { cancellation.flag.pointee = requests }
  }

  package func writeLine(_ line: String) { settled.append(line) }
}

extension Effects {
  /// A world of its own for each test.
  package static func forTests(
    console: any Console = RecordingConsole(), files: any FileAccess = SystemFiles(), clock: any Clock = SystemClock(),
    progress: any ProgressSink = Silence(), pictures: (any PictureSink)? = nil
  ) -> Effects {
    Effects(console: console, files: files, clock: clock, cancellation: .never(), progress: progress, pictures: pictures, entropy: SystemEntropy())
  }
}
