import Images
import Machine

// Damage to single pixels.
extension Library {
  private static let deviation = Parameter("deviation", .distribution, "the standard deviation; values are 0 to 1")
  private static let share = Parameter("share", .distribution, "the share of the pixels", default: .constant(0.05))
  private static let area = Parameter("area", .distribution, "the share of the image's area", default: .uniform(0.02, 0.33))
  private static let aspect = Parameter("aspect", .distribution, "the width divided by the height", default: .uniform(0.3, 3.3))
  private static let count = Parameter("count", .int, "how many parts", default: 1, in: 1...1_000)
  private static let size = Parameter("size", .countDistribution, "the side of a square, in pixels")
  private static let period = Parameter("period", .countDistribution, "pixels from one square to the next")
  private static let gridShare = Parameter("share", .distribution, "the side of a square as a share of the period", default: .constant(0.5))
  private static let filling = Parameter(
    "fill", optional: .any, "a number, one for each channel, or for random values", shown: "0", choices: ["random"])

  static let damageOperations: [Builtin] = [
    operation(
      "noise", "Adds normal noise to each value", [deviation],
      examples: [Example("x = noise(zeros(100, 100) + 0.5, 0.1)\nexpect is_close(std(x), 0.1, within=0.01)")]
    ) { DamageOperation.noise(try $0[deviation]) },
    operation(
      "speckle", "Multiplies each value by 1 plus normal noise", [deviation],
      examples: [Example("print(speckle(zeros(1, 3), 0.5))", "[[0, 0, 0]]")]
    ) { DamageOperation.speckle(try $0[deviation]) },
    operation(
      "salt_pepper", "Makes random pixels black or white", [share],
      examples: [Example("x = salt_pepper(zeros(100, 100) + 0.5, 0.2)\nexpect is_close(mean(f32(x == 1)), 0.1, within=0.02)")]
    ) { DamageOperation.saltAndPepper(try $0[share]) },
    operation(
      "erase", "Fills random rectangles", [area, aspect, count, filling],
      examples: [Example("x = erase(ones(40, 40), 0.25, aspect=1)\nprint(sum(1 - x))", "400")],
      references: ["Z. Zhong and others, Random erasing data augmentation, arXiv:1708.04896"]
    ) { DamageOperation.erase(area: try $0[area], aspect: try $0[aspect], count: try $0[count], try fillingOf($0)) },
    operation(
      "cutout", "Fills squares around random pixels; parts of them may be outside the image", [size, count, filling],
      examples: [Example("print(cutout(8) |> flip())", "cutout(8) |> flip()")],
      references: ["T. DeVries, G. Taylor, Improved regularization of convolutional neural networks with cutout, arXiv:1708.04552"]
    ) { DamageOperation.cutout(size: try $0[size], count: try $0[count], try fillingOf($0)) },
    operation(
      "grid_erase", "Fills squares in a regular grid at a random position", [period, gridShare, filling],
      examples: [Example("print(sum(1 - grid_erase(ones(40, 40), 10)))", "400")],
      references: ["P. Chen and others, GridMask data augmentation, arXiv:2001.04086"]
    ) { DamageOperation.grid(period: try $0[period], share: try $0[gridShare], try fillingOf($0)) },
  ]

  private static func fillingOf(_ call: Call) throws -> DamageOperation.Filling {
    guard let value = try call[filling] else { return .colour([0]) }
    if value.tag == .string {
      guard value.string == "random" else { throw call.unknownChoice(filling) }
      return .random
    }
    guard let numbers = try numbers(call, value) else { throw call.wrong(filling, expected: "a number, one for each channel, or \"random\"") }
    return .colour(numbers)
  }
}
