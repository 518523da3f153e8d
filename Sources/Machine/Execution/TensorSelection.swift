import Diagnostics
import Engine
import Tensors

/// Indexing by tensors: of positions, or of truths, which stand for the positions where they hold. As
/// in NumPy, position tensors are matched with each other like operands, and their dimensions take the
/// place of the first of them, or come first where a slice lies between them.
/// https://numpy.org/doc/stable/user/basics.indexing.html#advanced-indexing
struct TensorSelection {
  /// For each element of the result its place among the elements of the whole.
  let positions: [Int32]
  let shape: [Int]

  private enum Selector {
    case one(Int)
    case stretch(Machine.Stretch)
    case positions([Int], shape: [Int])
  }

  static func isNeeded(_ subscripts: [Value]) -> Bool { subscripts.contains { $0.tag == .tensor && $0.node.type.rank > 0 } }

  init(_ machine: Machine, _ node: Node, _ subscripts: [Value]) throws {
    let selectors = try TensorSelection.selectors(machine, node, subscripts)
    // The dimensions of the result: those of the position tensors together, and those of slices.
    var joint: [Int] = []
    var (first, last) = (Int.max, -1)
    for (axis, selector) in selectors.enumerated() {
      guard case .positions(_, let own) = selector else { continue }
      joint = try TensorSelection.matched(joint, own)
      (first, last) = (min(first, axis), max(last, axis))
    }
    let isTogether = selectors[first...last].allSatisfy { if case .stretch = $0 { false } else { true } }
    let before = isTogether ? selectors[..<first].count { if case .stretch = $0 { true } else { false } } : 0
    let kept = selectors.compactMap { if case .stretch(let stretch) = $0 { stretch.count } else { nil } }
    shape = Array(kept[..<before]) + joint + Array(kept[before...])
    guard let count = Shapes.checkedCount(shape), count < Int(Int32.max), node.type.count < Int(Int32.max) else {
      throw Fault(TensorErrors.tooLarge, "this would select \(shape.shapeText) elements")
    }
    try machine.checkMemory(count * 4)

    var strides = [Int](repeating: 1, count: node.shape.count)
    for axis in strides.indices.dropLast().reversed() { strides[axis] = strides[axis + 1] * node.shape[axis + 1] }
    let resultShape = shape
    positions = (0..<count).map { flat in
      // The place within the result, split into slices' and positions' parts.
      var rest = flat
      var places = [Int](repeating: 0, count: resultShape.count)
      for axis in resultShape.indices.reversed() {
        places[axis] = rest % resultShape[axis]
        rest /= resultShape[axis]
      }
      let jointPlaces = Array(places[before..<before + joint.count])
      let keptPlaces = Array(places[..<before]) + Array(places[(before + joint.count)...])
      var (offset, nextKept) = (0, 0)
      for (axis, selector) in selectors.enumerated() {
        switch selector {
        case .one(let index): offset += index * strides[axis]
        case .stretch(let stretch):
          offset += (stretch.start + keptPlaces[nextKept] * stretch.step) * strides[axis]
          nextKept += 1
        case .positions(let values, let own):
          var at = 0
          for (dimension, size) in own.enumerated() {
            let place = jointPlaces[joint.count - own.count + dimension]
            at = at * size + (size == 1 ? 0 : place)
          }
          offset += values[at] * strides[axis]
        }
      }
      return Int32(offset)
    }
  }

  /// Sizes that match as operands' do: equal, or 1.
  private static func matched(_ a: [Int], _ b: [Int]) throws -> [Int] {
    let rank = max(a.count, b.count)
    return try (0..<rank).map { axis in
      let x = axis < rank - a.count ? 1 : a[axis - (rank - a.count)]
      let y = axis < rank - b.count ? 1 : b[axis - (rank - b.count)]
      guard x == y || x == 1 || y == 1 else {
        throw Fault(TensorErrors.shapes, "positions of shape \(a.shapeText) cannot be matched with positions of shape \(b.shapeText)")
      }
      return x == 1 ? y : x
    }
  }

  private static func selectors(_ machine: Machine, _ node: Node, _ subscripts: [Value]) throws -> [Selector] {
    let whole = node.shape
    func width(_ value: Value) -> Int { value.tag == .tensor && value.node.dtype == .bool && value.node.type.rank > 0 ? value.node.type.rank : 1 }
    let given = subscripts.filter { $0.tag != .ellipsis }.map(width).reduce(0, +)
    guard given <= whole.count else {
      throw Fault(MachineErrors.badIndex, "\(node.type.description) has \(machine.count(whole.count, "dimension")), \(given) positions were given")
    }
    var selectors: [Selector] = []
    func keepAll(_ count: Int) { for _ in 0..<count { selectors.append(.stretch(Machine.Stretch(start: 0, step: 1, count: whole[selectors.count]))) } }
    for value in subscripts {
      let axis = selectors.count
      if value.tag == .ellipsis {
        keepAll(whole.count - given)
      } else if value.tag == .tensor, value.node.type.rank > 0 {
        let tensor = try machine.engine.value(value.node)
        if tensor.dtype == .bool {
          selectors += try mask(tensor, Array(whole[axis..<axis + tensor.type.rank]), node)
          continue
        }
        guard !tensor.dtype.isFloat else {
          throw Fault(TensorErrors.badType, "positions are whole numbers, these are \(tensor.type.description)", hint: "convert them with `i32(x)`")
        }
        let places = try (0..<tensor.count).map {
          try machine.checked(Int(tensor[$0]), whole[axis], axis == 0 ? "the tensor's first dimension" : "dimension \(axis) of \(node.type.description)")
        }
        selectors.append(.positions(places, shape: tensor.shape))
      } else if let index = try machine.integer(value) {
        selectors.append(.one(try machine.checked(index, whole[axis], "dimension \(axis) of \(node.type.description)")))
      } else {
        selectors.append(.stretch(try machine.slice(value, whole[axis], "dimension \(axis)")))
      }
    }
    keepAll(whole.count - selectors.count)
    return selectors
  }

  /// The positions where a mask holds, one list for each of its dimensions.
  private static func mask(_ tensor: Tensor, _ shape: [Int], _ node: Node) throws -> [Selector] {
    guard tensor.shape == shape else {
      throw Fault(
        TensorErrors.shapes, "a mask of shape \(tensor.shape.shapeText) cannot select from \(node.type.description)",
        hint: tensor.type.rank == 1 ? "a mask has one truth for each row: \(shape[0])" : "a mask has the shape of what it selects from")
    }
    let chosen = (0..<tensor.count).filter { tensor[$0] != 0 }
    var divisor = tensor.count
    return shape.map { size in
      divisor /= max(1, size)
      return .positions(chosen.map { $0 / max(1, divisor) % max(1, size) }, shape: [chosen.count])
    }
  }
}
