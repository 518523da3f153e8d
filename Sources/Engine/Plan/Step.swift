import CKernels
import Glibc

/// A kernel call with resolved addresses. Built once and run many times without allocating.
package final class Step {
  package let name: String
  /// Number of units that can be split between threads: elements, rows, images.
  package let units: Int
  /// Minimum number of units per task.
  package let grain: Int
  /// Scratch memory per thread, in bytes.
  package let scratchBytes: Int
  /// The address ranges that the step reads and writes.
  var reads: [Range<UInt>] = []
  var writes: [Range<UInt>] = []
  /// Set if consecutive units write consecutive parts of the output: output elements per unit, and the number of units in
  /// a tile. The units of an elementwise step are its elements.
  var tile: (elements: Int, units: Int)?
  /// Lower bound on the work, for the plan's report.
  var work = Work(type: nil, operations: 0, bytes: 0)
  /// Total time of all runs, in seconds.
  fileprivate(set) var seconds = 0.0
  private let body: (Int, Int, UnsafeMutableRawPointer?) -> Void
  private let release: () -> Void

  /// A kernel that takes its arguments as a C struct, which the step owns.
  package init<Arguments>(
    _ name: String, _ arguments: Arguments, units: Int, grain: Int, scratchBytes: Int = 0,
    _ kernel: @escaping (UnsafePointer<Arguments>, Int, Int, UnsafeMutableRawPointer?) -> Void
  ) {
    let kept = UnsafeMutablePointer<Arguments>.allocate(capacity: 1)
    kept.initialize(to: arguments)
    self.name = name
    self.units = units
    self.grain = max(1, grain)
    // Rounded up to avoid false sharing.
    self.scratchBytes = (scratchBytes + 127) / 128 * 128
    body = { kernel(UnsafePointer(kept), $0, $1, $2) }
    release = {
      kept.deinitialize(count: 1)
      kept.deallocate()
    }
  }

  package convenience init<Arguments>(
    _ name: String, _ arguments: Arguments, units: Int, grain: Int, _ kernel: @escaping (UnsafePointer<Arguments>, Int, Int) -> Void
  ) {
    self.init(name, arguments, units: units, grain: grain, scratchBytes: 0) { arguments, begin, end, _ in kernel(arguments, begin, end) }
  }

  /// A step that is not split between threads.
  package init(_ name: String, _ body: @escaping () -> Void) {
    self.name = name
    units = 1
    grain = 1
    scratchBytes = 0
    self.body = { _, _, _ in body() }
    release = {}
  }

  deinit { release() }

  /// This step fused with an elementwise step that reads its output, one tile at a time, so that the tile stays in the
  /// cache. Nil if the second step would overwrite inputs of the first.
  func fused(with next: Step) -> Step? {
    guard let tile, next.tile?.elements == 1, next.units == units * tile.elements, let made = writes.first, next.reads.contains(made),
      !next.writes.contains(where: { written in reads.contains { $0.overlaps(written) } })
    else { return nil }
    let step = Step("\(name) \(next.name)", 0, units: units, grain: grain, scratchBytes: scratchBytes) { [self] _, begin, end, scratch in
      for first in Swift.stride(from: begin, to: end, by: tile.units) {
        let last = min(end, first + tile.units)
        run(first, last, scratch: scratch)
        next.run(first * tile.elements, last * tile.elements, scratch: nil)
      }
    }
    (step.reads, step.writes) = (reads + next.reads, writes + next.writes)
    step.work = Work(
      type: next.work.type, operations: work.operations + next.work.operations,
      bytes: work.bytes + next.work.bytes - 2 * Int(made.upperBound - made.lowerBound))
    return step
  }

  /// Monotonic time in seconds.
  static func now() -> Double {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
  }

  /// Runs the step and measures the time.
  func run(on backend: any Backend, scratch: UnsafeMutableRawPointer?) {
    let start = Step.now()
    backend.run(self, scratch: scratch)
    seconds += Step.now() - start
  }

  package func run(_ begin: Int, _ end: Int, scratch: UnsafeMutableRawPointer?) { body(begin, end, scratch) }
}
