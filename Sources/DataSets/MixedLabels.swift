import Images
import Tensors

// The labels of mixed images: shares of the classes of all that they are mixed from.
extension DataSet {
  /// The number of classes of soft labels; nil without labels.
  private var softClasses: Int? { target.map { max(names.count, $0.classCount) } }

  /// After steps from `first` on have been added that mix.
  func mixingLabels(from first: Int) throws -> DataSet {
    guard let target, let classes = softClasses else { return self }
    var shares = [Float](repeating: 0, count: count * classes)
    for position in 0..<count {
      var own = target.shares(position, classes)
      for share in try plan(position).shares where share.step >= first {
        guard let base = mixed[share.step], let others = base.target else { continue }
        own = own.map { $0 * share.own }
        for (position, weight, _) in share.others {
          for (index, value) in others.shares(position, classes).enumerated() { own[index] += weight * value }
        }
      }
      shares.replaceSubrange(position * classes..<(position + 1) * classes, with: own)
    }
    return with(target: .soft(shares, classes: classes))
  }

  /// The shape of one label in training: [] for classes, [classes] for shares of them; nil without labels.
  package func labelShape(under augment: Recipe) -> [Int]? {
    guard let target, let classes = softClasses else { return nil }
    if case .soft = target { return [classes] }
    return augment.mixes ? [classes] : []
  }

  /// The soft labels [positions, classes] of examples in an epoch, with more steps after the recipe.
  package func softLabels(_ positions: [Int], epoch: UInt32, extra: Recipe, into output: UnsafeMutablePointer<Float>) throws {
    guard let target, let classes = softClasses else { return }
    for (index, position) in positions.enumerated() {
      let shares = extra.mixes ? try plan(position, epoch: epoch, extra: extra).shares : []
      // Steps of the recipe itself have been counted.
      let mixed = target.mixed(position, shares, classes, from: recipe.steps.count)
      for (place, value) in mixed.enumerated() { output[index * classes + place] = value }
    }
  }
}

extension Labels {
  /// Of an entry that is mixed with others of the same labels, by the steps from `first` on.
  func mixed(_ position: Int, _ shares: [MixShare], _ classes: Int, from first: Int = 0) -> [Float] {
    var own = self.shares(position, classes)
    for share in shares where share.step >= first {
      own = own.map { $0 * share.own }
      for (other, weight, inner) in share.others {
        for (index, value) in mixed(other, inner, classes, from: first).enumerated() { own[index] += weight * value }
      }
    }
    return own
  }

  /// Of an entry, for this number of classes.
  func shares(_ position: Int, _ classes: Int) -> [Float] {
    switch self {
    case .classes(let labels):
      var shares = [Float](repeating: 0, count: classes)
      shares[Int(labels[position])] = 1
      return shares
    case .soft(let shares, let own):
      return Array(shares[position * own..<(position + 1) * own]) + [Float](repeating: 0, count: classes - own)
    }
  }
}
