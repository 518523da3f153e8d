/// How often each statement's text has run since `seed`, with the way back: what a statement that failed has counted is
/// taken off again, at the cost of that statement alone.
struct StatementRuns {
  private var counts: [UInt64: UInt64] = [:]
  private var log: [Event] = []

  enum Event {
    case run(UInt64)
    case reset(from: [UInt64: UInt64])
  }

  /// Counts a run; how many there were before.
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

  /// A moment to go back to.
  var moment: Int { log.count }

  mutating func goBack(to moment: Int) {
    while log.count > moment, let event = log.popLast() {
      switch event {
      case .run(let fingerprint):
        let count = counts[fingerprint, default: 1]
        counts[fingerprint] = count > 1 ? count - 1 : nil
      case .reset(let before): counts = before
      }
    }
  }

  func events(since moment: Int) -> [Event] { Array(log[min(moment, log.count)...]) }

  mutating func repeating(_ events: [Event]) {
    for event in events {
      switch event {
      case .run(let fingerprint): _ = next(fingerprint)
      case .reset: reset()
      }
    }
  }
}
