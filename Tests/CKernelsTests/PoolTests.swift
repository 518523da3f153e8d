import CKernels
import Glibc
import Synchronization
import Testing

/// The pool that shares the pieces of a task between threads.
@Suite struct PoolTests {
  /// What a task counts: how often each piece ran, and on which threads.
  private final class Record: Sendable {
    let runs = Mutex([Int](repeating: 0, count: 64))
    let threads = Mutex(Set<Int32>())
    let pieces = Mutex(Set<Int32>())
    let othersStarted = Atomic(0)
  }

  private func run(_ pool: OpaquePointer?, _ record: Record, pieces: Int32, _ task: @escaping LoamTask) {
    loam_pool_run(pool, task, Unmanaged.passUnretained(record).toOpaque(), pieces)
  }

  private static func now() -> Double {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
  }

  @Test(arguments: [1, 2, 3, 8] as [Int32]) func everyPieceRunsOnce(threads: Int32) {
    let pool = loam_pool_create(threads)
    defer { loam_pool_destroy(pool) }
    for round in 0..<2000 {
      let record = Record()
      let pieces = Int32(1 + round % 40)
      run(pool, record, pieces: pieces) { context, piece, pieces, thread in
        guard let context else { return }
        let record = Unmanaged<Record>.fromOpaque(context).takeUnretainedValue()
        record.runs.withLock { $0[Int(piece)] += 1 }
        record.pieces.withLock { _ = $0.insert(pieces) }
        record.threads.withLock { _ = $0.insert(thread) }
      }
      let counted = record.pieces.withLock { $0 }
      // A task runs as one piece where no other thread is free.
      #expect(counted == [pieces] || counted == [1])
      let runs = record.runs.withLock { $0 }
      let whole = counted == [1] ? 1 : Int(pieces)
      #expect(runs[..<whole].allSatisfy { $0 == 1 } && runs[whole...].allSatisfy { $0 == 0 })
      #expect(record.threads.withLock { $0.allSatisfy { 0..<threads ~= $0 } })
    }
  }

  /// Nobody waits for a thread that has taken nothing: its pieces are taken by the others.
  @Test func piecesOfAnAbsentThreadAreTaken() {
    let pool = loam_pool_create(2)
    defer { loam_pool_destroy(pool) }
    let record = Record()
    // The other thread is held in its first piece until the caller has run all the rest.
    run(pool, record, pieces: 32) { context, piece, _, thread in
      guard let context else { return }
      let record = Unmanaged<Record>.fromOpaque(context).takeUnretainedValue()
      record.runs.withLock { $0[Int(piece)] += 1 }
      if thread == 0 { return }
      record.othersStarted.add(1, ordering: .sequentiallyConsistent)
      let start = PoolTests.now()
      while record.runs.withLock({ $0.reduce(0, +) }) < 32, PoolTests.now() - start < 10 {}
    }
    #expect(record.runs.withLock { $0[..<32].allSatisfy { $0 == 1 } })
    #expect(record.othersStarted.load(ordering: .sequentiallyConsistent) <= 1)
  }

  /// A thread that kept the caller waiting is left out of the next tasks, and taken back later.
  @Test func aStalledThreadRests() {
    let pool = loam_pool_create(2)
    defer { loam_pool_destroy(pool) }
    var wasLeftOut = false
    for _ in 0..<50 where !wasLeftOut {
      // The caller does next to nothing once the other thread has begun; the other takes 8 ms.
      run(pool, Record(), pieces: 2) { context, _, _, thread in
        guard let context else { return }
        let record = Unmanaged<Record>.fromOpaque(context).takeUnretainedValue()
        if thread != 0 {
          record.othersStarted.add(1, ordering: .sequentiallyConsistent)
          usleep(8000)
        } else {
          let start = PoolTests.now()
          while record.othersStarted.load(ordering: .sequentiallyConsistent) == 0, PoolTests.now() - start < 0.002 {}
        }
      }
      let (start, record) = (PoolTests.now(), Record())
      run(pool, record, pieces: 2) { context, _, pieces, _ in
        guard let context else { return }
        let record = Unmanaged<Record>.fromOpaque(context).takeUnretainedValue()
        record.pieces.withLock { _ = $0.insert(pieces) }
      }
      // On a loaded machine the rest may be over by now, or the first task may have run without the other thread.
      if PoolTests.now() - start < 0.01 { wasLeftOut = record.pieces.withLock { $0 == [1] } }
    }
    #expect(wasLeftOut)

    var isBack = false
    let start = PoolTests.now()
    while !isBack, PoolTests.now() - start < 20 {
      let record = Record()
      run(pool, record, pieces: 2) { context, _, pieces, _ in
        guard let context else { return }
        let record = Unmanaged<Record>.fromOpaque(context).takeUnretainedValue()
        record.pieces.withLock { _ = $0.insert(pieces) }
      }
      isBack = record.pieces.withLock { $0 == [2] }
    }
    #expect(isBack)
  }
}
