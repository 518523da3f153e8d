import CKernels
import Tensors

/// Decides which elementwise items are fused into other kernels. An item is fused into the first kernel that reads it, if
/// that is a chain or a reduction of the same shape and stage, so that its values stay in the L1 cache. If later kernels
/// read it too, it is either materialised, or recomputed by each of them if that is as cheap as reading it.
struct Fusion {
  /// For each item the kernels that compute it, identified by their last item: the item itself if it is not fused.
  private var owners: [[Int]]
  /// For each fusible kernel its members in order, ending with its own item.
  private(set) var members: [Int: [Int]] = [:]
  private let isOutput: Set<Int>

  private static let maxMembers = 24

  init(_ schedule: Schedule) {
    let items = schedule.items
    isOutput = Set(schedule.outputs.joined())
    owners = items.indices.map { [$0] }
    for position in items.indices.reversed() where items[position].isNeeded {
      if Fusion.iterationSpace(position, items) != nil { members[position] = [position] }
      // Constants are embedded in every kernel that reads them.
      guard items[position].elementwise != nil else { continue }
      let readers = readers(of: position, items)
      guard let first = readers.first else { continue }
      if readers.count > 1, !isOutput.contains(position), isCheapToRecompute(position, items), assign(position, to: readers, schedule) { continue }
      _ = assign(position, to: [first], schedule)
    }
    // An unfused reduction needs no program.
    for (target, group) in members where group.count == 1 && items[target].elementwise == nil { members[target] = nil }
  }

  /// The kernels that read an item, in order.
  private func readers(of position: Int, _ items: [Schedule.Item]) -> [Int] { Set(items[position].users.flatMap { owners[$0] }).sorted() }

  /// Fuses an item into these kernels if all of them can compute it.
  private mutating func assign(_ position: Int, to kernels: [Int], _ schedule: Schedule) -> Bool {
    guard kernels.allSatisfy({ canJoin(position, $0, schedule.items) }) else { return false }
    owners[position] = kernels
    guard kernels.allSatisfy({ fits([position] + (members[$0] ?? []), schedule) }) else {
      owners[position] = [position]
      return false
    }
    for kernel in kernels { members[kernel, default: []].insert(position, at: 0) }
    members[position] = nil
    return true
  }

  private func canJoin(_ position: Int, _ kernel: Int, _ items: [Schedule.Item]) -> Bool {
    let item = items[position]
    guard let group = members[kernel], group.count < Fusion.maxMembers, let elementwise = item.elementwise, let space = Fusion.iterationSpace(kernel, items)
    else {
      return false
    }
    return items[kernel].stage == item.stage && space.shape == item.node.shape
      && Fusion.computeType(elementwise, item, items) == space.compute && (item.node.dtype == space.compute || item.node.dtype == .bool)
  }

  /// Whether recomputing an item costs no more than reading it: a cheap function with at most one large input.
  private func isCheapToRecompute(_ position: Int, _ items: [Schedule.Item]) -> Bool {
    guard let function = items[position].elementwise?.function, function.isCheap else { return false }
    return items[position].inputs.count { items[$0].constant == nil && items[$0].node.type.count * 4 > items[position].node.type.count } <= 1
  }

  /// Whether an item has its own kernel.
  func isRoot(_ position: Int) -> Bool { owners[position] == [position] }

  /// The last kernel that reads an item.
  func lastReader(of position: Int, _ items: [Schedule.Item]) -> Int { items[position].users.reduce(position) { max($0, owners[$1].max() ?? $0) } }

  /// Whether a fused item is also written to memory.
  func isMaterialized(_ position: Int, _ items: [Schedule.Item]) -> Bool {
    guard !isRoot(position), owners[position].count == 1 else { return false }
    return isOutput.contains(position) || readers(of: position, items).count > 1
  }

  /// Whether the group fits in one kernel. Builds the program only if a conservative estimate fails.
  private func fits(_ group: [Int], _ schedule: Schedule) -> Bool {
    let items = schedule.items
    let constants = Set(group.flatMap { items[$0].inputs }.filter { items[$0].constant != nil }).count
    let registers = Fusion.externals(group, items).count + constants + group.count
    let kept = group.count { isMaterialized($0, items) }
    return kept <= Int(LOAM_MAX_KEPT) && (registers <= Int(LOAM_MAX_INPUTS) || program(group, schedule) != nil)
  }

  /// The reduction at this position, if it can consume a fused program.
  static func reduction(_ position: Int, _ items: [Schedule.Item]) -> Reduce? {
    guard !items[position].isLeaf, let reduce = items[position].node.operation as? Reduce, !reduce.kind.isIndex else { return nil }
    return reduce
  }

  /// The shape over which a kernel iterates and its compute type; nil if nothing can be fused into it.
  static func iterationSpace(_ position: Int, _ items: [Schedule.Item]) -> (shape: [Int], compute: DType)? {
    let item = items[position]
    if let elementwise = item.elementwise { return (item.node.shape, computeType(elementwise, item, items)) }
    guard reduction(position, items) != nil else { return nil }
    let input = items[item.inputs[0]].node
    return input.dtype == input.dtype.arithmetic ? (input.shape, input.dtype) : nil
  }

  private static func computeType(_ operation: Elementwise, _ item: Schedule.Item, _ items: [Schedule.Item]) -> DType {
    operation.computeType(item.inputs.map { items[$0].node.dtype })
  }

  /// The items that a group reads from memory, in order.
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

  /// The program of a group; nil if it exceeds the register or instruction limit. Its result is that of the last
  /// elementwise member.
  func program(
    _ group: [Int], _ schedule: Schedule,
    address: (Int) -> UnsafeMutableRawPointer = { _ in UnsafeMutableRawPointer(bitPattern: 64).unsafelyUnwrapped }
  ) -> (chain: FusedChain, result: UInt8)? {
    let items = schedule.items
    let target = group[group.count - 1]
    guard let space = Fusion.iterationSpace(target, items) else { return nil }
    let chained = group.filter { items[$0].elementwise != nil }
    let last = items[target].elementwise == nil ? items[target].inputs[0] : target
    let externals = Fusion.externals(group, items)
    var chain = FusedChain(compute: space.compute, shape: space.shape)
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
      // An operand's last use frees its register for the result. Instructions are elementwise, so both may be the same.
      for input in items[member].inputs {
        uses[input, default: 0] -= 1
        if uses[input] == 0, let register = registers[input] { chain.release(register) }
      }
      let kept = member != target && isMaterialized(member, items) ? (items[member].node.dtype, address(member)) : nil
      guard let result = chain.emit(operation.function, operands, kept: kept) else { return nil }
      registers[member] = result
    }
    guard let result = registers[last] else { return nil }
    return (chain, result)
  }
}
