import Tensors

/// Which elementwise items are computed inside the kernel of another: an item joins the group of
/// its readers if all of them are in one group of its shape and stage, so that its values never
/// leave the first-level cache.
struct Fusion {
  /// For each item the item whose kernel computes it; itself if it has a kernel of its own.
  private(set) var root: [Int]
  /// For each root with a fused kernel, its members in order, itself last.
  private(set) var members: [Int: [Int]] = [:]

  private static let memberLimit = 24

  init(_ schedule: Schedule) {
    let items = schedule.items
    let isOutput = Set(schedule.outputs.joined())
    root = Array(items.indices)
    var sizes = [Int](repeating: 1, count: items.count)
    for position in items.indices.reversed() {
      let item = items[position]
      // Constants are written into every kernel that reads them.
      guard let elementwise = item.elementwise, !isOutput.contains(position), let first = item.users.first else { continue }
      let target = root[first]
      let group = items[target]
      guard item.users.allSatisfy({ root[$0] == target && items[$0].elementwise != nil }),
        let rootOperation = group.elementwise, group.stage == item.stage,
        group.node.shape == item.node.shape, sizes[target] < Fusion.memberLimit
      else { continue }
      let compute = Fusion.computeType(rootOperation, group, items)
      guard Fusion.computeType(elementwise, item, items) == compute,
        item.node.dtype == compute || item.node.dtype == .bool
      else { continue }
      root[position] = target
      sizes[target] += 1
    }
    for position in items.indices where items[position].elementwise != nil {
      members[root[position], default: []].append(position)
    }
    // A chain that the kernel cannot hold falls apart into single operations.
    for (target, group) in members.sorted(by: { $0.key < $1.key }) where group.count > 1 {
      if Fusion.program(group, schedule, compute: Fusion.computeType(ofRoot: target, items)) == nil {
        for member in group {
          root[member] = member
          members[member] = [member]
        }
      }
    }
  }

  static func computeType(ofRoot position: Int, _ items: [Schedule.Item]) -> DType {
    items[position].elementwise.map { computeType($0, items[position], items) } ?? items[position].node.dtype.arithmetic
  }

  private static func computeType(_ operation: Elementwise, _ item: Schedule.Item, _ items: [Schedule.Item]) -> DType {
    operation.computeType(item.inputs.map { items[$0].node.dtype })
  }

  /// What a group reads from memory, in order.
  static func externals(_ group: [Int], _ items: [Schedule.Item]) -> [Int] {
    let inside = Set(group)
    var externals: [Int] = []
    for member in group {
      for input in items[member].inputs
      where !inside.contains(input) && items[input].constant == nil && !externals.contains(input) {
        externals.append(input)
      }
    }
    return externals
  }

  /// The group's kernel program: nil if registers or code do not suffice.
  static func program(
    _ group: [Int], _ schedule: Schedule, compute: DType,
    address: (Int) -> UnsafeRawPointer = { _ in UnsafeRawPointer(bitPattern: 64).unsafelyUnwrapped }
  ) -> (chain: FusedChain, result: UInt8)? {
    let items = schedule.items
    let last = group[group.count - 1]
    let externals = externals(group, items)
    var chain = FusedChain(compute: compute, shape: items[last].node.shape)
    guard let loaded = chain.load(externals.map { (items[$0].node.type, address($0)) }) else { return nil }
    var registers = Dictionary(uniqueKeysWithValues: zip(externals, loaded))
    var uses: [Int: Int] = [:]
    for member in group { for input in items[member].inputs { uses[input, default: 0] += 1 } }
    for member in group {
      guard let operation = items[member].elementwise else { return nil }
      for input in items[member].inputs where registers[input] == nil {
        guard let constant = items[input].constant, let register = chain.constant(constant.value) else { return nil }
        registers[input] = register
      }
      let operands = items[member].inputs.compactMap { registers[$0] }
      // An operand's last use frees its register for the result: blocks are worked element by
      // element, so the two may be the same.
      for input in items[member].inputs {
        uses[input, default: 0] -= 1
        if uses[input] == 0, let register = registers[input] { chain.release(register) }
      }
      guard let result = chain.emit(operation.function, operands) else { return nil }
      registers[member] = result
    }
    guard let result = registers[last] else { return nil }
    return (chain, result)
  }
}
