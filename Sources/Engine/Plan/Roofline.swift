import Glibc
import Tensors

/// The measured peak performance of this machine (S. Williams and others, "Roofline", CACM 52, 2009).
package struct Roofline: Sendable {
  /// Floating-point operations per second, on all threads.
  package let flops: Double
  /// Bytes read and written per second, in main memory and in the L2 cache.
  package let memoryBandwidth: Double
  package let cacheBandwidth: Double

  private static let cacheBytes = 256 << 10

  /// Takes about 50 ms.
  package init(_ engine: Engine) throws {
    func rate(_ amount: Int, _ body: () -> Void) -> Double {
      var best = Double.infinity
      for _ in 0..<3 {
        let start = Step.now()
        body()
        best = min(best, Step.now() - start)
      }
      return Double(amount) / best
    }
    let threads = engine.pool.threads
    let rounds = 40_000
    let backend = engine.backend
    let chains = Step("fused multiply-adds", 0, units: threads, grain: 1) { _, begin, end in
      for _ in begin..<end { backend.spin(rounds: rounds) }
    }
    flops = rate(threads * rounds * backend.operationsPerRound) { engine.pool.run(chains) }
    func copying(_ bytes: Int, times: Int) throws -> Double {
      let (from, to) = (try Storage(byteCount: bytes, describing: "a measurement"), try Storage(byteCount: bytes, describing: "a measurement"))
      memset(from.bytes, 1, bytes)
      memset(to.bytes, 1, bytes)
      return rate(2 * bytes * times) { for _ in 0..<times { memcpy(to.bytes, from.bytes, bytes) } }
    }
    memoryBandwidth = try copying(32 << 20, times: 1)
    cacheBandwidth = try copying(Roofline.cacheBytes / 2, times: 64)
  }

  /// A lower bound on the time of this step, in seconds.
  package func seconds(_ row: PlanReport.Row) -> Double {
    max(Double(row.operations) / flops, Double(row.bytes) / (row.bytes <= Roofline.cacheBytes ? cacheBandwidth : memoryBandwidth))
  }
}
