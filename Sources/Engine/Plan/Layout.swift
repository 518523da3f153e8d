import CKernels
import Tensors

/// Where every computed item lies: in an output's own memory, or in the arena, whose room is used
/// again as soon as the last reader is done.
struct Layout {
  enum Place {
    case leaf
    /// The bytes of another item under another shape, or fused away.
    case sameAs(Int)
    case output(Storage)
    case arena(Int)
    case none
  }

  private(set) var places: [Place]
  private(set) var arenaBytes = 0

  private struct Hole {
    var offset: Int
    var size: Int
  }

  /// Where an operation's steps find the room they share.
  private(set) var temporaries: [Int: Int] = [:]

  init(_ schedule: Schedule, _ fusion: Fusion, _ outputs: [[Plan.Output]], _ kernels: borrowing LoamKernels) {
    let items = schedule.items
    places = items.map { $0.isLeaf ? .leaf : .none }
    placeOutputs(schedule, outputs)
    let lastUse = Layout.lastUses(schedule, fusion)
    var endings: [Int: [Int]] = [:]
    for (position, last) in lastUse.enumerated() { endings[last, default: []].append(position) }
    var holes: [Hole] = []
    for position in items.indices where items[position].isNeeded {
      let item = items[position]
      if item.isAlias {
        places[position] = .sameAs(item.inputs[0])
      } else if !item.isLeaf, item.constant == nil || Layout.isRead(position, schedule, fusion),
        fusion.root[position] == position || fusion.isKept(position, items),
        case .none = places[position]
      {
        let size = max(64, (item.node.type.byteCount + 63) / 64 * 64)
        places[position] = .arena(take(size, &holes))
      }
      if !item.isLeaf, fusion.root[position] == position,
        let room = item.node.operation?.temporaryBytes(item.inputs.map { items[$0].node.type }, kernels), room > 0
      {
        let size = (room + 63) / 64 * 64
        let offset = take(size, &holes)
        temporaries[position] = offset
        release(Hole(offset: offset, size: size), &holes)
      }
      // What nobody reads after this item gives its room back.
      for done in endings[position] ?? [] {
        if case .arena(let offset) = places[done] {
          release(Hole(offset: offset, size: max(64, (items[done].node.type.byteCount + 63) / 64 * 64)), &holes)
        }
      }
    }
  }

  /// A constant needs memory only if something other than an elementwise kernel reads it.
  static func isRead(_ position: Int, _ schedule: Schedule, _ fusion: Fusion) -> Bool {
    schedule.items[position].users.contains { schedule.items[$0].elementwise == nil }
      || schedule.outputs.contains { $0.contains(position) }
  }

  private mutating func placeOutputs(_ schedule: Schedule, _ outputs: [[Plan.Output]]) {
    for (stage, group) in outputs.enumerated() {
      for (index, output) in group.enumerated() where output.isPrivate {
        let position = schedule.outputs[stage][index]
        let item = schedule.items[position]
        if case .none = places[position], !item.isAlias { places[position] = .output(output.storage) }
      }
    }
  }

  /// For each item the position after which its bytes are not read: the item that carries the
  /// bytes of aliases lives as long as they do, and outputs live to the end of the plan.
  private static func lastUses(_ schedule: Schedule, _ fusion: Fusion) -> [Int] {
    let items = schedule.items
    var last = Array(items.indices)
    for position in items.indices {
      for user in items[position].users { last[position] = max(last[position], fusion.root[user]) }
    }
    for stage in schedule.outputs { for position in stage { last[position] = items.count } }
    for position in items.indices.reversed() where items[position].isAlias {
      let source = items[position].inputs[0]
      last[source] = max(last[source], last[position])
    }
    return last
  }

  /// First fit.
  private mutating func take(_ size: Int, _ holes: inout [Hole]) -> Int {
    if let index = holes.firstIndex(where: { $0.size >= size }) {
      let offset = holes[index].offset
      holes[index].offset += size
      holes[index].size -= size
      if holes[index].size == 0 { holes.remove(at: index) }
      return offset
    }
    let offset = arenaBytes
    arenaBytes += size
    return offset
  }

  private func release(_ hole: Hole, _ holes: inout [Hole]) {
    let index = holes.firstIndex { $0.offset > hole.offset } ?? holes.count
    holes.insert(hole, at: index)
    if index + 1 < holes.count, holes[index].offset + holes[index].size == holes[index + 1].offset {
      holes[index].size += holes[index + 1].size
      holes.remove(at: index + 1)
    }
    if index > 0, holes[index - 1].offset + holes[index - 1].size == holes[index].offset {
      holes[index - 1].size += holes[index].size
      holes.remove(at: index)
    }
  }
}
