import Glibc

/// Progress on standard error: one live line on a terminal, and permanent lines.
package final class SystemProgress: ProgressSink {
  private let live: Bool
  private let reflows: Bool
  private let clock = SystemClock()
  private var lastShown = -1.0
  /// The width of the live line, in terminal cells.
  private var cells = 0

  package init() {
    live = isatty(2) == 1
    reflows = Terminal.reflows(Terminal.environment)
  }

  package func update(_ line: @autoclosure () -> String) {
    guard live else { return }
    let now = clock.seconds
    guard now - lastShown > 0.1 else { return }
    lastShown = now
    // A line that wraps could not be erased, also if the terminal adds `^C` to it.
    let columns = columns
    let text = line().prefix(max(columns - 3, 1))
    put(erasing(columns) + text)
    cells = text.count
  }

  package func writeLine(_ line: String) {
    put((live ? erasing(columns) : "") + line + "\n")
    cells = 0
  }

  package func clear() {
    guard live, cells > 0 else { return }
    put(erasing(columns))
    (cells, lastShown) = (0, -1)
  }

  /// In a log, an epoch of a second is not worth a line.
  package var permanentLines: PermanentLines { live ? .last : .every(seconds: 5) }

  private var columns: Int { max(Terminal.columns(of: 2) ?? 80, 2) }

  /// Erases the live line, which occupies several rows if the window became narrower.
  private func erasing(_ columns: Int) -> String {
    let more = reflows ? max(cells - 1, 0) / columns : 0
    return "\r\u{1B}[K" + String(repeating: "\u{1B}[A\u{1B}[K", count: more)
  }

  private func put(_ text: String) { writeAll(Array(text.utf8), to: 2) }
}
