import Diagnostics
import Images
import Machine

// Operations that move pixels within the frame.
extension Library {
  static let spots = GeometryOperation.Spot.allCases.map(\.rawValue)

  private static let angle = Parameter("by", .distribution, "the angle in degrees; a range draws one for each image")
  private static let centre = Parameter(
    "about", optional: .any, "the fixed point: a name, or (row, column) from the outer corner", shown: "\"center\"", choices: spots)
  private static let expand = Parameter("expand", .boolean, "whether the frame grows to hold the whole rotated image", default: false)
  private static let down = Parameter("down", .distribution, "pixels downwards; a range draws for each image")
  private static let right = Parameter("right", .distribution, "pixels to the right", default: .constant(0))
  private static let factor = Parameter("factor", .distribution, "the factor; a range draws one for each image")
  private static let horizontal = Parameter("horizontal", .distribution, "the angle in degrees by which columns lean")
  private static let vertical = Parameter("vertical", .distribution, "the angle in degrees by which rows lean", default: .constant(0))
  private static let turns = Parameter(
    "turns", .countDistribution, "quarters counter-clockwise; a range or a list draws for each image", default: .constant(1))
  private static let axis = Parameter(
    "axis", "\"horizontal\" swaps left and right, \"vertical\" top and bottom", default: "horizontal", choices: ["horizontal", "vertical", "both"])
  private static let chance = Parameter(
    "chance", optional: .any, "the probability that an image is flipped, or, for each image in every other epoch", shown: "1",
    choices: ["alternate"])

  private enum Affine {
    static let rotate = Parameter("rotate", .distribution, "the angle in degrees", default: .constant(0))
    static let down = Parameter("down", .distribution, "the shift as a share of the height", default: .constant(0))
    static let right = Parameter("right", .distribution, "the shift as a share of the width", default: .constant(0))
    static let scale = Parameter("scale", .distribution, "the factor", default: .constant(1))
    static let shear = Parameter("shear", .distribution, "the angle in degrees by which columns lean", default: .constant(0))
  }

  private static let perspectiveStrength = Parameter(
    "strength", .distribution, "how far corners move inwards, as a share of half the sides", default: .constant(0.3))
  private static let elasticStrength = Parameter("strength", .distribution, "how far the points of the grid move, in pixels")
  private static let spacing = Parameter(
    "spacing", optional: .number, "pixels between the points of the grid", shown: "a quarter of the shorter side")

  static let geometryOperations: [Builtin] = [
    geometry(
      "rotate", "Rotates images counter-clockwise", [angle, centre, expand],
      examples: [
        Example("x = [[1, 2], [3, 4]]\nprint(rotate(x, 90))", "[[2, 4],\n [1, 3]]"),
        Example("print(rotate(-15..15) |> flip())", "rotate(-15..15) |> flip()"),
      ], resamples: true
    ) { call in
      let by = try call[angle]
      guard try call[expand] else { return .rotate(by, about: try anchor(call)) }
      guard case .constant(let degrees) = by else {
        throw call.wrong(
          angle, expected: "a number where `expand=true`", hint: "images of one batch must have one size: crop or resize after a random rotation")
      }
      return .rotateExpanding(degrees: degrees)
    },
    geometry(
      "flip", "Mirrors images", [axis, chance],
      examples: [
        Example("print(flip([[1, 2], [3, 4]]))", "[[2, 1],\n [4, 3]]"), Example("print(flip([[1, 2], [3, 4]], \"vertical\"))", "[[3, 4],\n [1, 2]]"),
        Example("print(flip(chance=\"alternate\"))", "flip(chance=\"alternate\")"),
      ], references: ["K. Jordan, 94% on CIFAR-10 in 3.29 seconds on a single GPU, arXiv:2404.00498"]
    ) { call in
      let axis = try call[axis]
      let (vertical, horizontal) = (axis != "horizontal", axis != "vertical")
      guard let chance = try call[Library.chance] else { return .flip(vertical: vertical, horizontal: horizontal, chance: 1) }
      if chance.tag == .string, chance.string == "alternate" { return .alternateFlip(vertical: vertical, horizontal: horizontal) }
      guard let probability = try? call.machine.scalar(chance).number, (0...1).contains(probability) else {
        throw call.wrong(Library.chance, expected: "a number from 0 to 1, or \"alternate\"")
      }
      return .flip(vertical: vertical, horizontal: horizontal, chance: probability)
    },
    geometry(
      "shift", "Moves images down and to the right; by whole pixels without loss", [down, right],
      examples: [Example("print(shift([[1, 2], [3, 4]], 1, fill=9))", "[[9, 9],\n [1, 2]]")], resamples: true
    ) { call in .shift(down: try call[down], right: try call[right]) },
    geometry(
      "scale", "Enlarges or shrinks the content of images within their frame", [factor, centre],
      examples: [Example("print(scale([[1, 2], [3, 4]], 2, about=\"top-left\", interpolation=\"nearest\"))", "[[1, 1],\n [1, 1]]")], resamples: true
    ) { call in .scale(try call[factor], about: try anchor(call)) },
    geometry(
      "shear", "Leans images about their centre", [horizontal, vertical],
      examples: [Example("print(shear(-10..10) |> flip())", "shear(-10..10) |> flip()")], resamples: true
    ) { call in .shear(horizontal: try call[horizontal], vertical: try call[vertical]) },
    geometry(
      "affine", "Rotates, scales, shears and shifts images at once, with shifts in shares of the sides",
      [Affine.rotate, Affine.down, Affine.right, Affine.scale, Affine.shear],
      examples: [
        Example("print(affine([[1, 2], [3, 4]], rotate=90))", "[[2, 4],\n [1, 3]]"),
        Example("print(affine(rotate=-10..10, scale=0.9..1.1))", "affine(rotate=-10..10, scale=0.9..1.1)"),
      ], resamples: true
    ) { call in
      .affine(
        rotate: try call[Affine.rotate], down: try call[Affine.down], right: try call[Affine.right], scale: try call[Affine.scale],
        shear: try call[Affine.shear])
    },
    geometry(
      "perspective", "Shows images as if from a random side", [perspectiveStrength],
      examples: [
        Example("print(perspective([[1, 2], [3, 4]], 0))", "[[1, 2],\n [3, 4]]"),
        Example("print(perspective(0..0.3) |> flip())", "perspective(0..0.3) |> flip()"),
      ], resamples: true
    ) { call in .perspective(try call[perspectiveStrength]) },
    geometry(
      "elastic", "Bends images smoothly, as on a rubber sheet", [elasticStrength, spacing],
      examples: [Example("print(elastic(clothes()[0:2], 3))", "2 images of 28×28×1 of 10 classes")],
      references: [
        "P. Simard, D. Steinkraus, J. Platt, Best practices for convolutional neural networks, ICDAR 2003",
        "D. Rueckert and others, Nonrigid registration using free-form deformations, IEEE Transactions on Medical Imaging 18, 1999",
      ], resamples: true
    ) { call in
      let spacing = try call[spacing]
      if let spacing, !(1...32_768).contains(spacing) { throw call.wrong(Library.spacing, expected: "a number from 1 to 32768") }
      return .elastic(strength: try call[elasticStrength], spacing: spacing)
    },
    geometry(
      "quarter_turn", "Turns images by quarters, without loss", [turns],
      examples: [Example("print(quarter_turn([[1, 2, 3], [4, 5, 6]]))", "[[3, 6],\n [2, 5],\n [1, 4]]")]
    ) { call in .quarterTurn(try call[turns]) },
    geometry(
      "transpose_image", "Swaps rows and columns of images", [],
      examples: [Example("print(transpose_image([[1, 2, 3], [4, 5, 6]]))", "[[1, 4],\n [2, 5],\n [3, 6]]")]
    ) { _ in .transpose },
  ]

  /// A named position; nil for another kind of value.
  static func spot(_ call: Call, _ parameter: Parameter<Value?>) throws -> GeometryOperation.Spot? {
    guard let value = try call[parameter] else { return .center }
    guard value.tag == .string else { return nil }
    guard let spot = GeometryOperation.Spot(rawValue: value.string) else { throw call.unknownChoice(parameter) }
    return spot
  }

  private static func anchor(_ call: Call) throws -> GeometryOperation.Anchor {
    if let spot = try spot(call, centre) { return .spot(spot) }
    let value = call.value(centre)
    let numbers = value.tag == .list ? value.listItems.compactMap(\.number) : []
    guard numbers.count == 2, value.listCount == 2, numbers.allSatisfy(\.isFinite) else {
      throw call.wrong(centre, expected: "a point (row, column), or \(Machine.alternatives(spots.map(Machine.quote)))")
    }
    return .point(row: numbers[0], column: numbers[1])
  }
}
