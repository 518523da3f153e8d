/// The sums of a bin's rows.
struct BinSums {
  /// Of the gradients and Hessians.
  var sums = SIMD2<Double>.zero
  var count = 0

  @inline(__always) static func += (left: inout BinSums, right: BinSums) {
    left.sums += right.sums
    left.count += right.count
  }

  @inline(__always) static func - (left: BinSums, right: BinSums) -> BinSums {
    BinSums(sums: left.sums - right.sums, count: left.count - right.count)
  }

  /// Twice how much the best value of a leaf with these sums lowers the loss (T. Chen and C. Guestrin, "XGBoost", KDD 2016, equation 6).
  @inline(__always) func score(_ l2: Double) -> Double { sums.x * sums.x / (sums.y + l2) }
}

/// A way to split a node in two.
struct Split {
  var gain: Double
  var feature: Int
  var goesLeft: BinSet
  var left: BinSums
}

/// Finds the best split of a node by one feature.
struct SplitSearch {
  let smallestLeaf: Int
  let l2: Double

  /// Fewer levels are split one against the rest.
  private static let oneLevelLimit = 4
  /// The most levels on the smaller side of a split.
  private static let levelLimit = 32
  /// Added to the Hessian of a level to order levels, so that rare ones lie in the middle, and to that of a side of several
  /// levels, since they were chosen by their gradients (the defaults of LightGBM: `cat_smooth`, `cat_l2`).
  private static let levelSmoothing = 10.0

  private static let smallestHessian = 1e-3

  func best(_ histogram: UnsafeBufferPointer<BinSums>, _ total: BinSums, feature: Int, isCategory: Bool) -> Split? {
    guard total.count >= 2 * smallestLeaf else { return nil }
    return isCategory ? bestLevels(histogram, total, feature) : bestThreshold(histogram, total, feature)
  }

  /// How much a split lowers twice the loss; nil if a side is too small or nothing is gained.
  @inline(__always) private func gain(_ left: BinSums, _ total: BinSums, _ parent: Double, _ l2: Double) -> Double? {
    let right = total - left
    guard left.count >= smallestLeaf, right.count >= smallestLeaf, left.sums.y >= Self.smallestHessian, right.sums.y >= Self.smallestHessian else {
      return nil
    }
    let gain = left.score(l2) + right.score(l2) - parent
    // What rounding may make of no gain.
    return gain > 1e-10 * (1e-10 + parent) ? gain : nil
  }

  /// Numbers: those up to an edge go left, and missing cells to the better side, or to the larger one if there are none here.
  private func bestThreshold(_ histogram: UnsafeBufferPointer<BinSums>, _ total: BinSums, _ feature: Int) -> Split? {
    let (missing, parent) = (histogram[histogram.count - 1], total.score(l2))
    var (best, bestEnd, bestTakesMissing, bestLeft) = (0.0, -1, false, BinSums())
    var left = BinSums()
    for bin in 0..<histogram.count - 1 where histogram[bin].count > 0 {
      left += histogram[bin]
      if total.count - left.count < smallestLeaf { break }
      if let gain = gain(left, total, parent, l2), gain > best { (best, bestEnd, bestTakesMissing, bestLeft) = (gain, bin + 1, false, left) }
      guard missing.count > 0 else { continue }
      var both = left
      both += missing
      if let gain = gain(both, total, parent, l2), gain > best { (best, bestEnd, bestTakesMissing, bestLeft) = (gain, bin + 1, true, both) }
    }
    guard bestEnd >= 0 else { return nil }
    var bins = BinSet(below: bestEnd)
    if missing.count > 0 ? bestTakesMissing : 2 * bestLeft.count > total.count { bins.insert(histogram.count - 1) }
    return Split(gain: best, feature: feature, goesLeft: bins, left: bestLeft)
  }

  /// Categories: a few levels on one side and the rest on the other, missing cells as one more level. Many levels are ordered
  /// by their mean gradient, in which the best division is one of consecutive levels (W. Fisher, "On grouping for maximum
  /// homogeneity", 1958). Levels without rows here go to the larger side.
  private func bestLevels(_ histogram: UnsafeBufferPointer<BinSums>, _ total: BinSums, _ feature: Int) -> Split? {
    var levels = histogram.indices.filter { histogram[$0].count > 0 }
    guard levels.count > 1 else { return nil }
    let parent = total.score(l2)
    let isSingle = levels.count <= Self.oneLevelLimit
    if !isSingle {
      let means = histogram.map { $0.sums.x / ($0.sums.y + Self.levelSmoothing) }
      levels.sort { (means[$0], $0) < (means[$1], $1) }
    }
    var (best, bestLevels, bestSums) = (0.0, levels[..<0], BinSums())
    if isSingle {
      for (place, level) in levels.enumerated() {
        if let gain = gain(histogram[level], total, parent, l2), gain > best {
          (best, bestLevels, bestSums) = (gain, levels[place...place], histogram[level])
        }
      }
    } else {
      let most = min(Self.levelLimit, (levels.count + 1) / 2)
      var (first, last) = (BinSums(), BinSums())
      for count in 1...most {
        first += histogram[levels[count - 1]]
        if let gain = gain(first, total, parent, l2 + Self.levelSmoothing), gain > best {
          (best, bestLevels, bestSums) = (gain, levels.prefix(count), first)
        }
        last += histogram[levels[levels.count - count]]
        if let gain = gain(last, total, parent, l2 + Self.levelSmoothing), gain > best {
          (best, bestLevels, bestSums) = (gain, levels.suffix(count), last)
        }
      }
    }
    guard !bestLevels.isEmpty else { return nil }
    var bins = BinSet()
    if 2 * bestSums.count <= total.count {
      for level in bestLevels { bins.insert(level) }
      return Split(gain: best, feature: feature, goesLeft: bins, left: bestSums)
    }
    // The larger side goes right, with every level that does not occur here.
    for level in levels where !bestLevels.contains(level) { bins.insert(level) }
    return Split(gain: best, feature: feature, goesLeft: bins, left: total - bestSums)
  }
}
