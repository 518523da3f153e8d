import Diagnostics
import Engine
import Tensors

/// Advanced indexing by index tensors, or by masks, which select the positions where they are true. As in NumPy, index
/// tensors are broadcast together, and their dimensions replace the first of them, or come first if a slice separates them.
/// https://numpy.org/doc/stable/user/basics.indexing.html#advanced-indexing
struct TensorSelection {
  /// For each element of the result, its flat index in the indexed tensor.
  let positions: [Int32]
  let shape: [Int]

  init(_ machine: Machine, _ node: Node, _ selectors: [TensorSelector]) throws {
    // The result has the broadcast dimensions of the index tensors, and those of slices.
    var joint: [Int] = []
    var (first, last) = (Int.max, -1)
    for (axis, selector) in selectors.enumerated() {
      guard case .positions(_, let own) = selector else { continue }
      joint = try TensorSelection.matched(joint, own)
      (first, last) = (min(first, axis), max(last, axis))
    }
    let isTogether = !selectors[first...last].contains(where: \.isSlice)
    let before = isTogether ? selectors[..<first].count(where: \.isSlice) : 0
    let kept = selectors.compactMap { if case .slice(let resolved) = $0 { resolved.count } else { nil } }
    shape = Array(kept[..<before]) + joint + Array(kept[before...])
    guard let count = Shapes.checkedCount(shape), count < Int(Int32.max), node.type.count < Int(Int32.max) else {
      throw Fault(TensorErrors.tooLarge, "selection of shape \(shape.shapeText) is too large")
    }
    try machine.checkMemory(count * 4)

    var strides = [Int](repeating: 1, count: node.shape.count)
    for axis in strides.indices.dropLast().reversed() { strides[axis] = strides[axis + 1] * node.shape[axis + 1] }
    let resultShape = shape
    positions = try (0..<count).map { flat in
      try machine.checkpoint()
      // The indices in the result, split into those of slices and those of index tensors.
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
        case .index(let index): offset += index * strides[axis]
        case .slice(let resolved):
          offset += (resolved.start + keptPlaces[nextKept] * resolved.step) * strides[axis]
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

  /// The broadcast shape.
  private static func matched(_ a: [Int], _ b: [Int]) throws -> [Int] {
    let rank = max(a.count, b.count)
    return try (0..<rank).map { axis in
      let x = axis < rank - a.count ? 1 : a[axis - (rank - a.count)]
      let y = axis < rank - b.count ? 1 : b[axis - (rank - b.count)]
      guard x == y || x == 1 || y == 1 else {
        throw Fault(TensorErrors.shapes, "index tensors of shapes \(a.shapeText) and \(b.shapeText) cannot be broadcast together")
      }
      return x == 1 ? y : x
    }
  }
}
