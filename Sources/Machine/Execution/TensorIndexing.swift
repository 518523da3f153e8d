import Diagnostics
import Engine
import Tensors

/// NumPy's indexing of a tensor: whole numbers drop a dimension, slices and ranges keep it, `...`
/// fills up, masks and tensors of positions select elements (see `TensorSelection`).
/// https://numpy.org/doc/stable/user/basics.indexing.html
struct TensorIndexing {
  private let machine: Machine
  private let node: Node
  private let subscripts: [Value]

  init(_ machine: Machine, _ node: Node, _ subscripts: [Value]) {
    self.machine = machine
    self.node = node
    self.subscripts = subscripts
  }

  func selected() throws -> Node {
    if TensorSelection.isNeeded(subscripts) {
      let selection = try TensorSelection(machine, node, subscripts)
      let flat = try machine.engine.apply(Reshape([node.type.count]), [node], at: machine.currentSpan)
      let positions = machine.engine.leaf(try Tensor(selection.positions, shape: selection.shape))
      return try machine.engine.apply(Gather(), [flat, positions], at: machine.currentSpan)
    }
    let (slice, shape) = try basic()
    let part = try apply(slice)
    return part.shape == shape ? part : try machine.engine.apply(Reshape(shape), [part], at: machine.currentSpan)
  }

  /// The tensor with the selected part replaced; the value spreads over the part as in arithmetic.
  func replaced(by value: Value) throws -> Node {
    guard value.isNumber || value.isBoolean || value.tag == .tensor else {
      throw Fault(MachineErrors.badOperand, "a tensor's element cannot become \(machine.describe(value))")
    }
    let engine = machine.engine
    let source = value.tag == .tensor ? value.node : machine.weak(value, for: node.dtype)
    let new = try engine.term(source).cast(node.dtype)
    if TensorSelection.isNeeded(subscripts) { return try replaced(TensorSelection(machine, node, subscripts), by: new) }
    let (slice, shape) = try basic()
    let part = try new.broadcast(shape).reshaped(slice.counts)
    let ones = try engine.term(engine.constant(1, .bool)).broadcast(slice.counts)
    let mask = try ones.applying(Unslice(slice: slice, shape: node.shape))
    return try mask.select(part.applying(Unslice(slice: slice, shape: node.shape)), engine.term(node)).node
  }

  /// For each element of the whole, the element of the new part that takes its place, if one does; of
  /// several the last.
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

  /// Whole numbers and slices as one slice, with the shape that is left when the dimensions of
  /// whole numbers are dropped.
  private func basic() throws -> (slice: Slice, shape: [Int]) {
    let shape = node.shape
    let given = subscripts.filter { $0.tag != .ellipsis }.count
    guard given <= shape.count else {
      throw Fault(
        MachineErrors.badIndex, "\(node.type.description) has \(machine.count(shape.count, "dimension")), \(given) positions were given")
    }
    var expanded: [Value?] = []
    var hasEllipsis = false
    for value in subscripts {
      if value.tag == .ellipsis, !hasEllipsis {
        hasEllipsis = true
        expanded += Array(repeating: nil, count: shape.count - given)
      } else if value.tag == .ellipsis {
        throw Fault(MachineErrors.badIndex, "`...` can stand only once between `[ ]`")
      } else {
        expanded.append(value)
      }
    }
    expanded += Array(repeating: nil, count: shape.count - expanded.count)
    var (starts, steps, counts, kept) = ([Int](), [Int](), [Int](), [Int]())
    for (axis, value) in expanded.enumerated() {
      let size = shape[axis]
      guard let value else {
        starts.append(0)
        steps.append(1)
        counts.append(size)
        kept.append(size)
        continue
      }
      if let index = try machine.integer(value) {
        starts.append(try machine.checked(index, size, "dimension \(axis) of \(node.type.description)"))
        steps.append(1)
        counts.append(1)
      } else {
        let stretch = try machine.slice(value, size, "dimension \(axis)")
        starts.append(stretch.count == 0 ? 0 : stretch.start)
        steps.append(stretch.step)
        counts.append(stretch.count)
        kept.append(stretch.count)
      }
    }
    return (Slice(starts: starts, steps: steps, counts: counts), kept)
  }
}
