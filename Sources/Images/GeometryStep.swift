import Diagnostics
import Engine
import Glibc
import Tensors

/// A geometric operation with the key of its random stream.
package struct GeometryStep: Equatable, Sendable {
  package enum Operation: Equatable, Sendable {
    case rotate(Distribution, about: Anchor)
    case flip(vertical: Bool, horizontal: Bool, chance: Double)
    case crop(height: Int, width: Int, at: CropPlace)
    case resize(height: Int, width: Int)
    /// Rotates into a frame that holds the whole image.
    case rotateExpanding(degrees: Double)
    /// Counter-clockwise, of integers.
    case quarterTurn(Distribution)
    case transpose
    case pad(top: Int, bottom: Int, left: Int, right: Int)
    /// Down and to the right, in pixels.
    case shift(down: Distribution, right: Distribution)
    case scale(Distribution, about: Anchor)
    /// By angles in degrees: rows move horizontally, columns vertically.
    case shear(horizontal: Distribution, vertical: Distribution)
    /// A part of so much of the area and of such an aspect (width by height), at a random place, resized.
    case resizedCrop(height: Int, width: Int, area: Distribution, aspect: Distribution)

    var isRandom: Bool {
      func draws(_ distributions: Distribution...) -> Bool { distributions.contains { if case .constant = $0 { false } else { true } } }
      return switch self {
      case .rotate(let angle, _): draws(angle)
      case .flip(_, _, let chance): chance > 0 && chance < 1
      case .crop(_, _, let place): place == .random
      case .resize, .rotateExpanding, .transpose, .pad: false
      case .quarterTurn(let turns): draws(turns)
      case .shift(let down, let right): draws(down, right)
      case .scale(let factor, _): draws(factor)
      case .shear(let horizontal, let vertical): draws(horizontal, vertical)
      case .resizedCrop: true
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
  /// What the operation asks for; nil leaves it to the others.
  package let sampling: Sampling?

  package init(_ operation: Operation, key: RandomKey, place: UInt32, sampling: Sampling? = nil) {
    self.sampling = sampling
    self.operation = operation
    self.key = key
    self.place = place
  }
}

extension GeometryStep {
  func apply(to framed: inout Recipe.Framed, _ sample: SampleID) throws {
    if let sampling { framed.sampling = sampling }
    let (first, second) = uniforms(0, sample)
    let (height, width) = (framed.height, framed.width)
    func center() -> (row: Double, column: Double) { (Double(height) / 2, Double(width) / 2) }
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
      framed.map = framed.map.after(.shift(row: Double(corner.row), column: Double(corner.column)))
      (framed.height, framed.width) = (h, w)
    case .resize(let h, let w):
      framed.map = framed.map.after(.scaling(fromHeight: Double(height), Double(width), toHeight: h, w))
      (framed.height, framed.width) = (h, w)
    case .rotateExpanding(let degrees):
      let (h, w) = GeometryStep.enclosing(height, width, degrees)
      // The centres of both frames coincide.
      let shift = AffineMap.shift(row: Double(height - h) / 2, column: Double(width - w) / 2)
      framed.map = framed.map.after(.rotation(degrees: degrees, aboutRow: center().row, column: center().column)).after(shift)
      (framed.height, framed.width) = (h, w)
    case .quarterTurn(let turns):
      let count = (Int(fmod(turns.value(first, second), 4)) + 4) % 4
      guard !operation.isRandom || height == width else {
        throw Fault(
          ImageErrors.badGeometry, "random quarter turns need square images, got \(height)×\(width)",
          hint: "crop or resize first, or turn by a fixed number of quarters")
      }
      if count % 2 == 1 { (framed.height, framed.width) = (width, height) }
      switch count {
      // Counter-clockwise: the result's row r, column c is the source's row c, column width - 1 - r.
      case 1: framed.map = framed.map.after(AffineMap(a: 0, b: 1, c: 0, d: -1, e: 0, f: Double(width - 1)))
      case 2: framed.map = framed.map.after(.flip(vertical: true, horizontal: true, height: height, width: width))
      case 3: framed.map = framed.map.after(AffineMap(a: 0, b: -1, c: Double(height - 1), d: 1, e: 0, f: 0))
      default: break
      }
    case .transpose:
      framed.map = framed.map.after(.transposition)
      (framed.height, framed.width) = (width, height)
    case .pad(let top, let bottom, let left, let right):
      framed.map = framed.map.after(.shift(row: Double(-top), column: Double(-left)))
      (framed.height, framed.width) = (height + top + bottom, width + left + right)
    case .shift(let down, let right):
      let (third, fourth) = uniforms(1, sample)
      framed.map = framed.map.after(.shift(row: -down.value(first, second), column: -right.value(third, fourth)))
    case .scale(let factor, let about):
      let (point, factor) = (about.position(height: height, width: width), factor.value(first, second))
      guard factor > 0 else {
        throw Fault(ImageErrors.badGeometry, "a scale must be greater than 0, got \(factor)", hint: "draw it from positive numbers, as in 0.8..1.2")
      }
      framed.map = framed.map.after(.linear(1 / factor, 0, 0, 1 / factor, aboutRow: point.row, column: point.column))
    case .shear(let horizontal, let vertical):
      let (third, fourth) = uniforms(1, sample)
      // The inverse of [1, tan v; tan h, 1], which moves a point right by tan h for each row down.
      let (h, v) = (tan(horizontal.value(first, second) * .pi / 180), tan(vertical.value(third, fourth) * .pi / 180))
      let determinant = 1 - h * v
      guard abs(determinant) > 1e-6 else {
        throw Fault(ImageErrors.badGeometry, "these shears flatten the image to a line", hint: "use smaller angles")
      }
      framed.map = framed.map.after(
        .linear(1 / determinant, -v / determinant, -h / determinant, 1 / determinant, aboutRow: center().row, column: center().column))
    case .resizedCrop(let h, let w, let area, let aspect):
      let part = part(of: (height, width), area, aspect, sample)
      framed.map = framed.map.after(.shift(row: part.row, column: part.column)).after(
        .scaling(fromHeight: part.height, part.width, toHeight: h, w))
      (framed.height, framed.width) = (h, w)
    }
  }

  /// Two numbers in [0, 1) for each index, a pure function of the step's key, its place and the sample.
  private func uniforms(_ index: UInt64, _ sample: SampleID) -> (Double, Double) {
    (index == 0 ? key : RandomKey(key.bits, index)).uniforms(place, sample.id, sample.copy, sample.epoch)
  }

  /// The smallest frame that holds an image turned about its centre.
  private static func enclosing(_ height: Int, _ width: Int, _ degrees: Double) -> (height: Int, width: Int) {
    let map = AffineMap.rotation(degrees: degrees, aboutRow: 0.5, column: 0.5)
    func size(_ a: Double, _ b: Double) -> Int { max(1, Int((abs(a) * Double(height) + abs(b) * Double(width) - 1e-6).rounded(.up))) }
    return (size(map.a, map.b), size(map.d, map.e))
  }

  /// As Inception's crops: the area and the aspect are drawn up to ten times until the part fits; otherwise it is the
  /// largest one at the centre (C. Szegedy and others, "Going deeper with convolutions", CVPR 2015).
  private func part(of size: (height: Int, width: Int), _ area: Distribution, _ aspect: Distribution, _ sample: SampleID)
    -> (row: Double, column: Double, height: Double, width: Double)
  {
    let (height, width) = (Double(size.height), Double(size.width))
    for attempt in 0..<10 as Range<UInt64> {
      let (a, b) = (uniforms(3 * attempt, sample), uniforms(3 * attempt + 1, sample))
      let (pixels, ratio) = (area.value(a.0, a.1) * height * width, aspect.value(b.0, b.1))
      guard pixels > 0, ratio > 0 else { continue }
      let (h, w) = ((pixels / ratio).squareRoot().rounded(), (pixels * ratio).squareRoot().rounded())
      guard h >= 1, w >= 1, h <= height, w <= width else { continue }
      let place = uniforms(3 * attempt + 2, sample)
      return ((place.0 * (height - h + 1)).rounded(.down), (place.1 * (width - w + 1)).rounded(.down), h, w)
    }
    let side = min(height, width)
    return (((height - side) / 2).rounded(.down), ((width - side) / 2).rounded(.down), side, side)
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
