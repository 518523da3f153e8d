import Effects
import Engine
import Glibc

/// Hands out jobs in order to several threads, and takes their results in the same order. At most `window` jobs are between
/// the two, so a slow picture cannot let the results of the others pile up.
final class JobQueue<Job, Result> {
  private let window: Int
  private let cancellation: Cancellation?
  private let mutex: UnsafeMutablePointer<pthread_mutex_t>
  private let condition: UnsafeMutablePointer<pthread_cond_t>
  private var waiting: [Int: Result] = [:]
  private var started = 0
  private var taken = 0
  private var isTaking = false
  private var isEnded = false
  private var failure: (any Error)?
  /// The largest number of jobs that were in flight at a time.
  private(set) var mostInFlight = 0

  init(window: Int, _ cancellation: Cancellation?) {
    self.window = max(1, window)
    self.cancellation = cancellation
    mutex = .allocate(capacity: 1)
    condition = .allocate(capacity: 1)
    pthread_mutex_init(mutex, nil)
    pthread_cond_init(condition, nil)
  }

  deinit {
    pthread_cond_destroy(condition)
    pthread_mutex_destroy(mutex)
    condition.deallocate()
    mutex.deallocate()
  }

  /// The next job and its number; nil if there are no more, or if the work has failed or was interrupted. `next` is called
  /// by one thread at a time.
  func start(_ next: () throws -> Job?) -> (number: Int, job: Job)? {
    pthread_mutex_lock(mutex)
    defer { pthread_mutex_unlock(mutex) }
    while started - taken >= window, failure == nil, !isEnded { pthread_cond_wait(condition, mutex) }
    guard failure == nil, !isEnded else { return nil }
    if cancellation?.isRequested == true {
      fail(Interrupted())
      return nil
    }
    do {
      guard let job = try next() else {
        isEnded = true
        return nil
      }
      started += 1
      mostInFlight = max(mostInFlight, started - taken)
      return (started - 1, job)
    } catch {
      fail(error)
      return nil
    }
  }

  /// Hands in the result of a job. `take` receives the results in order, from one thread at a time.
  func finish(_ number: Int, _ result: Result, _ take: (Result) throws -> Void) {
    pthread_mutex_lock(mutex)
    defer { pthread_mutex_unlock(mutex) }
    waiting[number] = result
    // The thread that is taking takes this one, too.
    guard !isTaking else { return }
    isTaking = true
    while failure == nil, let first = waiting.removeValue(forKey: taken) {
      pthread_mutex_unlock(mutex)
      let outcome = Swift.Result { try take(first) }
      pthread_mutex_lock(mutex)
      if case .failure(let error) = outcome { fail(error) }
      taken += 1
      pthread_cond_broadcast(condition)
    }
    isTaking = false
  }

  /// Rethrows the first failure; called after all threads have ended.
  func end() throws { if let failure { throw failure } }

  private func fail(_ error: any Error) {
    if failure == nil { failure = error }
    pthread_cond_broadcast(condition)
  }
}
