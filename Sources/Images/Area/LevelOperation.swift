import Engine

/// Operations on the histogram of an image, of 256 levels. As written; see `Levels` for one image.
package enum LevelOperation: ImageOperation {
  /// `cutoff` is the share of the darkest and of the lightest pixels, in percent, that is ignored.
  case autocontrast(cutoff: Distribution)
  case equalize
  case clahe(limit: Distribution, tiles: Int)

  package static let cutoffs = 0.0...49
  package static let limits = 0.0...256

  package var isRandom: Bool {
    switch self {
    case .autocontrast(let parameter), .clahe(let parameter, _): [parameter].areRandom
    case .equalize: false
    }
  }

  package func apply(to plan: inout ImagePlan, _ draws: Draws) throws {
    switch self {
    case .autocontrast(let cutoff): plan.add(Levels.autocontrast(cutoff: try draws.value(cutoff, 0, named: "cutoff", in: Self.cutoffs)))
    case .equalize: plan.add(Levels.equalize)
    case .clahe(let limit, let tiles): plan.add(Levels.clahe(limit: try draws.value(limit, 0, named: "limit", in: Self.limits), tiles: tiles))
    }
  }
}

/// An operation on the histogram of one image.
package enum Levels: AreaOperation {
  case autocontrast(cutoff: Double)
  case equalize
  case clahe(limit: Double, tiles: Int)

  package func run(_ input: Pixels, into output: Pixels, _ backend: any Backend) throws {
    let table: (ArraySlice<UInt32>) -> [UInt8]
    switch self {
    case .autocontrast(let cutoff): table = { Levels.stretched($0, cutoff: cutoff) }
    case .equalize: table = Levels.equalized
    case .clahe(let limit, let tiles): return try backend.run(.equalization(rows: tiles, columns: tiles, limit: limit), input, into: output)
    }
    let counts = backend.histograms(input, channels: input.colours)
    let tables = (0..<input.colours).flatMap { table(counts[$0 * 256..<($0 + 1) * 256]) }
    try backend.run(.table(tables), input, into: output)
  }

  private static let identity = (0..<256).map { UInt8($0) }

  /// The level that is the lowest becomes 0, the highest 255, as by Pillow's `ImageOps.autocontrast`.
  static func stretched(_ histogram: ArraySlice<UInt32>, cutoff: Double) -> [UInt8] {
    var counts = histogram.map { Int($0) }
    let dropped = Int(Double(counts.reduce(0, +)) * cutoff / 100)
    for order in [Array(0..<256), Array((0..<256).reversed())] where cutoff > 0 {
      var rest = dropped
      for level in order where rest > 0 {
        let taken = min(rest, counts[level])
        counts[level] -= taken
        rest -= taken
      }
    }
    guard let low = counts.firstIndex(where: { $0 > 0 }), let high = counts.lastIndex(where: { $0 > 0 }), high > low else { return identity }
    let scale = 255 / Double(high - low)
    let offset = -Double(low) * scale
    return (0..<256).map { UInt8(min(max(Double($0) * scale + offset, 0), 255)) }
  }

  /// Levels spread so that their sums grow evenly, as by Pillow's `ImageOps.equalize`.
  static func equalized(_ histogram: ArraySlice<UInt32>) -> [UInt8] {
    let counts = histogram.map { Int($0) }
    let used = counts.filter { $0 > 0 }
    guard used.count > 1, let last = used.last else { return identity }
    let step = (used.reduce(0, +) - last) / 255
    guard step > 0 else { return identity }
    var sum = step / 2
    return counts.map { count in
      defer { sum += count }
      return UInt8(min(sum / step, 255))
    }
  }
}
