import Images
import Machine

// Blurs and sharpening.
extension Library {
  private static let sigma = Parameter("sigma", .distribution, "the standard deviation in pixels, 0 to 1000; a range draws one for each image")
  private static let radius = Parameter("radius", .distribution, "how many pixels away the mean reaches, 0 to 1000")
  private static let length = Parameter("length", .distribution, "the length of the line in pixels, 1 to 1000")
  private static let lineAngle = Parameter(
    "angle", .distribution, "its angle to the rows in degrees, counter-clockwise", default: .constant(0))
  private static let amount = Parameter("amount", .distribution, "how much of the difference to the blurred image is added, -1 (the blurred image) to 100")
  private static let sharpSigma = Parameter("sigma", .distribution, "the standard deviation of that blur in pixels", default: .constant(1))

  static let blurOperations: [Builtin] = [
    operation(
      "blur", "Blurs images by a Gaussian", [sigma],
      examples: [
        Example("x = [[0, 0, 0], [0, 1, 0], [0, 0, 0]]\nprint(blur(x, 0.5)[1])", "[0.167574, 0.619524, 0.167574]"),
        Example("print(rotate(-15..15) |> blur(0..2))", "rotate(-15..15) |> blur(0..2)"),
      ]
    ) { call in BlurOperation.gaussian(sigma: try call[sigma]) },
    operation(
      "box_blur", "Replaces each pixel by the mean of the square around it", [radius],
      examples: [Example("print(box_blur([[0, 9, 0], [9, 0, 9], [0, 9, 0]], 1)[1])", "[5, 4, 5]")]
    ) { call in BlurOperation.box(radius: try call[radius]) },
    operation(
      "motion_blur", "Blurs images along a line, as a moving camera does", [length, lineAngle],
      examples: [Example("print(motion_blur([[0, 0, 3, 0, 0]], 3))", "[[0, 1, 1, 1, 0]]")]
    ) { call in BlurOperation.motion(length: try call[length], angle: try call[lineAngle]) },
    operation(
      "sharpen", "Sharpens images by unsharp masking: adds what a blur takes away", [amount, sharpSigma],
      examples: [Example("x = [[0.2, 0.2, 0.6, 0.6]]\nprint(sharpen(x, 1, sigma=0.5))", "[[0.199789, 0.157314, 0.642686, 0.600211]]")]
    ) { call in BlurOperation.sharpen(amount: try call[amount], sigma: try call[sharpSigma]) },
  ]
}
