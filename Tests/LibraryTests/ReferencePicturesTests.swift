import Foundation
import TestSupport
import Testing

/// What growing makes of a picture, against images.npz by Tests/Reference/images.py: exact values in float64, computed from the
/// definitions and compared there with OpenCV, Pillow and scipy.
@Suite struct ReferencePicturesTests {
  struct Case: CustomTestStringConvertible, Sendable {
    let name: String
    /// The recipe.
    let text: String
    var isCopy: Bool { name.hasPrefix("copied") }
    var testDescription: String { "\(name): \(text)" }
  }

  static let cases: [Case] = {
    let text = (try? String(contentsOf: Repository.reference.appendingPathComponent("images.txt"), encoding: .utf8)) ?? ""
    return text.split(separator: "\n").map {
      let parts = $0.split(separator: "\t").map(String.init)
      return Case(name: parts[0], text: parts[1])
    }
  }()

  private static let start = """
    reference = load("\(Repository.reference.path)/images.npz")
    bytes = reference.picture
    picture = f32(bytes) / 255

    """

  private func printed(_ program: String, threads: Int = 1) -> String { TestSession.printed(Self.start + program, threads: threads) }

  /// The number that a program prints; infinite if it prints none.
  private func number(_ program: String) -> Double {
    let text = printed(program)
    if let value = Double(text.trimmingCharacters(in: .whitespacesAndNewlines)) { return value }
    Issue.record("\(text)")
    return .infinity
  }

  @Test func thereAreCases() {
    #expect(Self.cases.count > 40 && Self.cases.filter(\.isCopy).count > 10)
  }

  /// The largest difference in grey levels, without the pixels that depend on what is outside. f32 is exact up to rounding.
  @Test(arguments: cases.filter { !$0.isCopy })
  func interpolatedPixels(_ each: Case) {
    let compared = """
      recipe = \(each.text)
      exact = reference.\(each.name)
      fn difference(x) { max(abs(where(exact == -9, 0.0, clip(x, 0, 1) - clip(exact, 0, 1)))) * 255 }

      """
    #expect(number(compared + "print(difference(picture |> recipe))") < 0.05)
    // Bytes are interpolated with weights in fixed point, and rounded by half a grey level.
    #expect(number(compared + "print(difference((dataset(stack((bytes, bytes))) |> recipe).images[1]))") < 0.05)
    #expect(number(compared + "print(difference(f32((dataset(stack((bytes, bytes))) |> recipe).bytes[1]) / 255))") < 0.55)
  }

  @Test(arguments: cases.filter(\.isCopy))
  func copiedPixels(_ each: Case) {
    let both = "recipe = \(each.text)\nexact = reference.\(each.name)\n"
    #expect(printed(both + "print(same(f32(bytes) |> recipe, f32(exact)))") == "true\n")
    #expect(printed(both + "print(same((dataset(stack((bytes, bytes))) |> recipe).images[1], f32(exact) / 255))") == "true\n")
    #expect(printed(both + "print(same((dataset(stack((bytes, bytes))) |> recipe).bytes[1], exact))") == "true\n")
  }

  /// A picture of its own positions becomes a picture of where each pixel comes from, since interpolation is exact for them.
  /// The third channel is 1 where nothing comes from outside.
  private static let traced = """
    rows = reshape(arange(24), 24, 1, 1) + zeros(24, 32, 1)
    columns = reshape(arange(32), 1, 32, 1) + zeros(24, 32, 1)
    positions = f32(concat((rows / 32, columns / 32, ones(24, 32, 1)), axis=2))
    from = (dataset(stack((positions, positions))) |> recipe).images[1]
    (row, column, inside) = (from[:, :, 0:1] * 32, from[:, :, 1:2] * 32, from[:, :, 2:3] > 0.99999)
    row = clip(where(inside, row, 0), 0, 23)
    column = clip(where(inside, column, 0), 0, 31)

    """

  @Test(arguments: [
    "perspective(0.5)", "elastic(3, spacing=8)", "affine(rotate=-30..30, down=-0.1..0.1, scale=0.8..1.3, shear=-9..9)",
    "perspective(0.3) |> rotate(-30..30)", "shear(-20..20) |> elastic(1.5) |> flip(chance=0.5)", "elastic(2) |> perspective(0.2) |> elastic(2)",
  ])
  func bentPixels(_ recipe: String) {
    let program = """
      recipe = \(recipe)
      \(Self.traced)
      (top, left) = (minimum(floor(row), 22), minimum(floor(column), 30))
      (down, right) = (row - top, column - left)
      flat = reshape(picture, 24 * 32, 3)
      fn at(r, c) { reshape(take(flat, reshape(i32(r * 32 + c), 24 * 32)), 24, 32, 3) }
      above = at(top, left) * (1 - right) + at(top, left + 1) * right
      below = at(top + 1, left) * (1 - right) + at(top + 1, left + 1) * right
      exact = above * (1 - down) + below * down
      fn difference(x) { max(abs(where(inside, x - exact, 0))) * 255 }

      """
    #expect(number(program + "print(mean(f32(inside)))") > 0.4)
    #expect(number(program + "print(mean(abs(row - rows) + abs(column - columns)))") > 0.3)
    #expect(number(program + "print(difference((dataset(stack((picture, picture))) |> recipe).images[1]))") < 0.1)
    #expect(number(program + "print(difference(f32((dataset(stack((bytes, bytes))) |> recipe).bytes[1]) / 255))") < 0.6)
  }

  /// Points of a line come from points of a line: the area of a triangle of three of them, in pixels.
  @Test func perspectiveKeepsLines() {
    let program = """
      fn bend(recipe) {
        \(Self.traced.replacing("\n", with: "\n  "))
        (r, c, whole) = (row[:, ::5], column[:, ::5], inside[:, ::5])
        (a, b, d) = (r[:, 1:] - r[:, 0:1], c[:, 1:] - c[:, 0:1], whole[:, 1:] and whole[:, 0:1])
        max(abs(where(d[:, 1:] and d[:, :-1], a[:, 1:] * b[:, :-1] - a[:, :-1] * b[:, 1:], 0)))
      }

      """
    #expect(number(program + "print(bend(perspective(0.5)))") < 0.01)
    #expect(number(program + "print(bend(elastic(3, spacing=8)))") > 1)
  }

  @Test(arguments: [
    "rotate(17) |> rotate(-17)", "rotate(360)", "quarter_turn() |> quarter_turn() |> quarter_turn() |> quarter_turn()",
    "rotate(90) |> rotate(90) |> rotate(90) |> rotate(90)", "flip() |> flip()", "flip(\"vertical\") |> flip(\"both\") |> flip()",
    "transpose_image() |> transpose_image()", "shift(3, -5) |> shift(-3, 5)", "shift(0.25, 7.5) |> shift(-0.25, -7.5)",
    "scale(1.7) |> scale(1 / 1.7)", "shear(14) |> shear(-14)", "pad_image((3, 4)) |> crop(24, 32)",
  ])
  func whatComesBack(_ recipe: String) {
    #expect(printed("print(same((dataset(stack((picture, picture))) |> \(recipe)).images, stack((picture, picture))))") == "true\n")
  }

  /// One operation after another on a tensor, each with its own pixels: exact ones come back, a rotation blurs twice.
  @Test func eachOnItsOwn() {
    #expect(printed("x = picture\nfor i in 0..4 { x = quarter_turn(x) }\nprint(same(x, picture), same(flip(flip(picture)), picture))") == "true true\n")
    let blurred = number(
      "y = rotate(rotate(picture, 17, interpolation=\"bicubic\"), -17, interpolation=\"bicubic\")\nprint(mean(abs(y - picture)[8:16, 10:22]) * 255)")
    #expect(blurred > 0.01 && blurred < 12)
  }

  @Test(arguments: ["1, 1", "1, 7", "7, 1", "1, 1, 3", "3, 2, 4", "2, 1, 5, 3", "0, 4, 4, 1"])
  func anySize(_ shape: String) {
    let recipes = [
      "rotate(17)", "rotate(1e9)", "rotate(17, interpolation=\"bicubic\", fill=\"reflect\")", "scale(0.01)", "scale(1e-300)", "scale(1e300)",
      "shear(89.999)", "perspective(0.9)", "elastic(1e6)", "elastic(3, spacing=1)", "resize(1, 1)", "resize(40, 2)", "shift(1e300, -1e300)",
      "quarter_turn(-3)", "transpose_image()", "pad_image(2, fill=\"wrap\")", "crop(9, 9, pad=true)", "resized_crop(3, 2)",
    ]
    let program = """
      x = rand(\(shape))
      for recipe in (\(recipes.joined(separator: ", "))) { if not all(is_finite(x |> recipe)) { print(recipe) } }
      print("done")
      """
    #expect(printed(program) == "done\n")
  }

  @Test func anyNumberOfThreads() {
    let program = "grown = dataset(stack((bytes, bytes, bytes))) |> rotate(-40..40, copies=5) |> scale(0.7..1.4)\nprint(grown.images[4:6, 3:5])"
    #expect(printed(program) == printed(program, threads: 3) && printed(program).count > 20)
  }
}
