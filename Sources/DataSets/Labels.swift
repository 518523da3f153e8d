import Diagnostics
import Tensors

/// The labels of examples: a class for each, or a share of every class for each.
package enum Labels: Equatable, Sendable {
  case classes([Int32])
  /// [count, classes] in rows; no share is negative, and each row sums to 1.
  case soft([Float], classes: Int)

  package var count: Int {
    switch self {
    case .classes(let labels): labels.count
    case .soft(let shares, let classes): shares.count / classes
    }
  }

  /// The smallest number of classes that these labels need.
  package var classCount: Int {
    switch self {
    case .classes(let labels): labels.max().map { Int($0) + 1 } ?? 0
    case .soft(_, let classes): classes
    }
  }

  var byteCount: Int {
    switch self {
    case .classes(let labels): 4 * labels.count
    case .soft(let shares, _): 4 * shares.count
    }
  }

  /// Soft labels from a tensor [count, classes].
  package init(soft tensor: Tensor) throws {
    guard tensor.type.rank == 2, tensor.shape[1] > 0 else {
      throw Fault(
        AnnotationErrors.badSoftLabels, "soft labels must be a matrix [count, classes], got \(tensor.type.description)",
        hint: "give the share of each class for each example, or the number of one class")
    }
    let classes = tensor.shape[1]
    for row in 0..<tensor.shape[0] {
      var sum = 0.0
      for column in 0..<classes {
        let share = tensor[row * classes + column]
        guard share >= 0, share.isFinite else {
          throw Fault(
            AnnotationErrors.badSoftLabels, "soft label \(row) gives class \(column) a share of \(share.brief), expected a number from 0 to 1",
            hint: "turn scores into shares first: `softmax(scores)`")
        }
        sum += share
      }
      guard abs(sum - 1) <= 1e-4 else {
        throw Fault(
          AnnotationErrors.badSoftLabels, "the shares of soft label \(row) sum to \(sum.brief), expected 1",
          hint: "divide each row by its sum: `labels / sum(labels, axis=1, keepdims=true)`")
      }
    }
    self = .soft((0..<tensor.count).map { Float(tensor[$0]) }, classes: classes)
  }

  func selecting(_ positions: [Int]) -> Labels {
    switch self {
    case .classes(let labels): .classes(positions.map { labels[$0] })
    case .soft(let shares, let classes): .soft(positions.flatMap { shares[$0 * classes..<($0 + 1) * classes] }, classes: classes)
    }
  }

  /// Each `times` times in a row.
  func repeated(_ times: Int) -> Labels {
    times == 1 ? self : selecting((0..<count).flatMap { Array(repeating: $0, count: times) })
  }

  /// i32[count], or f32[count, classes].
  package func tensor() throws -> Tensor {
    switch self {
    case .classes(let labels): try Tensor(labels, shape: [labels.count])
    case .soft(let shares, let classes): try Tensor(dtype: .f32, shape: [shares.count / classes, classes]) { Double(shares[$0]) }
    }
  }
}

extension DataSet {
  /// The shares of an entry, f32[classes].
  package func softLabel(_ position: Int) throws -> Tensor {
    guard case .soft(let shares, let classes) = target else { return try Tensor([Float](), shape: [0]) }
    return try Tensor(Array(shares[position * classes..<(position + 1) * classes]), shape: [classes])
  }
}
