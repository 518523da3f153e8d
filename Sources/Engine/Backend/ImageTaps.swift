/// The inputs that each position of a result takes along one direction, from `start[position]` on.
package struct ImageTaps: Sendable {
  package let start: [Int32]
  package let count: Int
  /// [positions, count]; not negative, with the sum 1 for each position.
  package let weights: [Float]
  /// The weights as whole numbers of 2^-14 in pairs, [positions, pairs, 2]; their sum is 1 for each position.
  let wholePairs: [Int16]
  /// The same, [pairs, positions, 2].
  let transposedPairs: [Int16]
  /// Whether position p takes the inputs 2p - 1 to 2p + 2 with the weights 1, 3, 3 and 1 eighths, those outside from the edge.
  package let halves: Bool

  package init(start: [Int32], count: Int, weights: [Float], halves: Bool = false) {
    self.start = start
    self.count = count
    self.weights = weights
    self.halves = halves
    wholePairs = ImageTaps.whole(weights, count)
    transposedPairs = ImageTaps.transposed(wholePairs, pairs: (count + 1) / 2)
  }

  private static func whole(_ weights: [Float], _ count: Int) -> [Int16] {
    let (positions, pairs) = (weights.count / count, (count + 1) / 2)
    var whole = [Int16](repeating: 0, count: positions * pairs * 2)
    for position in 0..<positions {
      var rest = 1 << 14
      var largest = 0
      for tap in 0..<count {
        let weight = Int((weights[position * count + tap] * Float(1 << 14)).rounded())
        whole[position * pairs * 2 + tap] = Int16(weight)
        rest -= weight
        if weights[position * count + tap] > weights[position * count + largest] { largest = tap }
      }
      whole[position * pairs * 2 + largest] += Int16(rest)
    }
    return whole
  }

  private static func transposed(_ whole: [Int16], pairs: Int) -> [Int16] {
    guard pairs > 1 else { return whole }
    let positions = whole.count / (2 * pairs)
    var result = whole
    for position in 0..<positions {
      for pair in 0..<pairs {
        for side in 0..<2 { result[(pair * positions + position) * 2 + side] = whole[(position * pairs + pair) * 2 + side] }
      }
    }
    return result
  }
}
