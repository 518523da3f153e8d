import Engine
import Diagnostics
import Tensors

/// A geometric operation with the key of its random stream.
package struct GeometryStep: Equatable, Sendable {
  package enum Operation: Equatable, Sendable {
    case rotate(Distribution, about: Anchor)
    case flip(vertical: Bool, horizontal: Bool, chance: Double)
    case crop(height: Int, width: Int, at: CropPlace)
    case resize(height: Int, width: Int)

    var isRandom: Bool {
      switch self {
      case .rotate(.constant, _), .resize: false
      case .rotate: true
      case .flip(_, _, let chance): chance > 0 && chance < 1
      case .crop(_, _, let place): place == .random
      }
    }
  }

  /// Named positions.
  package enum Spot: String, CaseIterable, Sendable {
    case center
    case topLeft = "top-left"
    case topRight = "top-right"
    case bottomLeft = "bottom-left"
    case bottomRight = "bottom-right"

    /// Vertical and horizontal position, as fractions of the free space.
    var part: (down: Double, right: Double) {
      switch self {
      case .center: (0.5, 0.5)
      case .topLeft: (0, 0)
      case .topRight: (0, 1)
      case .bottomLeft: (1, 0)
      case .bottomRight: (1, 1)
      }
    }
  }

  package enum Anchor: Equatable, Sendable {
    case spot(Spot)
    /// Measured from the outer corner.
    case point(row: Double, column: Double)

    func position(height: Int, width: Int) -> (row: Double, column: Double) {
      switch self {
      case .spot(let spot): (Double(height) * spot.part.down, Double(width) * spot.part.right)
      case .point(let row, let column): (row, column)
      }
    }
  }

  package enum CropPlace: Equatable, Sendable {
    case spot(Spot)
    case random
    /// The crop's top-left corner.
    case point(row: Int, column: Int)
  }

  package let operation: Operation
  package let key: RandomKey
  package let place: UInt32

  package init(_ operation: Operation, key: RandomKey, place: UInt32) {
    self.operation = operation
    self.key = key
    self.place = place
  }
}

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
      && zip(steps, other.steps).allSatisfy { $0 == $1 || ($0.operation == $1.operation && !$0.operation.isRandom) }
  }

  package var isEmpty: Bool { steps.isEmpty }

  package struct Framed: Sendable {
    package var map: AffineMap
    package var height: Int
    package var width: Int
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

extension GeometryStep {
  fileprivate func apply(to framed: inout Recipe.Framed, _ sample: SampleID) throws {
    let words = key.words(place, sample.id, sample.copy, sample.epoch)
    let first = Double((UInt64(words.0) << 32 | UInt64(words.1)) >> 11) * 0x1p-53
    let second = Double((UInt64(words.2) << 32 | UInt64(words.3)) >> 11) * 0x1p-53
    let (height, width) = (framed.height, framed.width)
    switch operation {
    case .rotate(let angle, let about):
      let point = about.position(height: height, width: width)
      let map = AffineMap.rotation(degrees: angle.value(first, second), aboutRow: point.row, column: point.column)
      framed.map = framed.map.after(map)
    case .flip(let vertical, let horizontal, let chance):
      guard first < chance else { return }
      framed.map = framed.map.after(.flip(vertical: vertical, horizontal: horizontal, height: height, width: width))
    case .crop(let h, let w, let place):
      guard h <= height, w <= width else {
        throw Fault(
          ImageErrors.cropTooLarge, "a crop of \(h)×\(w) does not fit in an image of \(height)×\(width)",
          hint: "crop to a smaller size, or `resize` first")
      }
      let corner = try corner(place, height - h, width - w, first, second)
      framed.map = framed.map.after(.shift(row: corner.row, column: corner.column))
      (framed.height, framed.width) = (h, w)
    case .resize(let h, let w):
      framed.map = framed.map.after(.scaling(fromHeight: height, width, toHeight: h, w))
      (framed.height, framed.width) = (h, w)
    }
  }

  private func corner(_ place: CropPlace, _ down: Int, _ right: Int, _ first: Double, _ second: Double) throws -> (row: Int, column: Int) {
    switch place {
    case .spot(let spot): return (Int(Double(down) * spot.part.down), Int(Double(right) * spot.part.right))
    case .random: return (Int(first * Double(down + 1)), Int(second * Double(right + 1)))
    case .point(let row, let column):
      guard row >= 0, column >= 0, row <= down, column <= right else {
        throw Fault(
          ImageErrors.cropTooLarge, "a crop at row \(row), column \(column) extends beyond the image",
          hint: "its top-left corner must be between (0, 0) and (\(down), \(right))")
      }
      return (row, column)
    }
  }
}
