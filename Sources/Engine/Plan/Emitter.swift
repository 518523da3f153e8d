import CKernels
import Glibc
import Tensors

/// Generates the kernel calls of scheduled items.
struct Emitter {
  private let schedule: Schedule
  private let fusion: Fusion
  private let memory: MemoryPlan
  private let arena: Storage?
  private let kernels: LoamKernels

  init(_ schedule: Schedule, _ fusion: Fusion, _ memory: MemoryPlan, _ arena: Storage?, _ kernels: LoamKernels) {
    self.schedule = schedule
    self.fusion = fusion
    self.memory = memory
    self.arena = arena
    self.kernels = kernels
  }

  func steps(ofStage stage: Int, outputs: [Plan.Output]) -> [Step] {
    var steps: [Step] = []
    for (position, item) in schedule.items.enumerated() where item.stage == stage && item.isNeeded && !item.isLeaf {
      let next = kernel(position, item)
      if next.count == 1, let both = steps.last?.fused(with: next[0]) {
        steps[steps.count - 1] = both
      } else {
        steps += next
      }
    }
    // Outputs that could not be computed in place are copied.
    for (output, position) in zip(outputs, schedule.outputs[stage]) {
      guard let from = address(position), from != UnsafeMutableRawPointer(output.storage.bytes) else { continue }
      let (to, count) = (output.storage.bytes, output.node.type.byteCount)
      let step = Step("store") { memcpy(to, from, count) }
      step.work = Work(type: output.node.type, operations: 0, bytes: 2 * count)
      steps.append(step)
    }
    return steps
  }

  private func kernel(_ position: Int, _ item: Schedule.Item) -> [Step] {
    guard fusion.isRoot(position), !item.isAlias, let output = address(position) else { return [] }
    let workspace = memory.workspaces[position].flatMap { offset in arena.map { $0.bytes + offset } }
    if let group = fusion.members[position] {
      guard let made = fusion.program(group, schedule, address: { address($0) ?? output }) else { return [] }
      let names = group.compactMap { schedule.items[$0].node.operation?.name }.joined(separator: " ")
      var context = LoweringContext(inputs: [], type: item.node.type, address: output, kernels: kernels)
      context.workspace = workspace
      guard let space = Fusion.iterationSpace(position, schedule.items) else { return [] }
      let steps =
        Fusion.reduction(position, schedule.items)?.steps(
          names, context, of: schedule.items[item.inputs[0]].node.type, at: nil, made.chain.program(made.result))
        ?? [made.chain.step(names, made.result, to: context)]
      let touched = Fusion.externals(group, schedule.items) + group.filter { fusion.isMaterialized($0, schedule.items) }
      let bytes = touched.reduce(item.node.type.byteCount) { $0 + schedule.items[$1].node.type.byteCount }
      steps.first?.work = Work(type: item.node.type, operations: group.count * space.shape.elementCount, bytes: bytes)
      steps.first?.reads = Fusion.externals(group, schedule.items).compactMap(range)
      steps.first?.writes = ([position] + group.filter { fusion.isMaterialized($0, schedule.items) }).compactMap(range)
      return steps
    }
    let inputs = item.inputs.compactMap { input in
      address(input).map { (schedule.items[input].node.type, UnsafeRawPointer($0)) }
    }
    var context = LoweringContext(inputs: inputs, type: item.node.type, address: output, kernels: kernels)
    context.workspace = workspace
    let steps = item.node.operation?.lower(context) ?? []
    let types = inputs.map(\.0)
    steps.first?.work = Work(
      type: item.node.type, operations: item.node.operation?.operationCount(types, item.node.type) ?? 0,
      bytes: types.reduce(item.node.type.byteCount) { $0 + $1.byteCount })
    steps.first?.reads = item.inputs.compactMap(range)
    steps.first?.writes = [position].compactMap(range)
    return steps
  }

  /// The address range of an item.
  private func range(_ position: Int) -> Range<UInt>? {
    address(position).map { UInt(bitPattern: $0)..<UInt(bitPattern: $0) + UInt(schedule.items[position].node.type.byteCount) }
  }

  private func address(_ position: Int) -> UnsafeMutableRawPointer? {
    switch memory.locations[position] {
    case .leaf: schedule.items[position].node.tensor?.storage.bytes
    case .sameAs(let other): address(other)
    case .output(let storage): storage.bytes
    case .arena(let offset): arena.map { $0.bytes + offset }
    case .none: nil
    }
  }
}
