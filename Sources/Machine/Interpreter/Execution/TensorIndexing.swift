import Diagnostics
import Engine
import Tensors

/// NumPy's indexing: integers drop a dimension, slices and ranges keep it, `...` stands for the remaining dimensions, masks
/// and index tensors select elements (see `TensorSelection`).
/// https://numpy.org/doc/stable/user/basics.indexing.html
struct TensorIndexing {
  private let machine: Machine
  private let node: Node
  private let selectors: [TensorSelector]

  init(_ machine: Machine, _ node: Node, _ subscripts: [Value]) throws {
    self.machine = machine
    self.node = node
    selectors = try TensorSelector.all(machine, node, subscripts)
  }

  private var hasPositions: Bool { selectors.contains(where: \.isPositions) }

  func selected() throws -> Node {
    if hasPositions {
      let selection = try TensorSelection(machine, node, selectors)
      let flat = try machine.engine.apply(Reshape([node.type.count]), [node], at: machine.currentSpan)
      let positions = machine.engine.leaf(try Tensor(selection.positions, shape: selection.shape))
      return try machine.engine.apply(Gather(), [flat, positions], at: machine.currentSpan)
    }
    let (slice, shape) = TensorIndexing.slice(selectors)
    let part = try apply(slice)
    return part.shape == shape ? part : try machine.engine.apply(Reshape(shape), [part], at: machine.currentSpan)
  }

  /// The tensor with the selected part replaced by a value, which is broadcast to the part's shape.
  func replaced(by value: Value) throws -> Node {
    guard value.isNumber || value.isBoolean || value.tag == .tensor else {
      throw Fault(MachineErrors.badOperand, "an element of a tensor must be a number, got \(machine.describe(value))")
    }
    let engine = machine.engine
    let new = try machine.stored(value, in: node.dtype)
    if hasPositions { return try replaced(TensorSelection(machine, node, selectors), by: new) }
    let (slice, shape) = TensorIndexing.slice(selectors)
    let part = try new.broadcast(shape).reshaped(slice.counts)
    let ones = try engine.term(engine.constant(1, .bool)).broadcast(slice.counts)
    let mask = try ones.applying(SliceScatter(slice: slice, shape: node.shape))
    return try mask.select(part.applying(SliceScatter(slice: slice, shape: node.shape)), engine.term(node)).node
  }

  /// Replaces elements selected by index tensors. If an element is selected several times, the last value is used.
  private func replaced(_ selection: TensorSelection, by new: Term) throws -> Node {
    let engine = machine.engine
    let count = node.type.count
    guard !selection.positions.isEmpty else { return node }
    let part = try new.broadcast(selection.shape).reshaped([selection.positions.count])
    var sources = [Int32](repeating: -1, count: count)
    for (source, position) in selection.positions.enumerated() { sources[Int(position)] = Int32(source) }
    let mask = engine.term(engine.leaf(try Tensor(dtype: .bool, shape: [count]) { sources[$0] < 0 ? 0 : 1 }))
    let picked = try part.applying(Gather(), engine.term(engine.leaf(try Tensor(sources.map { max(0, $0) }, shape: [count]))))
    return try mask.select(picked, engine.term(node).reshaped([count])).reshaped(node.shape).node
  }

  private func apply(_ operation: any Operation, _ others: Node...) throws -> Node {
    try machine.engine.apply(operation, [node] + others, at: machine.currentSpan)
  }

  /// Selectors without index tensors as one slice, with the shape after integer dimensions are dropped.
  private static func slice(_ selectors: [TensorSelector]) -> (slice: Slice, shape: [Int]) {
    let resolved = selectors.map { selector in
      switch selector {
      case .slice(let resolved): resolved
      case .index(let index): Machine.ResolvedSlice(start: index, step: 1, count: 1)
      case .positions: Machine.ResolvedSlice(start: 0, step: 1, count: 0)
      }
    }
    let slice = Slice(starts: resolved.map { $0.count == 0 ? 0 : $0.start }, steps: resolved.map(\.step), counts: resolved.map(\.count))
    return (slice, zip(selectors, resolved).filter { $0.0.isSlice }.map(\.1.count))
  }
}
