import CKernels
import Glibc

/// The threads of an engine. Work is split statically: no result depends on their number.
package final class ThreadPool: @unchecked Sendable {
  private let wanted: Int
  private var pool: OpaquePointer?

  package init(threads: Int) { wanted = max(1, min(threads, 256)) }

  deinit { if let pool { loam_pool_destroy(pool) } }

  /// What `LOAM_THREADS` asks for, or one for each processor this process may use.
  package static var preferred: Int {
    if let text = getenv("LOAM_THREADS"), let count = Int(String(cString: text)), count > 0 { return count }
    return Int(loam_processors())
  }

  package var threads: Int { wanted }

  /// Runs a step, by all threads if it is worth waking them. The threads start at the first need.
  package func run(_ step: Step, _ kernels: borrowing LoamKernels) {
    guard step.units > 0 else { return }
    let parts = wanted == 1 ? 1 : min(wanted, step.units / max(step.grain, 1))
    guard parts > 1 else {
      step.run(0, step.units)
      return
    }
    if pool == nil { pool = loam_pool_create(Int32(wanted)) }
    loam_pool_run(
      pool,
      { context, thread, threads in
        guard let context else { return }
        let step = Unmanaged<Step>.fromOpaque(context).takeUnretainedValue()
        let (thread, threads) = (Int(thread), Int(threads))
        step.run(step.units * thread / threads, step.units * (thread + 1) / threads)
      }, Unmanaged.passUnretained(step).toOpaque())
  }
}
