import Diagnostics

extension GeometryOperation {
  func cut(_ plan: inout ImagePlan, _ draws: Draws) throws {
    switch self {
    case .crop(let height, let width, let place, let pads):
      let (h, w) = (height.pixels(of: plan.height), width.pixels(of: plan.width))
      try GeometryOperation.cut(&plan, h, w, place, pads, draws)
    case .crops(let height, let width, let isMirrored, let isVertical, let stride):
      let spots = Spot.allCases
      let index = Int(draws.sample.copy / stride) % (isMirrored ? 2 * spots.count : spots.count)
      let (h, w) = (height.pixels(of: plan.height), width.pixels(of: plan.width))
      try GeometryOperation.cut(&plan, h, w, .spot(spots[index % spots.count]), false, draws)
      draws.note(spots[index % spots.count].rawValue + (index >= spots.count ? ", flipped" : ""))
      if index >= spots.count { plan.move(.flip(vertical: isVertical, horizontal: !isVertical, height: h, width: w)) }
    case .resizedCrop(let h, let w, let area, let aspect):
      let part = try GeometryOperation.part(of: (plan.height, plan.width), area, aspect, draws)
      plan.move(.shift(row: part.row, column: part.column))
      plan.move(.scaling(fromHeight: part.height, part.width, toHeight: h, w), height: h, width: w)
    default: break
    }
  }

  private static func cut(_ plan: inout ImagePlan, _ h: Int, _ w: Int, _ place: CropPlace, _ pads: Bool, _ draws: Draws) throws {
    let (height, width) = (plan.height, plan.width)
    guard pads || (h <= height && w <= width) else {
      throw Fault(
        ImageErrors.cropTooLarge, "a crop of \(h)×\(w) does not fit in an image of \(height)×\(width)",
        hint: "crop to a smaller size, `resize` first, or fill what is missing with `pad=true`")
    }
    let corner = try corner(place, height - h, width - w, pads, draws)
    plan.move(.shift(row: Double(corner.row), column: Double(corner.column)), height: h, width: w)
  }

  private static func corner(_ place: CropPlace, _ down: Int, _ right: Int, _ pads: Bool, _ draws: Draws) throws -> (row: Int, column: Int) {
    switch place {
    case .spot(let spot): return (Int((Double(down) * spot.part.down).rounded(.down)), Int((Double(right) * spot.part.right).rounded(.down)))
    case .random:
      let (first, second) = draws.uniforms(0)
      func place(_ share: Double, _ space: Int) -> Int { space >= 0 ? Int(share * Double(space + 1)) : Int((Double(space) / 2).rounded(.down)) }
      let corner = (place(first, down), place(second, right))
      draws.note("at=(\(corner.0), \(corner.1))")
      return corner
    case .point(let row, let column):
      guard pads || (row >= 0 && column >= 0 && row <= down && column <= right) else {
        throw Fault(
          ImageErrors.cropTooLarge, "a crop at row \(row), column \(column) extends beyond the image",
          hint: "its top-left corner must be between (0, 0) and (\(down), \(right)); or fill what is missing with `pad=true`")
      }
      return (row, column)
    }
  }

  /// As Inception's crops: the area and the aspect are drawn up to ten times until the part fits; otherwise it is the
  /// largest one at the centre (C. Szegedy and others, "Going deeper with convolutions", CVPR 2015).
  private static func part(of size: (height: Int, width: Int), _ area: Distribution, _ aspect: Distribution, _ draws: Draws) throws
    -> (row: Double, column: Double, height: Double, width: Double)
  {
    let (height, width) = (Double(size.height), Double(size.width))
    var (isPossible, problem) = (false, "")
    for attempt in 0..<10 {
      let (share, ratio) = (draws.value(area, 3 * attempt), draws.value(aspect, 3 * attempt + 1))
      guard share > 0, share <= 1, ratio > 0 else {
        problem = share > 0 && share <= 1 ? "`aspect` must be greater than 0, got \(ratio)" : "`area` must be greater than 0 and at most 1, got \(share)"
        continue
      }
      isPossible = true
      let pixels = share * height * width
      let (h, w) = ((pixels / ratio).squareRoot().rounded(), (pixels * ratio).squareRoot().rounded())
      guard h >= 1, w >= 1, h <= height, w <= width else { continue }
      let place = draws.uniforms(3 * attempt + 2)
      let corner = ((place.0 * (height - h + 1)).rounded(.down), (place.1 * (width - w + 1)).rounded(.down))
      draws.note("at=(\(Int(corner.0)), \(Int(corner.1))), \(Int(h))×\(Int(w))")
      return (corner.0, corner.1, h, w)
    }
    guard isPossible else { throw ImageErrors.outside(problem) }
    let side = min(height, width)
    return (((height - side) / 2).rounded(.down), ((width - side) / 2).rounded(.down), side, side)
  }
}
