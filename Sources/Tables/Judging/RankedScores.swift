/// Scores of positive and of negative cases by rank, for the area under the receiver operating characteristic (AUC).
struct RankedScores {
  /// The rank of each case's score; equal scores have the same.
  private let positives: [Int32]
  private let negatives: [Int32]
  private let count: Int

  /// Scores are not NaN.
  init(positives: [Double], negatives: [Double]) {
    let coded = CodedColumn(real: positives, synthetic: negatives, isDiscrete: false)
    (self.positives, self.negatives, count) = (coded.real, coded.synthetic, coded.count)
  }

  var positiveCount: Int { positives.count }
  var negativeCount: Int { negatives.count }

  /// The share of pairs of a positive and a negative case in which the positive one has the higher score, ties by half
  /// (J. Hanley and B. McNeil, "The meaning and use of the area under a ROC curve", 1982). NaN if one of them is empty.
  func area(_ positiveWeights: [Double]? = nil, _ negativeWeights: [Double]? = nil) -> Double {
    var (up, down) = ([Double](repeating: 0, count: count), [Double](repeating: 0, count: count))
    for (place, rank) in positives.enumerated() { up[Int(rank)] += positiveWeights?[place] ?? 1 }
    for (place, rank) in negatives.enumerated() { down[Int(rank)] += negativeWeights?[place] ?? 1 }
    var (area, below, above) = (0.0, 0.0, 0.0)
    for rank in 0..<count {
      area += up[rank] * (below + down[rank] / 2)
      below += down[rank]
      above += up[rank]
    }
    return area / (above * below)
  }

  /// The area with positive and negative cases resampled.
  func area(_ resampling: Resampling, replicate: Int) -> Double {
    area(
      resampling.weights(positives.count, stratum: 0, replicate: replicate), resampling.weights(negatives.count, stratum: 1, replicate: replicate))
  }
}
