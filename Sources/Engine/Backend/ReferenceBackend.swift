import CKernels
import Glibc
import Tensors

/// Every operation by its reference kernel, one after the other, each result in memory of its own: no fusion, no arena, no
/// threads. Slow and simple, to compare other back ends with.
package final class ReferenceBackend: KernelBackend {
  package let kernels: LoamKernels
  /// For files and pictures only.
  package let pool: ThreadPool

  package init(threads: Int) {
    guard let table = loam_kernels_named("reference") else { preconditionFailure("every build has the reference kernels") }
    kernels = table.pointee
    pool = ThreadPool(threads: threads)
  }

  package var name: String { "reference" }
  package var rounding: String { "reference" }

  package func lower(_ stages: [Plan.Stage]) throws -> Plan.Program {
    let schedule = Schedule(stages.map { $0.outputs.map(\.node) })
    // By the index of the item; workspaces are nobody's result.
    var storages: [Storage?] = []
    var workspaces: [Storage] = []
    var steps = stages.map { _ in [Step]() }
    for item in schedule.items {
      if let tensor = item.node.tensor {
        storages.append(tensor.storage)
      } else if item.isAlias {
        storages.append(storages[item.inputs[0]])
      } else {
        guard item.isNeeded, let operation = item.node.operation else {
          storages.append(nil)
          continue
        }
        let inputTypes = item.inputs.map { schedule.items[$0].node.type }
        let storage = try allocate(byteCount: item.node.type.byteCount, for: "a result of this computation")
        storages.append(storage)
        let inputs = zip(item.inputs, inputTypes).compactMap { input, type in storages[input].map { (type, UnsafeRawPointer($0.bytes)) } }
        var context = LoweringContext(inputs: inputs, type: item.node.type, address: storage.bytes, kernels: kernels)
        let workspaceBytes = operation.workspaceBytes(inputTypes, kernels)
        if workspaceBytes > 0 {
          let workspace = try allocate(byteCount: workspaceBytes, for: "the workspace of this computation")
          context.workspace = workspace.bytes
          workspaces.append(workspace)
        }
        steps[item.stage] += operation.lower(context)
      }
    }
    for (index, stage) in stages.enumerated() {
      for (output, position) in zip(stage.outputs, schedule.outputs[index]) {
        guard let from = storages[position] else { continue }
        let (to, count) = (output.storage.bytes, output.node.type.byteCount)
        steps[index].append(Step("store") { memcpy(to, from.bytes, count) })
      }
    }
    return Plan.Program(steps: steps, retained: storages.compactMap { $0 } + workspaces, arenaBytes: 0)
  }

  package func run(_ step: Step, scratch: UnsafeMutableRawPointer?) {
    if step.units > 0 { step.run(0, step.units, scratch: scratch) }
  }
}
