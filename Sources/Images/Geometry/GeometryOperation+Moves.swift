import Diagnostics
import Glibc

extension GeometryOperation {
  package func apply(to plan: inout ImagePlan, _ draws: Draws) throws {
    let (height, width) = (plan.height, plan.width)
    let center = Anchor.spot(.center).position(height: height, width: width)
    switch self {
    case .rotate(let angle, let about):
      let point = about.position(height: height, width: width)
      plan.move(.rotation(degrees: draws.value(angle, named: "by"), aboutRow: point.row, column: point.column))
    case .rotateExpanding(let degrees):
      let (h, w) = GeometryOperation.enclosing(height, width, degrees)
      // The centres of both frames coincide.
      let shift = AffineMap.shift(row: Double(height - h) / 2, column: Double(width - w) / 2)
      plan.move(AffineMap.rotation(degrees: degrees, aboutRow: center.row, column: center.column).after(shift), height: h, width: w)
    case .flip(let vertical, let horizontal, let chance):
      guard draws.happens(chance) else { return }
      plan.move(.flip(vertical: vertical, horizontal: horizontal, height: height, width: width))
    case .alternateFlip(let vertical, let horizontal):
      guard (draws.ofImage < 0.5) == (draws.sample.epoch % 2 == 0) else { return }
      draws.note("drawn")
      plan.move(.flip(vertical: vertical, horizontal: horizontal, height: height, width: width))
    case .crop, .crops, .resizedCrop: try cut(&plan, draws)
    case .resize(let h, let w):
      plan.move(.scaling(fromHeight: Double(height), Double(width), toHeight: h, w), height: h, width: w)
    case .resizeShorter(let side):
      let factor = Double(side) / Double(min(height, width))
      let (h, w) = (Int((Double(height) * factor).rounded()), Int((Double(width) * factor).rounded()))
      try GeometryOperation.check(h, w)
      plan.move(.scaling(fromHeight: Double(height), Double(width), toHeight: h, w), height: h, width: w)
    case .quarterTurn(let turns): try turn(&plan, turns, draws)
    case .transpose: plan.move(.transposition, height: width, width: height)
    case .pad(let top, let bottom, let left, let right):
      try GeometryOperation.check(height + top + bottom, width + left + right)
      plan.move(.shift(row: Double(-top), column: Double(-left)), height: height + top + bottom, width: width + left + right)
    case .shift(let down, let right):
      plan.move(.shift(row: -draws.value(down, named: "down"), column: -draws.value(right, 1, named: "right")))
    case .scale(let factor, let about):
      let (point, factor) = (about.position(height: height, width: width), try GeometryOperation.factor(draws.value(factor, named: "factor")))
      plan.move(.linear(1 / factor, 0, 0, 1 / factor, aboutRow: point.row, column: point.column))
    case .shear(let horizontal, let vertical):
      let (h, v) = (draws.value(horizontal, named: "horizontal"), draws.value(vertical, 1, named: "vertical"))
      plan.move(try GeometryOperation.shearing(h, v, about: center))
    case .affine(let rotate, let down, let right, let scale, let shear):
      let factor = try GeometryOperation.factor(draws.value(scale, 3, named: "scale"))
      let angle = draws.value(rotate, 0, named: "rotate")
      let shift = (draws.value(down, 1, named: "down") * Double(height), draws.value(right, 2, named: "right") * Double(width))
      plan.move(.shift(row: -shift.0, column: -shift.1))
      plan.move(.rotation(degrees: angle, aboutRow: center.row, column: center.column))
      plan.move(.linear(1 / factor, 0, 0, 1 / factor, aboutRow: center.row, column: center.column))
      plan.move(try GeometryOperation.shearing(draws.value(shear, 4, named: "shear"), 0, about: center))
    case .perspective(let strength): try plan.bend(perspective(strength, height, width, draws))
    case .elastic(let strength, let spacing): try plan.bend(elastic(strength, spacing, height, width, draws))
    }
  }

  private func turn(_ plan: inout ImagePlan, _ turns: Distribution, _ draws: Draws) throws {
    let (height, width) = (plan.height, plan.width)
    let count = (Int(fmod(draws.value(turns, named: "turns"), 4)) + 4) % 4
    guard !isRandom || height == width else {
      throw Fault(
        ImageErrors.badGeometry, "random quarter turns need square images, got \(height)×\(width)",
        hint: "crop or resize first, or turn by a fixed number of quarters")
    }
    switch count {
    // Counter-clockwise: the result's row r, column c is the source's row c, column width - 1 - r.
    case 1: plan.move(AffineMap(a: 0, b: 1, c: 0, d: -1, e: 0, f: Double(width - 1)), height: width, width: height)
    case 2: plan.move(.flip(vertical: true, horizontal: true, height: height, width: width))
    case 3: plan.move(AffineMap(a: 0, b: -1, c: Double(height - 1), d: 1, e: 0, f: 0), height: width, width: height)
    default: break
    }
  }

  private static func factor(_ factor: Double) throws -> Double {
    guard factor > 0 else {
      throw Fault(ImageErrors.badGeometry, "a scale must be greater than 0, got \(factor)", hint: "draw it from positive numbers, as in 0.8..1.2")
    }
    return factor
  }

  /// The inverse of [1, tan v; tan h, 1], which moves a point right by tan h for each row down.
  private static func shearing(_ horizontal: Double, _ vertical: Double, about center: (row: Double, column: Double)) throws -> AffineMap {
    let (h, v) = (tan(horizontal * .pi / 180), tan(vertical * .pi / 180))
    let determinant = 1 - h * v
    guard abs(determinant) > 1e-6 else {
      throw Fault(ImageErrors.badGeometry, "these shears flatten the image to a line", hint: "use smaller angles")
    }
    return .linear(1 / determinant, -v / determinant, -h / determinant, 1 / determinant, aboutRow: center.row, column: center.column)
  }

  static let longestSide = 32_768

  static func check(_ height: Int, _ width: Int) throws {
    guard height <= longestSide, width <= longestSide else {
      throw Fault(
        ImageErrors.badGeometry, "the result would be \(height)×\(width); a side can be at most \(longestSide) pixels long",
        hint: "pad or enlarge by less, or crop first")
    }
  }

  /// The smallest frame that holds an image turned about its centre.
  private static func enclosing(_ height: Int, _ width: Int, _ degrees: Double) -> (height: Int, width: Int) {
    let map = AffineMap.rotation(degrees: degrees, aboutRow: 0.5, column: 0.5)
    func size(_ a: Double, _ b: Double) -> Int { max(1, Int((abs(a) * Double(height) + abs(b) * Double(width) - 1e-6).rounded(.up))) }
    return (size(map.a, map.b), size(map.d, map.e))
  }
}
