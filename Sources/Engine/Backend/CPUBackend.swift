import CKernels
import Glibc
import Tensors

/// This processor's vector units and threads: elementwise chains fused, temporaries in one arena.
package final class CPUBackend: KernelBackend {
  package let kernels: LoamKernels
  package let pool: ThreadPool

  /// The best instruction set of this processor.
  package convenience init(threads: Int) { self.init(loam_kernels().pointee, threads: threads) }

  /// Nil if this processor or build does not have the instruction set: avx512, avx2, baseline, neon.
  package convenience init?(instructionSet name: String, threads: Int) {
    guard name != "reference", let kernels = loam_kernels_named(name) else { return nil }
    self.init(kernels.pointee, threads: threads)
  }

  private init(_ kernels: LoamKernels, threads: Int) {
    self.kernels = kernels
    pool = ThreadPool(threads: threads)
  }

  package static let instructionSets = ["avx512", "avx2", "baseline", "neon"]

  package var name: String { String(cString: kernels.name) }
  /// All instruction sets with fused multiply-add produce the same bits; the x86-64 baseline rounds twice.
  package var rounding: String { name == "baseline" ? "rounded twice" : "fused" }

  package func lower(_ stages: [Plan.Stage]) throws -> Plan.Program {
    let schedule = Schedule(stages.map { $0.outputs.map(\.node) })
    let fusion = Fusion(schedule)
    let memory = MemoryPlan(schedule, fusion, stages.map(\.outputs), kernels)
    let arena = try memory.arenaBytes > 0 ? allocate(byteCount: memory.arenaBytes, for: "the arena of this computation") : nil
    let emitter = Emitter(schedule, fusion, memory, arena, kernels)
    return Plan.Program(
      steps: stages.enumerated().map { emitter.steps(ofStage: $0, outputs: $1.outputs) },
      retained: (arena.map { [$0] } ?? []) + schedule.items.compactMap { $0.node.tensor?.storage }, arenaBytes: memory.arenaBytes)
  }

  package func run(_ step: Step, scratch: UnsafeMutableRawPointer?) { pool.run(step, scratch: scratch) }
}
