import Diagnostics
import Engine
import Tensors

/// What a subscript selects from one dimension of a tensor.
enum TensorSelector {
  /// One index, which drops the dimension.
  case index(Int)
  case slice(Machine.ResolvedSlice)
  /// The indices in an index tensor of the given shape.
  case positions([Int], shape: [Int])

  var isSlice: Bool { if case .slice = self { true } else { false } }
  var isPositions: Bool { if case .positions = self { true } else { false } }

  /// One selector for each dimension: `...` and omitted subscripts select everything, and a mask covers as many dimensions
  /// as it has.
  static func all(_ machine: Machine, _ node: Node, _ subscripts: [Value]) throws -> [TensorSelector] {
    let whole = node.shape
    let given = subscripts.filter { $0.tag != .ellipsis }.map(width).reduce(0, +)
    guard given <= whole.count else {
      throw Fault(
        MachineErrors.badIndex, "too many indices for \(node.type.description): expected at most \(whole.count), got \(given)")
    }
    guard subscripts.count(where: { $0.tag == .ellipsis }) <= 1 else {
      throw Fault(MachineErrors.badIndex, "`...` can occur only once in an index")
    }
    var selectors: [TensorSelector] = []
    func takeAll(_ count: Int) {
      for _ in 0..<count { selectors.append(.slice(Machine.ResolvedSlice(start: 0, step: 1, count: whole[selectors.count]))) }
    }
    for value in subscripts {
      let axis = selectors.count
      if value.tag == .ellipsis {
        takeAll(whole.count - given)
      } else if value.tag == .tensor, value.node.type.rank > 0 {
        selectors += try selected(by: value, axis, machine, node)
      } else if let index = try machine.integer(value) {
        selectors.append(.index(try machine.checked(index, whole[axis], "axis \(axis) of \(node.type.description)")))
      } else {
        selectors.append(.slice(try machine.slice(value, whole[axis], "axis \(axis)")))
      }
    }
    takeAll(whole.count - selectors.count)
    return selectors
  }

  /// The number of dimensions that a subscript covers.
  private static func width(_ value: Value) -> Int {
    value.tag == .tensor && value.node.dtype == .bool ? max(1, value.node.type.rank) : 1
  }

  private static func selected(by value: Value, _ axis: Int, _ machine: Machine, _ node: Node) throws -> [TensorSelector] {
    let tensor = try machine.engine.value(value.node)
    if tensor.dtype == .bool { return try mask(machine, tensor, Array(node.shape[axis..<axis + tensor.type.rank]), node) }
    guard !tensor.dtype.isFloat else {
      throw Fault(TensorErrors.badType, "an index tensor must hold integers, got \(tensor.type.description)", hint: "convert it: `i32(x)`")
    }
    let what = axis == 0 ? "axis 0 of the tensor" : "axis \(axis) of \(node.type.description)"
    try machine.checkMemory(for: tensor.count, of: 8)
    return [
      .positions(
        try (0..<tensor.count).map {
          try machine.checkpoint(); return try machine.checked(Int(tensor[$0]), node.shape[axis], what)
        }, shape: tensor.shape)
    ]
  }

  /// The indices where a mask is true, as one selector for each of its dimensions.
  private static func mask(_ machine: Machine, _ tensor: Tensor, _ shape: [Int], _ node: Node) throws -> [TensorSelector] {
    guard tensor.shape == shape else {
      throw Fault(
        TensorErrors.shapes, "a mask of shape \(tensor.shape.shapeText) cannot select from \(node.type.description)",
        hint: tensor.type.rank == 1 ? "use a mask with one boolean for each row: \(shape[0])" : "use a mask of the same shape as the selected axes")
    }
    // The flat indices, and one array for each dimension.
    try machine.checkMemory(for: tensor.count, of: 8 * (1 + shape.count))
    let chosen = try (0..<tensor.count).filter {
      try machine.checkpoint()
      return tensor[$0] != 0
    }
    var divisor = tensor.count
    return shape.map { size in
      divisor /= max(1, size)
      return .positions(chosen.map { $0 / max(1, divisor) % max(1, size) }, shape: [chosen.count])
    }
  }
}
