import Effects
import Synchronization

/// Runs independent jobs on all threads of an engine, with cancellation.
package struct Workers {
  private let pool: ThreadPool
  private let cancellation: Cancellation?

  package init(_ engine: Engine, _ cancellation: Cancellation? = nil) {
    pool = engine.pool
    self.cancellation = cancellation
  }

  /// A suitable number of jobs per batch when results are held in memory: a few per thread.
  package var batchSize: Int { 16 * pool.threads }

  package func throwIfInterrupted() throws { if cancellation?.isRequested == true { throw Interrupted() } }

  /// Calls `job` with each index below `count`. Rethrows the error of the lowest index that fails, for any number of
  /// threads: jobs start in order, and every started job finishes.
  package func forEach(_ count: Int, _ job: (Int) throws -> Void) throws {
    guard pool.threads > 1, count > 1 else {
      for index in 0..<count {
        try throwIfInterrupted()
        try job(index)
      }
      return
    }
    let progress = JobCounter()
    withoutActuallyEscaping(job) { job in
      let cancellation = cancellation
      let step = Step("jobs", 0, units: min(pool.threads, count), grain: 1) { _, _, _ in
        while let index = progress.next(below: count, cancellation) {
          do { try job(index) } catch { progress.fail(index, error) }
        }
      }
      pool.run(step)
    }
    try progress.finish(count)
  }

  /// Calls `job` with ranges of about `grain` indices that cover 0..<count; errors as for `forEach`.
  package func forEachRange(_ count: Int, grain: Int, _ job: (Range<Int>) throws -> Void) throws {
    let size = max(1, min(grain, (count + 4 * pool.threads - 1) / (4 * pool.threads)))
    try forEach((count + size - 1) / size) { try job($0 * size..<min(count, ($0 + 1) * size)) }
  }

  /// The results of jobs, in order.
  package func map<T>(_ count: Int, _ job: (Int) throws -> T) throws -> [T] {
    let results = UnsafeMutableBufferPointer<T?>.allocate(capacity: count)
    results.initialize(repeating: nil)
    defer {
      results.deinitialize()
      results.deallocate()
    }
    try forEach(count) { results[$0] = try job($0) }
    return results.compactMap { $0 }
  }
}

/// Thrown if the user pressed Ctrl-C before all jobs were done.
package struct Interrupted: Error {
  package init() {}
}

/// The job counter, shared by the threads.
private final class JobCounter: Sendable {
  private struct State {
    var next = 0
    var failure: (index: Int, error: any Error)?
  }

  private let state = Mutex(State())

  func next(below count: Int, _ cancellation: Cancellation?) -> Int? {
    state.withLock { state in
      guard state.failure == nil, state.next < count, cancellation?.isRequested != true else { return nil }
      state.next += 1
      return state.next - 1
    }
  }

  func fail(_ index: Int, _ error: any Error) {
    state.withLock { if index < $0.failure?.index ?? .max { $0.failure = (index, error) } }
  }

  func finish(_ count: Int) throws {
    try state.withLock {
      if let failure = $0.failure { throw failure.error }
      guard $0.next == count else { throw Interrupted() }
    }
  }
}
