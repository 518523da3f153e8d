import CKernels
import Glibc
import Tensors

/// Turns placed items into kernel calls.
struct Emitter {
  private let schedule: Schedule
  private let fusion: Fusion
  private let layout: Layout
  private let arena: Storage?
  private let kernels: LoamKernels

  init(_ schedule: Schedule, _ fusion: Fusion, _ layout: Layout, _ arena: Storage?, _ kernels: LoamKernels) {
    self.schedule = schedule
    self.fusion = fusion
    self.layout = layout
    self.arena = arena
    self.kernels = kernels
  }

  func steps(ofStage stage: Int, outputs: [Plan.Output]) -> [Step] {
    var steps: [Step] = []
    for (position, item) in schedule.items.enumerated() where item.stage == stage && !item.isLeaf {
      steps += kernel(position, item)
    }
    // What could not be computed in place is copied there.
    for (output, position) in zip(outputs, schedule.outputs[stage]) {
      guard let from = address(position), from != UnsafeMutableRawPointer(output.storage.bytes) else { continue }
      let (to, count) = (output.storage.bytes, output.node.type.byteCount)
      steps.append(Step("store") { memcpy(to, from, count) })
    }
    return steps
  }

  private func kernel(_ position: Int, _ item: Schedule.Item) -> [Step] {
    guard fusion.root[position] == position, !item.isAlias, let output = address(position) else { return [] }
    if let group = fusion.members[position] {
      let compute = Fusion.computeType(ofRoot: position, schedule.items)
      let made = Fusion.program(group, schedule, compute: compute) { UnsafeRawPointer(address($0) ?? output) }
      guard let made else { return [] }
      let names = group.compactMap { schedule.items[$0].elementwise?.name }
      let place = Placement(inputs: [], type: item.node.type, address: output, kernels: kernels)
      return [made.chain.step(names.joined(separator: " "), made.result, to: place)]
    }
    let inputs = item.inputs.compactMap { input in
      address(input).map { (schedule.items[input].node.type, UnsafeRawPointer($0)) }
    }
    return item.node.operation?.lower(
      Placement(inputs: inputs, type: item.node.type, address: output, kernels: kernels)) ?? []
  }

  private func address(_ position: Int) -> UnsafeMutableRawPointer? {
    switch layout.places[position] {
    case .leaf: schedule.items[position].node.tensor?.storage.bytes
    case .sameAs(let other): address(other)
    case .output(let storage): storage.bytes
    case .arena(let offset): arena.map { $0.bytes + offset }
    case .none: nil
    }
  }
}
