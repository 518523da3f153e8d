import Effects
import Glibc

/// Stops work that exceeds a time limit, like a second Ctrl-C: a waiting thread sets the flag. The lock is POSIX's, since
/// Swift's `Mutex` has no wait with a time limit.
package final class TimeLimit: @unchecked Sendable {
  package let seconds: Double
  private let cancellation: Cancellation
  /// Called with the name of the work if it does not react for the same time again, and at least ten seconds.
  private let onUnresponsive: @Sendable (String) -> Void
  private let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
  private let condition = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)
  // Guarded by the mutex.
  private var isDone = true
  private var isRaised = false
  private var name = ""

  package init(seconds: Double, _ cancellation: Cancellation, onUnresponsive: @escaping @Sendable (String) -> Void = { _ in }) {
    self.seconds = seconds
    self.cancellation = cancellation
    self.onUnresponsive = onUnresponsive
    pthread_mutex_init(mutex, nil)
    var attributes = pthread_condattr_t()
    pthread_condattr_init(&attributes)
    pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC)
    pthread_cond_init(condition, &attributes)
    pthread_condattr_destroy(&attributes)
  }

  deinit {
    pthread_cond_destroy(condition)
    pthread_mutex_destroy(mutex)
    condition.deallocate()
    mutex.deallocate()
  }

  /// Runs the body; returns whether it exceeded the limit.
  package func watch<Result>(_ name: String = "", _ body: () -> Result) -> (result: Result, isOver: Bool) {
    (isDone, isRaised, self.name) = (false, false, name)
    var thread = pthread_t()
    let me = Unmanaged.passRetained(self)
    let wait: @convention(c) (UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? = { limit in
      if let limit { Unmanaged<TimeLimit>.fromOpaque(limit).takeRetainedValue().wait() }
      return nil
    }
    let started = pthread_create(&thread, nil, wait, me.toOpaque()) == 0
    if !started { me.release() }
    let result = body()
    pthread_mutex_lock(mutex)
    isDone = true
    pthread_cond_signal(condition)
    pthread_mutex_unlock(mutex)
    if started { pthread_join(thread, nil) }
    // A late request must not affect the next cell.
    if isRaised { cancellation.clear() }
    return (result, isRaised)
  }

  private func wait() {
    pthread_mutex_lock(mutex)
    defer { pthread_mutex_unlock(mutex) }
    guard !sleep(seconds) else { return }
    isRaised = true
    cancellation.flag.pointee = 2
    guard !sleep(max(10, seconds)) else { return }
    onUnresponsive(name)
  }

  /// Waits until the body is done, or for this many seconds; returns whether it is done.
  private func sleep(_ seconds: Double) -> Bool {
    var end = timespec()
    clock_gettime(CLOCK_MONOTONIC, &end)
    let nanoseconds = Double(end.tv_nsec) + (seconds - seconds.rounded(.down)) * 1e9
    end.tv_sec += Int(seconds.rounded(.down)) + (nanoseconds >= 1e9 ? 1 : 0)
    end.tv_nsec = Int(nanoseconds) % 1_000_000_000
    while !isDone {
      if pthread_cond_timedwait(condition, mutex, &end) == ETIMEDOUT { return isDone }
    }
    return true
  }
}
