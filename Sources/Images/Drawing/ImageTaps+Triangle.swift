import Engine

extension ImageTaps {
  /// A triangle filter as wide as one pixel of the coarser grid: position p of the result is at `scale` p + `offset` of `from` inputs.
  package init(scale: Double, offset: Double, from: Int, to: Int) {
    let reach = max(1, abs(scale))
    let count = min(from, Int((2 * reach).rounded(.up)))
    var (start, weights) = ([Int32](), [Float]())
    start.reserveCapacity(to)
    weights.reserveCapacity(to * count)
    var own = [Double](repeating: 0, count: count)
    for position in 0..<to {
      let center = scale * Double(position) + offset
      let first = min(max(Int((center - reach).rounded(.down)) + 1, 0), from - count)
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
    self.init(start: start, count: count, weights: weights, halves: scale == 2 && offset == 0.5 && count == 4 && from == 2 * to)
  }
}
