/// A geometric operation.
package enum GeometryOperation: ImageOperation {
  case rotate(Distribution, about: Anchor)
  /// Rotates into a frame that holds the whole image.
  case rotateExpanding(degrees: Double)
  case flip(vertical: Bool, horizontal: Bool, chance: Double)
  /// Each image in every other epoch; which half begins is drawn (K. Jordan, "94% on CIFAR-10 in 3.29 seconds on a single
  /// GPU", arXiv:2404.00498).
  case alternateFlip(vertical: Bool, horizontal: Bool)
  /// `pads`: what is missing of an image that is too small is outside the image.
  case crop(height: Length, width: Length, at: CropPlace, pads: Bool = false)
  /// The centre and the four corners, and all of them flipped if `isMirrored`: one for each copy, of which `stride`
  /// successive ones have the same place.
  case crops(height: Length, width: Length, isMirrored: Bool, isVertical: Bool, stride: UInt32)
  /// A part of so much of the area and of such an aspect (width by height), at a random place, resized.
  case resizedCrop(height: Int, width: Int, area: Distribution, aspect: Distribution)
  case resize(height: Int, width: Int)
  /// Keeps the aspect.
  case resizeShorter(Int)
  /// Counter-clockwise, of integers.
  case quarterTurn(Distribution)
  case transpose
  case pad(top: Int, bottom: Int, left: Int, right: Int)
  /// Down and to the right, in pixels.
  case shift(down: Distribution, right: Distribution)
  case scale(Distribution, about: Anchor)
  /// By angles in degrees: rows move horizontally, columns vertically.
  case shear(horizontal: Distribution, vertical: Distribution)
  /// Rotation, scale and shear about the centre, then a shift in shares of the image's sides.
  case affine(rotate: Distribution, down: Distribution, right: Distribution, scale: Distribution, shear: Distribution)
  /// The corners move inwards by up to this share of half the sides.
  case perspective(Distribution)
  /// Control points move by up to `strength` pixels; `spacing` pixels apart, by default a quarter of the shorter side.
  case elastic(strength: Distribution, spacing: Double?)

  package var isRandom: Bool {
    switch self {
    case .rotate(let angle, _): [angle].areRandom
    case .flip(_, _, let chance): chance > 0 && chance < 1
    case .crop(_, _, let place, _): place == .random
    case .resize, .resizeShorter, .rotateExpanding, .transpose, .pad, .crops: false
    case .quarterTurn(let turns): [turns].areRandom
    case .shift(let down, let right): [down, right].areRandom
    case .scale(let factor, _): [factor].areRandom
    case .shear(let horizontal, let vertical): [horizontal, vertical].areRandom
    case .affine(let rotate, let down, let right, let scale, let shear): [rotate, down, right, scale, shear].areRandom
    case .resizedCrop, .alternateFlip, .perspective, .elastic: true
    }
  }

  package func repeated(_ copies: UInt32) -> GeometryOperation {
    guard case .crops(let height, let width, let isMirrored, let isVertical, let stride) = self else { return self }
    return .crops(height: height, width: width, isMirrored: isMirrored, isVertical: isVertical, stride: UInt32(clamping: UInt64(stride) * UInt64(copies)))
  }

  /// A side of a crop.
  package enum Length: Equatable, Sendable, ExpressibleByIntegerLiteral {
    case pixels(Int)
    /// Of the image's side.
    case share(Double)

    package init(integerLiteral value: Int) { self = .pixels(value) }

    func pixels(of side: Int) -> Int {
      switch self {
      case .pixels(let count): count
      case .share(let share): max(1, Int((share * Double(side)).rounded()))
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
}
