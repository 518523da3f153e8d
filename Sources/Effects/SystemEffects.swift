import Diagnostics
import Glibc

/// The real console: standard output, collected into larger writes where nobody is watching, and
/// standard error.
package final class SystemConsole: Console {
  package let terminal: Terminal?
  private var waiting: [UInt8] = []

  package init() {
    let name = getenv("TERM").map { String(cString: $0) } ?? ""
    if isatty(1) == 1, name != "dumb", name != "" {
      var size = winsize()
      let known = ioctl(1, UInt(TIOCGWINSZ), &size) == 0 && size.ws_col > 0
      func environment(_ key: String) -> String { getenv(key).map { String(cString: $0) } ?? "" }
      let colours = environment("COLORTERM")
      terminal = Terminal(
        columns: known ? Int(size.ws_col) : 80,
        trueColour: colours == "truecolor" || colours == "24bit",
        showsColours: getenv("NO_COLOR") == nil, graphics: .of(environment))
    } else {
      terminal = nil
    }
  }

  deinit { flush() }

  package func write(_ text: String) {
    waiting += Array(text.utf8)
    if terminal != nil || waiting.count > 1 << 15 { flush() }
  }

  package func writeError(_ text: String) {
    flush()
    writeAll(Array(text.utf8), to: 2)
  }

  package func flush() {
    writeAll(waiting, to: 1)
    waiting.removeAll(keepingCapacity: true)
  }
}

/// Writes everything, or gives up silently where the other end has gone.
private func writeAll(_ bytes: [UInt8], to file: Int32) {
  var written = 0
  while written < bytes.count {
    let count = bytes.withUnsafeBytes {
      Glibc.write(file, $0.baseAddress.map { $0 + written }, bytes.count - written)
    }
    if count < 0, errno == EINTR { continue }
    guard count > 0 else { return }
    written += count
  }
}

package final class SystemClock: Clock {
  package init() {}

  package var seconds: Double {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
  }
}

/// Progress on standard error: one live line on a terminal, plain lines for what stays elsewhere.
package final class SystemProgress: ProgressSink {
  private let live: Bool
  private let clock = SystemClock()
  private var lastShown = -1.0

  package init() { live = isatty(2) == 1 }

  package func update(_ line: @autoclosure () -> String) {
    guard live else { return }
    let now = clock.seconds
    guard now - lastShown > 0.1 else { return }
    lastShown = now
    put("\r\u{1B}[K" + line())
  }

  package func settle(_ line: String) { put((live ? "\r\u{1B}[K" : "") + line + "\n") }

  private func put(_ text: String) { writeAll(Array(text.utf8), to: 2) }
}
