// Operators that move elements.
extension Evaluator {
  static func moved(_ node: ReadModel.Node, _ x: [Numbers]) throws -> Numbers {
    let first = x[0]
    switch node.type {
    case "Reshape":
      let copies = node.attributes["allowzero"]?[0] != 1
      var shape = x[1].integers.enumerated().map { $1 == 0 && copies ? first.shape[$0] : $1 }
      if let open = shape.firstIndex(of: -1) { shape[open] = first.elements.count / shape.filter { $0 != -1 }.reduce(1, *) }
      guard shape.reduce(1, *) == first.elements.count else { throw Unknown(operation: "Reshape of \(first.shape) to \(shape)") }
      return Numbers(first.type, shape, first.elements)
    case "Expand": return first.broadcast(to: Numbers.joined(first.shape, x[1].integers))
    case "Transpose":
      let order = node.attributes["perm"] ?? []
      return Numbers(first.type, order.map { first.shape[$0] }) { place in
        var from = place
        for (index, axis) in order.enumerated() { from[axis] = place[index] }
        return first[from]
      }
    case "Slice": return slice(first, x[1].integers, x[2].integers, x[3].integers, x[4].integers)
    case "Concat": return joined(x, node.attributes["axis"]?[0] ?? 0)
    case "Gather":
      let rank = x[1].shape.count
      return Numbers(first.type, x[1].shape + first.shape.dropFirst()) { place in
        first[[Int(x[1][Array(place[..<rank])])] + place[rank...]]
      }
    case "Unsqueeze":
      var shape = first.shape
      for axis in x[1].integers { shape.insert(1, at: axis) }
      return Numbers(first.type, shape, first.elements)
    case "Squeeze": return Numbers(first.type, first.shape.indices.filter { !x[1].integers.contains($0) }.map { first.shape[$0] }, first.elements)
    case "Shape": return Numbers(Numbers.int64, [1], [Double(first.shape[0])])
    case "Range":
      let (start, step) = (first.elements[0], x[2].elements[0])
      let count = Int(((x[1].elements[0] - start) / step).rounded(.up))
      return Numbers(first.type, [count], (0..<count).map { start + Double($0) * step })
    case "Pad":
      let (rank, pads) = (first.shape.count, x[1].integers)
      return Numbers(first.type, first.shape.indices.map { first.shape[$0] + pads[$0] + pads[rank + $0] }) { place in
        first[place.indices.map { place[$0] - pads[$0] }]
      }
    case "CumSum":
      let axis = x[1].integers[0]
      return Numbers(first.type, first.shape) { place in
        (0...place[axis]).reduce(0) { sum, at in
          var from = place
          from[axis] = at
          return sum + first[from]
        }
      }
    default:
      // ScatterND that adds rows.
      var result = first
      let row = first.shape.dropFirst().reduce(1, *)
      for (index, position) in x[1].integers.enumerated() {
        for column in 0..<row { result.elements[position * row + column] += x[2].elements[index * row + column] }
      }
      return result
    }
  }

  private static func slice(_ x: Numbers, _ starts: [Int], _ ends: [Int], _ axes: [Int], _ steps: [Int]) -> Numbers {
    var (first, step, shape) = (x.shape.map { _ in 0 }, x.shape.map { _ in 1 }, x.shape)
    for (index, axis) in axes.enumerated() {
      let size = x.shape[axis]
      func clamped(_ position: Int, _ low: Int, _ high: Int) -> Int { max(low, min(high, position < 0 ? position + size : position)) }
      let isForward = steps[index] > 0
      let start = isForward ? clamped(starts[index], 0, size) : clamped(starts[index], 0, size - 1)
      let end = isForward ? clamped(ends[index], 0, size) : clamped(ends[index], -1, size - 1)
      (first[axis], step[axis]) = (start, steps[index])
      let distance = isForward ? end - start : start - end
      shape[axis] = max(0, (distance + abs(steps[index]) - 1) / abs(steps[index]))
    }
    return Numbers(x.type, shape) { place in x[place.indices.map { first[$0] + place[$0] * step[$0] }] }
  }

  private static func joined(_ parts: [Numbers], _ axis: Int) -> Numbers {
    var shape = parts[0].shape
    shape[axis] = parts.reduce(0) { $0 + $1.shape[axis] }
    return Numbers(parts[0].type, shape) { place in
      var at = place
      for part in parts {
        if at[axis] < part.shape[axis] { return part[at] }
        at[axis] -= part.shape[axis]
      }
      return 0
    }
  }
}
