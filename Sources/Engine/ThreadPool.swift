import CKernels
import Diagnostics
import Glibc

/// The work-stealing thread pool of an engine. Results depend neither on the number of threads nor on which thread
/// computes a piece.
package final class ThreadPool: @unchecked Sendable {
  package let threads: Int
  private var pool: OpaquePointer?

  package init(threads: Int) { self.threads = max(1, min(threads, 256)) }

  deinit { if let pool { loam_pool_destroy(pool) } }

  /// The value of `LOAM_THREADS`, or the number of processors available to this process, rounded up: 2 for a container limited to 1.5.
  package static var defaultThreads: Int {
    if let text = getenv("LOAM_THREADS"), let count = Int(String(cString: text)), count > 0 { return count }
    let processors = Double(loam_processors())
    return Int(min(processors, max(1, (ControlGroup().processors() ?? processors).rounded(.up))))
  }

  /// The context of a parallel run.
  private struct Task {
    let step: Unmanaged<Step>
    let scratch: UnsafeMutableRawPointer?
  }

  /// More pieces than threads, so that a thread that finishes early can steal. A step with scratch memory packs its inputs
  /// once per piece, so it gets one piece per thread.
  private static let piecesPerThread = 2

  /// Runs a step, on all threads if it is large enough. Threads start at the first parallel step. `scratch` holds
  /// `step.scratchBytes` for each thread.
  package func run(_ step: Step, scratch: UnsafeMutableRawPointer? = nil) {
    guard step.units > 0 else { return }
    let maxPieces = step.scratchBytes > 0 ? threads : threads * ThreadPool.piecesPerThread
    let pieces = threads == 1 ? 1 : min(maxPieces, step.units / step.grain)
    guard pieces > 1 else {
      step.run(0, step.units, scratch: scratch)
      return
    }
    if pool == nil { pool = loam_pool_create(Int32(threads)) }
    withUnsafePointer(to: Task(step: .passUnretained(step), scratch: scratch)) { task in
      loam_pool_run(
        pool,
        { context, piece, pieces, thread in
          guard let task = context?.assumingMemoryBound(to: Task.self).pointee else { return }
          let step = task.step.takeUnretainedValue()
          let (piece, pieces) = (Int(piece), Int(pieces))
          step.run(
            step.units * piece / pieces, step.units * (piece + 1) / pieces,
            scratch: task.scratch.map { $0 + Int(thread) * step.scratchBytes })
        }, task, Int32(pieces))
    }
  }
}
