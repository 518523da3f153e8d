import CKernels
import Tensors

/// Which elementwise items are computed inside the kernel of another: an item joins the first kernel that
/// reads it, if that is a chain or a reduction of its shape and stage, so that its values never leave the
/// first-level cache; where later kernels read it too, it is written on the way.
struct Fusion {
  /// For each item the item whose kernel computes it; itself if it has a kernel of its own.
  private(set) var root: [Int]
  /// For each root with a fused kernel, its members in order, itself last.
  private(set) var members: [Int: [Int]] = [:]
  private let isOutput: Set<Int>

  private static let memberLimit = 24

  init(_ schedule: Schedule) {
    let items = schedule.items
    isOutput = Set(schedule.outputs.joined())
    root = Array(items.indices)
    for position in items.indices.reversed() where items[position].isNeeded {
      let item = items[position]
      if Fusion.frame(position, items) != nil { members[position] = [position] }
      // Constants are written into every kernel that reads them.
      guard let elementwise = item.elementwise, let target = item.users.map({ root[$0] }).min(), let group = members[target],
        let frame = Fusion.frame(target, items), items[target].stage == item.stage, frame.shape == item.node.shape, group.count < Fusion.memberLimit,
        Fusion.computeType(elementwise, item, items) == frame.compute, item.node.dtype == frame.compute || item.node.dtype == .bool
      else { continue }
      root[position] = target
      guard fits([position] + group, schedule) else {
        root[position] = position
        continue
      }
      members[target] = [position] + group
      members[position] = nil
    }
    // A reduction alone needs no program.
    for (target, group) in members where group.count == 1 && items[target].elementwise == nil { members[target] = nil }
  }

  /// Whether one kernel can hold the group. It is tried out only where that is not plain.
  private func fits(_ group: [Int], _ schedule: Schedule) -> Bool {
    let items = schedule.items
    let constants = Set(group.flatMap { items[$0].inputs }.filter { items[$0].constant != nil }).count
    let registers = Fusion.externals(group, items).count + constants + group.count
    let kept = group.count { isKept($0, items) }
    return kept <= Int(LOAM_MAX_KEPT) && (registers <= Int(LOAM_MAX_INPUTS) || program(group, schedule) != nil)
  }

  /// Whether an item that another's kernel computes is written to memory as well.
  func isKept(_ position: Int, _ items: [Schedule.Item]) -> Bool {
    root[position] != position && (isOutput.contains(position) || items[position].users.contains { root[$0] != root[position] })
  }

  /// A reduction that can fold what a program makes.
  static func reduction(_ position: Int, _ items: [Schedule.Item]) -> Reduce? {
    guard !items[position].isLeaf, let reduce = items[position].node.operation as? Reduce, !reduce.kind.isPosition else { return nil }
    return reduce
  }

  /// The shape over which a kernel runs, and the type in which it computes; nil where nothing can join it.
  static func frame(_ position: Int, _ items: [Schedule.Item]) -> (shape: [Int], compute: DType)? {
    let item = items[position]
    if let elementwise = item.elementwise { return (item.node.shape, computeType(elementwise, item, items)) }
    guard reduction(position, items) != nil else { return nil }
    let input = items[item.inputs[0]].node
    return input.dtype == input.dtype.arithmetic ? (input.shape, input.dtype) : nil
  }

  private static func computeType(_ operation: Elementwise, _ item: Schedule.Item, _ items: [Schedule.Item]) -> DType {
    operation.computeType(item.inputs.map { items[$0].node.dtype })
  }

  /// What a group reads from memory, in order.
  static func externals(_ group: [Int], _ items: [Schedule.Item]) -> [Int] {
    let inside = Set(group)
    var externals: [Int] = []
    for member in group where items[member].elementwise != nil {
      for input in items[member].inputs
      where !inside.contains(input) && items[input].constant == nil && !externals.contains(input) {
        externals.append(input)
      }
    }
    return externals
  }

  /// The group's kernel program: nil if registers or code do not suffice. Its result is the last elementwise
  /// member's.
  func program(
    _ group: [Int], _ schedule: Schedule,
    address: (Int) -> UnsafeMutableRawPointer = { _ in UnsafeMutableRawPointer(bitPattern: 64).unsafelyUnwrapped }
  ) -> (chain: FusedChain, result: UInt8)? {
    let items = schedule.items
    let target = group[group.count - 1]
    guard let frame = Fusion.frame(target, items) else { return nil }
    let chained = group.filter { items[$0].elementwise != nil }
    let last = items[target].elementwise == nil ? items[target].inputs[0] : target
    let externals = Fusion.externals(group, items)
    var chain = FusedChain(compute: frame.compute, shape: frame.shape)
    guard let loaded = chain.load(externals.map { (items[$0].node.type, UnsafeRawPointer(address($0))) }) else { return nil }
    var registers = Dictionary(uniqueKeysWithValues: zip(externals, loaded))
    var uses: [Int: Int] = [last: 1]
    for member in chained { for input in items[member].inputs { uses[input, default: 0] += 1 } }
    for member in chained {
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
      let kept = member != target && isKept(member, items) ? (items[member].node.dtype, address(member)) : nil
      guard let result = chain.emit(operation.function, operands, kept: kept) else { return nil }
      registers[member] = result
    }
    guard let result = registers[last] else { return nil }
    return (chain, result)
  }
}
