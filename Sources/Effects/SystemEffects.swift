import Diagnostics
import Glibc

/// The console of the process: standard output, buffered if it is not a terminal, and standard error.
package final class SystemConsole: Console {
  private let kind: Terminal?
  private var waiting: [UInt8] = []
  package private(set) var failure: Fault?

  package init() {
    let name = Terminal.environment("TERM")
    if isatty(1) == 1, name != "dumb", name != "" {
      let colours = Terminal.environment("COLORTERM")
      kind = Terminal(
        columns: 80,
        trueColour: colours == "truecolor" || colours == "24bit",
        showsColours: getenv("NO_COLOR") == nil, graphics: .of(Terminal.environment), reflows: Terminal.reflows(Terminal.environment))
    } else {
      kind = nil
    }
  }

  /// With its current width.
  package var terminal: Terminal? { kind?.with(columns: Terminal.columns(of: 1)) }

  deinit { flush() }

  package func write(_ text: String) {
    waiting += Array(text.utf8)
    if kind != nil || waiting.count > 1 << 15 { flush() }
  }

  package func writeError(_ text: String) {
    flush()
    writeAll(Array(text.utf8), to: 2)
  }

  /// Reports the first failure on standard error; later output is dropped.
  package func flush() {
    let code = failure == nil ? writeAll(waiting, to: 1) : 0
    waiting.removeAll(keepingCapacity: true)
    guard code != 0 else { return }
    if code == EPIPE { endAsBrokenPipe() }
    let fault = Fault(FileErrors.unwritable, "standard output cannot be written: \(String(cString: strerror(code)))")
    failure = fault
    writeAll(Array("error: \(fault.diagnostic.message)\n".utf8), to: 2)
  }

  /// The pipe is closed (`| head -1`): ends the process silently with SIGPIPE, as Unix tools do, even if the parent
  /// process ignores that signal.
  private func endAsBrokenPipe() -> Never {
    signal(SIGPIPE, SIG_DFL)
    raise(SIGPIPE)
    _exit(141)
  }
}

/// Writes all bytes. Returns an `errno`, or 0 on success.
@discardableResult
func writeAll(_ bytes: [UInt8], to file: Int32) -> Int32 {
  var written = 0
  while written < bytes.count {
    let count = bytes.withUnsafeBytes {
      Glibc.write(file, $0.baseAddress.map { $0 + written }, bytes.count - written)
    }
    if count < 0, errno == EINTR { continue }
    guard count > 0 else { return count < 0 ? errno : EIO }
    written += count
  }
  return 0
}

package final class SystemClock: Clock {
  package init() {}

  package var seconds: Double { read(CLOCK_MONOTONIC) }
  package var date: Double { read(CLOCK_REALTIME) }

  private func read(_ clock: clockid_t) -> Double {
    var time = timespec()
    clock_gettime(clock, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
  }
}
