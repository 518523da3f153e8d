// The axes of a chart, the same in every form of drawing.
extension Chart {
  /// The horizontal axis, with about `count` ticks.
  func positionScale(count: Int) -> Scale {
    if let categories { return Scale(categories: categories) }
    let isWhole = Chart.areWhole(positions)
    guard let extent = Extent(positions) else { return Scale(nil, count: count, isWhole: isWhole) }
    switch kind {
    case .line: return Scale(extent, count: count, isWhole: isWhole)
    // Keeps points at the ends off the axis.
    case .points: return Scale(extent.widened(by: extent.half * 0.04), count: count, isWhole: isWhole)
    case .bars: return Scale(extent.widened(by: barWidth / 2 * 1.1), count: count, isWhole: isWhole)
    }
  }

  /// The vertical axis; bars start at 0.
  func valueScale(count: Int) -> Scale {
    let extent = Extent(series.lazy.flatMap(\.values))
    let isWhole = series.allSatisfy { Chart.areWhole($0.values) }
    return Scale(kind == .bars ? (extent ?? Extent(0, 1)).including(0) : extent, count: count, isWhole: isWhole, endsAtTicks: true)
  }

  private static func areWhole(_ numbers: [Double]) -> Bool { numbers.allSatisfy { !$0.isFinite || $0 == $0.rounded() } }
}
