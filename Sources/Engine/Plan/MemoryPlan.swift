import CKernels
import Tensors

/// Assigns memory to every computed item: an output's own storage, or a block of the arena that is reused after the last
/// read.
struct MemoryPlan {
  enum Location {
    case leaf
    /// A view of another item.
    case sameAs(Int)
    case output(Storage)
    case arena(Int)
    case none
  }

  private(set) var locations: [Location]
  private(set) var arenaBytes = 0

  private struct FreeBlock {
    var offset: Int
    var size: Int
  }

  /// Arena offsets of the operations' workspaces.
  private(set) var workspaces: [Int: Int] = [:]

  init(_ schedule: Schedule, _ fusion: Fusion, _ outputs: [[Plan.Output]], _ kernels: borrowing LoamKernels) {
    let items = schedule.items
    locations = items.map { $0.isLeaf ? .leaf : .none }
    assignOutputs(schedule, outputs)
    let lastUse = MemoryPlan.lastUses(schedule, fusion)
    var endings: [Int: [Int]] = [:]
    for (position, last) in lastUse.enumerated() { endings[last, default: []].append(position) }
    var freeBlocks: [FreeBlock] = []
    for position in items.indices where items[position].isNeeded {
      let item = items[position]
      if item.isAlias {
        locations[position] = .sameAs(item.inputs[0])
      } else if !item.isLeaf, item.constant == nil || MemoryPlan.isRead(position, schedule, fusion),
        fusion.isRoot(position) || fusion.isMaterialized(position, items),
        case .none = locations[position]
      {
        let size = max(64, (item.node.type.byteCount + 63) / 64 * 64)
        locations[position] = .arena(allocate(size, &freeBlocks))
      }
      if !item.isLeaf, fusion.isRoot(position),
        let bytes = item.node.operation?.workspaceBytes(item.inputs.map { items[$0].node.type }, kernels), bytes > 0
      {
        let size = (bytes + 63) / 64 * 64
        let offset = allocate(size, &freeBlocks)
        workspaces[position] = offset
        release(FreeBlock(offset: offset, size: size), &freeBlocks)
      }
      // Free the items that are read here for the last time.
      for done in endings[position] ?? [] {
        if case .arena(let offset) = locations[done] {
          release(FreeBlock(offset: offset, size: max(64, (items[done].node.type.byteCount + 63) / 64 * 64)), &freeBlocks)
        }
      }
    }
  }

  /// A constant needs memory only if something other than an elementwise kernel reads it.
  static func isRead(_ position: Int, _ schedule: Schedule, _ fusion: Fusion) -> Bool {
    schedule.items[position].users.contains { schedule.items[$0].elementwise == nil }
      || schedule.outputs.contains { $0.contains(position) }
  }

  private mutating func assignOutputs(_ schedule: Schedule, _ outputs: [[Plan.Output]]) {
    for (stage, group) in outputs.enumerated() {
      for (index, output) in group.enumerated() where output.isPrivate {
        let position = schedule.outputs[stage][index]
        let item = schedule.items[position]
        if case .none = locations[position], !item.isAlias { locations[position] = .output(output.storage) }
      }
    }
  }

  /// For each item the position of its last read. An item lives as long as its aliases, and outputs to the end of the plan.
  private static func lastUses(_ schedule: Schedule, _ fusion: Fusion) -> [Int] {
    let items = schedule.items
    var last = Array(items.indices)
    for position in items.indices { last[position] = fusion.lastReader(of: position, items) }
    for stage in schedule.outputs { for position in stage { last[position] = items.count } }
    for position in items.indices.reversed() where items[position].isAlias {
      let source = items[position].inputs[0]
      last[source] = max(last[source], last[position])
    }
    return last
  }

  /// First fit.
  private mutating func allocate(_ size: Int, _ freeBlocks: inout [FreeBlock]) -> Int {
    if let index = freeBlocks.firstIndex(where: { $0.size >= size }) {
      let offset = freeBlocks[index].offset
      freeBlocks[index].offset += size
      freeBlocks[index].size -= size
      if freeBlocks[index].size == 0 { freeBlocks.remove(at: index) }
      return offset
    }
    let offset = arenaBytes
    arenaBytes += size
    return offset
  }

  private func release(_ block: FreeBlock, _ freeBlocks: inout [FreeBlock]) {
    let index = freeBlocks.firstIndex { $0.offset > block.offset } ?? freeBlocks.count
    freeBlocks.insert(block, at: index)
    if index + 1 < freeBlocks.count, freeBlocks[index].offset + freeBlocks[index].size == freeBlocks[index + 1].offset {
      freeBlocks[index].size += freeBlocks[index + 1].size
      freeBlocks.remove(at: index + 1)
    }
    if index > 0, freeBlocks[index - 1].offset + freeBlocks[index - 1].size == freeBlocks[index].offset {
      freeBlocks[index - 1].size += freeBlocks[index].size
      freeBlocks.remove(at: index)
    }
  }
}
