import Diagnostics
import Engine
import Tensors

/// Identifies the image for random draws, independently of the order of computation.
package struct SampleID: Equatable, Sendable {
  package let id: UInt32
  package let copy: UInt32
  package let epoch: UInt32

  package init(id: UInt32, copy: UInt32 = 0, epoch: UInt32 = 0) {
    self.id = id
    self.copy = copy
    self.epoch = epoch
  }
}

/// A sequence of operations. Adjacent geometric operations are composed into one map: the image is sampled once, and
/// framed at the end, so that rotating and cropping back loses nothing.
package struct Recipe: Equatable, Sendable {
  private let sequence: SharedSequence<GeometryStep>

  package init(_ steps: [GeometryStep] = []) { sequence = SharedSequence(steps) }

  private init(_ sequence: SharedSequence<GeometryStep>) { self.sequence = sequence }

  package var steps: ArraySlice<GeometryStep> { sequence.elements }

  package func adding(_ steps: [GeometryStep]) -> Recipe { Recipe(sequence.adding(steps)) }

  package static func == (a: Recipe, b: Recipe) -> Bool { a.steps == b.steps }

  /// Whether the operations are equal, with equal streams if anything is random.
  package func isEquivalent(to other: Recipe) -> Bool {
    steps.count == other.steps.count
      && zip(steps, other.steps).allSatisfy { $0 == $1 || ($0.operation == $1.operation && $0.sampling == $1.sampling && !$0.operation.isRandom) }
  }

  package var isEmpty: Bool { steps.isEmpty }

  package struct Framed: Sendable {
    package var map: AffineMap
    package var height: Int
    package var width: Int
    /// As the last operation that asks for one.
    package var sampling = Sampling()

    package init(map: AffineMap, height: Int, width: Int) {
      self.map = map
      self.height = height
      self.width = width
    }

    /// Whether no pixel of an axis-aligned result is outside a source of this size.
    func isInside(height sourceHeight: Int, width sourceWidth: Int) -> Bool {
      func fits(_ scale: Double, _ offset: Double, _ count: Int, _ limit: Int) -> Bool {
        let (first, last) = (offset, scale * Double(count - 1) + offset)
        // The outermost centres are half an output pixel from the edges.
        let margin = (abs(scale) - 1) / 2 - 1e-9
        return min(first, last) >= margin && max(first, last) <= Double(limit - 1) - margin
      }
      return fits(map.a, map.c, height, sourceHeight) && fits(map.e, map.f, width, sourceWidth)
    }
  }

  /// The size of the result for a source of this size; independent of the draws.
  package func size(height: Int, width: Int) throws -> (height: Int, width: Int) {
    let framed = try framed(height: height, width: width, SampleID(id: 0))
    return (framed.height, framed.width)
  }

  /// The whole recipe as one map from the result to the source.
  package func framed(height: Int, width: Int, _ sample: SampleID) throws -> Framed {
    var framed = Framed(map: .identity, height: height, width: width)
    for step in steps { try step.apply(to: &framed, sample) }
    return framed
  }
}
