import Engine

/// The weights of a triangle filter along one direction.
struct Taps {
  let from: Int
  let to: Int
  var count = 1
  var start: [Int32] = []
  var weights: [Float] = []

  init(scale: Double, offset: Double, from: Int, to: Int) {
    self.from = from
    self.to = to
    let reach = max(1, abs(scale))
    count = min(from, Int((2 * reach).rounded(.up)) + 1)
    start.reserveCapacity(to)
    weights.reserveCapacity(to * count)
    var own = [Double](repeating: 0, count: count)
    for position in 0..<to {
      let center = scale * Double(position) + offset
      let first = min(max(Int((center - reach).rounded(.up)), 0), from - count)
      start.append(Int32(first))
      // Pixels outside have the value of the edge pixel.
      for index in own.indices { own[index] = 0 }
      let low = Int((center - reach).rounded(.down)), high = Int((center + reach).rounded(.up))
      for tap in low...high {
        let weight = max(0, 1 - abs(Double(tap) - center) / reach)
        own[min(max(tap, first, 0), min(first + count, from) - 1) - first] += weight
      }
      var total = 0.0
      for weight in own { total += weight }
      for weight in own { weights.append(Float(total > 0 ? weight / total : 0)) }
    }
  }

  func run(
    _ backend: any Backend, _ input: UnsafePointer<Float>, _ output: UnsafeMutablePointer<Float>, outer: Int, inner: Int
  ) {
    start.withUnsafeBufferPointer { start in
      weights.withUnsafeBufferPointer { weights in
        guard let first = start.baseAddress, let weights = weights.baseAddress else { return }
        backend.run(
          ImageFilter(
            input: input, output: output, outer: outer, inCount: from, outCount: to, inner: inner, taps: count, start: first, weights: weights))
      }
    }
  }
}
