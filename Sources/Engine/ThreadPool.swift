import CKernels
import Glibc

/// The threads of an engine. They take pieces of a step from each other, so that a slow one delays nobody for long; no
/// result depends on their number, nor on who computes a piece.
package final class ThreadPool: @unchecked Sendable {
  package let threads: Int
  private var pool: OpaquePointer?

  package init(threads: Int) { self.threads = max(1, min(threads, 256)) }

  deinit { if let pool { loam_pool_destroy(pool) } }

  /// What `LOAM_THREADS` asks for, or one for each processor this process may use.
  package static var preferred: Int {
    if let text = getenv("LOAM_THREADS"), let count = Int(String(cString: text)), count > 0 { return count }
    return Int(loam_processors())
  }

  /// What every thread needs to know of a task.
  private struct Task {
    let step: Unmanaged<Step>
    let scratch: UnsafeMutableRawPointer?
  }

  /// More pieces than threads, so that a thread that is done early has something to take. A step that packs what it reads
  /// does so for each piece, and gets one for each thread.
  private static let piecesPerThread = 2

  /// Runs a step, by all threads if it is worth waking them. The threads start at the first need.
  /// `scratch` has the step's room for each thread.
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
