import Diagnostics
import Engine
import Tensors

/// NumPy's indexing of a tensor: whole numbers drop a dimension, slices and ranges keep it, `...`
/// fills up, a mask or a tensor of positions selects along the first dimension.
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
    if subscripts.count == 1, let positions = try positions(subscripts[0]) {
      return try apply(Gather(), machine.engine.leaf(positions))
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
    if subscripts.count == 1, subscripts[0].tag == .tensor, subscripts[0].node.dtype == .bool {
      // A mask of the whole shape, or of the first dimension.
      let mask = engine.term(subscripts[0].node)
      let spread = try mask.reshaped(mask.shape + Array(repeating: 1, count: max(0, node.type.rank - mask.type.rank)))
      return try spread.select(new, engine.term(node)).broadcast(node.shape).node
    }
    let (slice, shape) = try basic()
    let part = try new.broadcast(shape).reshaped(slice.counts)
    let ones = try engine.term(engine.constant(1, .bool)).broadcast(slice.counts)
    let mask = try ones.applying(Unslice(slice: slice, shape: node.shape))
    return try mask.select(part.applying(Unslice(slice: slice, shape: node.shape)), engine.term(node)).node
  }

  private func apply(_ operation: any Operation, _ others: Node...) throws -> Node {
    try machine.engine.apply(operation, [node] + others, at: machine.currentSpan)
  }

  /// Positions along the first dimension, from a mask or a tensor of whole numbers.
  private func positions(_ subscript_: Value) throws -> Tensor? {
    guard subscript_.tag == .tensor, subscript_.node.type.rank > 0 else { return nil }
    let tensor = try machine.engine.value(subscript_.node)
    let count = node.shape.first ?? 0
    if tensor.dtype == .bool {
      guard tensor.shape == [count] else {
        throw Fault(
          TensorErrors.shapes, "a mask of shape \(tensor.shape.shapeText) cannot select from \(node.type.description)",
          hint: "a mask has one truth for each row: \(count)")
      }
      let chosen = (0..<count).filter { tensor[$0] != 0 }.map { Int32($0) }
      return try Tensor(chosen, shape: [chosen.count])
    }
    guard !tensor.dtype.isFloat else {
      throw Fault(TensorErrors.badType, "positions are whole numbers, these are \(tensor.type.description)", hint: "convert them with `i32(x)`")
    }
    let places = try (0..<tensor.count).map { Int32(try machine.checked(Int(tensor[$0]), count, "the tensor's first dimension")) }
    return try Tensor(places, shape: tensor.shape)
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
