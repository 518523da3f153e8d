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

  /// What every thread needs to know of a task.
  private struct Task {
    let step: Unmanaged<Step>
    let scratch: UnsafeMutableRawPointer?
  }

  /// Runs a step, by all threads if it is worth waking them. The threads start at the first need.
  /// `scratch` has the step's room for each thread.
  package func run(_ step: Step, scratch: UnsafeMutableRawPointer? = nil) {
    guard step.units > 0 else { return }
    let parts = wanted == 1 ? 1 : min(wanted, step.units / step.grain)
    guard parts > 1 else {
      step.run(0, step.units, scratch: scratch)
      return
    }
    if pool == nil { pool = loam_pool_create(Int32(wanted)) }
    withUnsafePointer(to: Task(step: .passUnretained(step), scratch: scratch)) { task in
      loam_pool_run(
        pool,
        { context, thread, threads in
          guard let task = context?.assumingMemoryBound(to: Task.self).pointee else { return }
          let step = task.step.takeUnretainedValue()
          let (thread, threads) = (Int(thread), Int(threads))
          step.run(
            step.units * thread / threads, step.units * (thread + 1) / threads,
            scratch: task.scratch.map { $0 + thread * step.scratchBytes })
        }, task)
    }
  }
}
