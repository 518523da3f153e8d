/// Counts how often each statement's text has run since `seed`. A log of the counts makes it possible to undo them in time
/// proportional to the undone runs.
struct StatementRuns {
  private var counts: [UInt64: UInt64] = [:]
  private var log: [Event] = []

  enum Event {
    case run(UInt64)
    case reset(from: [UInt64: UInt64])
  }

  /// Counts a run and returns the number of earlier ones.
  mutating func next(_ fingerprint: UInt64) -> UInt64 {
    log.append(.run(fingerprint))
    let before = counts[fingerprint, default: 0]
    counts[fingerprint] = before + 1
    return before
  }

  mutating func reset() {
    log.append(.reset(from: counts))
    counts = [:]
  }

  /// The current position in the log, to rewind to later.
  var logPosition: Int { log.count }

  mutating func rewind(to logPosition: Int) {
    while log.count > logPosition, let event = log.popLast() {
      switch event {
      case .run(let fingerprint):
        let count = counts[fingerprint, default: 1]
        counts[fingerprint] = count > 1 ? count - 1 : nil
      case .reset(let before): counts = before
      }
    }
  }

  func events(since logPosition: Int) -> [Event] { Array(log[min(logPosition, log.count)...]) }

  mutating func replay(_ events: [Event]) {
    for event in events {
      switch event {
      case .run(let fingerprint): _ = next(fingerprint)
      case .reset: reset()
      }
    }
  }
}
