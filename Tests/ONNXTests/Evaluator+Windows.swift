// Operators on the windows of images [n, channels, height, width].
extension Evaluator {
  private static func sides(_ node: ReadModel.Node, _ name: String, _ standard: Int) -> [Int] { node.attributes[name] ?? [standard, standard] }

  static func convolution(_ node: ReadModel.Node, _ x: Numbers, _ w: Numbers) -> Numbers {
    let (strides, dilations) = (sides(node, "strides", 1), sides(node, "dilations", 1))
    let pads = node.attributes["pads"] ?? [0, 0, 0, 0]
    let size = (0..<2).map { (side: Int) -> Int in
      let padded = x.shape[2 + side] + pads[side] + pads[2 + side]
      return (padded - dilations[side] * (w.shape[2 + side] - 1) - 1) / strides[side] + 1
    }
    let taps = Numbers.places(Array(w.shape.dropFirst()))
    let each = w.shape[0] / (node.attributes["group"]?[0] ?? 1)
    return Numbers(x.type, [x.shape[0], w.shape[0]] + size) { (at: [Int]) -> Double in
      var sum = 0.0
      for tap in taps {
        let row = at[2] * strides[0] - pads[0] + tap[1] * dilations[0]
        let column = at[3] * strides[1] - pads[1] + tap[2] * dilations[1]
        sum += x[[at[0], at[1] / each * w.shape[1] + tap[0], row, column]] * w[[at[1]] + tap]
      }
      return sum
    }
  }

  static func transposedConvolution(_ node: ReadModel.Node, _ x: Numbers, _ w: Numbers) -> Numbers {
    let (strides, extra, pads) = (sides(node, "strides", 1), sides(node, "output_padding", 0), node.attributes["pads"] ?? [0, 0, 0, 0])
    let groups = node.attributes["group"]?[0] ?? 1
    let size = (0..<2).map { (side: Int) -> Int in
      let whole = strides[side] * (x.shape[2 + side] - 1) + extra[side] + w.shape[2 + side]
      return whole - pads[side] - pads[2 + side]
    }
    var result = Numbers(x.type, [x.shape[0], w.shape[1] * groups] + size) { _ in 0 }
    let to = Numbers.strides(result.shape)
    let taps = Numbers.places(Array(w.shape.dropFirst()))
    for from in Numbers.places(x.shape) {
      let group = from[1] / (x.shape[1] / groups)
      for tap in taps {
        let (row, column) = (from[2] * strides[0] + tap[1] - pads[0], from[3] * strides[1] + tap[2] - pads[1])
        guard row >= 0, row < result.shape[2], column >= 0, column < result.shape[3] else { continue }
        let channel = group * w.shape[1] + tap[0]
        result.elements[from[0] * to[0] + channel * to[1] + row * to[2] + column] += x[from] * w[[from[1]] + tap]
      }
    }
    return result
  }

  /// Resized by whole factors, each pixel from the nearest above and to the left.
  static func repeated(_ x: Numbers, _ factors: Numbers) -> Numbers {
    let whole = factors.elements.map { Int($0) }
    return Numbers(x.type, zip(x.shape, whole).map { $0 * $1 }) { (at: [Int]) -> Double in x[zip(at, whole).map { $0 / $1 }] }
  }

  static func pooled(_ node: ReadModel.Node, _ x: Numbers) -> Numbers {
    let (size, strides) = (sides(node, "kernel_shape", 1), sides(node, "strides", 1))
    let counts = (0..<2).map { (x.shape[2 + $0] - size[$0]) / strides[$0] + 1 }
    let places = Numbers.places(size)
    return Numbers(x.type, Array(x.shape[0..<2]) + counts) { (at: [Int]) -> Double in
      let values = places.map { place in x[[at[0], at[1], at[2] * strides[0] + place[0], at[3] * strides[1] + place[1]]] }
      return node.type == "MaxPool" ? values.max() ?? 0 : values.reduce(0, +) / Double(values.count)
    }
  }
}
