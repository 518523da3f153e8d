import Diagnostics
import Images
import Machine

// Operations that change the frame.
extension Library {
  private static let height = Parameter("height", .int, "rows of the result", in: 1...32_768)
  private static let width = Parameter("width", .int, "columns of the result", in: 1...32_768)
  private static let optionalWidth = Parameter("width", optional: .int, "columns of the result", shown: "as many as keep the aspect")
  private static let cropHeight = Parameter("height", .any, "rows of the result, or a share of the image's, such as 0.8")
  private static let cropWidth = Parameter("width", .any, "columns of the result, or a share of the image's")
  private static let place = Parameter(
    "at", optional: .any, "a name, \"random\", or (row, column) of the upper left corner", shown: "\"center\"", choices: spots + ["random"])
  private static let pads = Parameter("pad", .boolean, "whether what is missing of a smaller image is outside the image, as `fill=` says", default: false)
  private static let axis = Parameter(
    "axis", "how the flipped ones are mirrored", default: "horizontal", choices: ["horizontal", "vertical"])
  private static let widths = Parameter("widths", .any, "pixels: one number for all sides, (rows, columns), or (top, bottom, left, right)")
  private static let area = Parameter("area", .distribution, "the share of the image's area", default: .uniform(0.08, 1))
  private static let aspect = Parameter("aspect", .distribution, "the width divided by the height", default: .uniform(0.75, 4.0 / 3))

  static let cropOperations: [Builtin] = [
    geometry(
      "crop", "Cuts a part out of images", [cropHeight, cropWidth, place, pads],
      examples: [
        Example("print(crop([[1, 2, 3], [4, 5, 6], [7, 8, 9]], 2, 2, at=\"top-left\"))", "[[1, 2],\n [4, 5]]"),
        Example("print(crop([[1, 2, 3, 4]], 1.0, 0.5))", "[[2, 3]]"),
        Example("print(crop([[1, 2]], 1, 4, pad=true))", "[[0, 1, 2, 0]]"),
      ], resamples: true
    ) { call in
      .crop(height: try length(call, cropHeight), width: try length(call, cropWidth), at: try cropPlace(call), pads: try call[pads])
    },
    geometry(
      "five_crop", "The four corners and the centre of each image, five results for each", [cropHeight, cropWidth],
      examples: [Example("print(five_crop(clothes()[0:2], 20, 20))", "10 images of 20×20×1 of 10 classes")], results: 5
    ) { call in
      .crops(height: try length(call, cropHeight), width: try length(call, cropWidth), isMirrored: false, isVertical: false, stride: 1)
    },
    geometry(
      "ten_crop", "The four corners and the centre of each image, and all of them flipped", [cropHeight, cropWidth, axis],
      examples: [Example("print(ten_crop(clothes()[0:2], 20, 20))", "20 images of 20×20×1 of 10 classes")], results: 10
    ) { call in
      .crops(
        height: try length(call, cropHeight), width: try length(call, cropWidth), isMirrored: true, isVertical: try call[axis] == "vertical", stride: 1)
    },
    geometry(
      "resized_crop", "Cuts a random part out of images, and resizes it", [height, width, area, aspect],
      examples: [Example("print(resized_crop(clothes()[0:3], 20, 20).images.shape)", "(3, 20, 20, 1)")],
      references: ["C. Szegedy and others, Going deeper with convolutions, CVPR 2015"], resamples: true
    ) { call in .resizedCrop(height: try call[height], width: try call[width], area: try call[area], aspect: try call[aspect]) },
    geometry(
      "resize", "Scales images; shrinking averages the pixels that it merges. With one number, this is the shorter side",
      [height, optionalWidth],
      examples: [
        Example("print(resize([[0, 0, 1, 1], [0, 0, 1, 1]], 1, 2).shape)", "(1, 2)"),
        Example("print(resize(rand(6, 9), 2).shape)", "(2, 3)"),
      ], resamples: true
    ) { call in
      guard let width = try call[optionalWidth] else { return .resizeShorter(try call[height]) }
      guard (1...32_768).contains(width) else { throw call.wrong(optionalWidth, expected: "an integer from 1 to 32768") }
      return .resize(height: try call[height], width: width)
    },
    geometry(
      "pad_image", "Adds pixels around images", [widths],
      examples: [Example("print(pad_image([[1, 2]], (0, 1), fill=\"edge\"))", "[[1, 1, 2, 2]]")], resamples: true
    ) { call in
      let sides = try sides(call)
      return .pad(top: sides[0], bottom: sides[1], left: sides[2], right: sides[3])
    },
  ]

  /// Pixels, or a share if it is a float.
  private static func length(_ call: Call, _ parameter: Parameter<Value>) throws -> GeometryOperation.Length {
    let number = try call.machine.scalar(call[parameter])
    if number.tag == .int, (1...32_768).contains(number.bits) { return .pixels(number.bits) }
    if number.tag == .float, let share = number.number, share > 0, share <= 1 { return .share(share) }
    throw call.wrong(parameter, expected: "pixels from 1 to 32768, or a share of the image's side such as 0.8")
  }

  /// Top, bottom, left, right.
  private static func sides(_ call: Call) throws -> [Int] {
    let given = (try call.machine.wholeNumbers(call[widths])).map { $0.filter { (0...32_768).contains($0) } }
    switch given?.count {
    case 1: return [Int](repeating: given?[0] ?? 0, count: 4)
    case 2: return [given?[0] ?? 0, given?[0] ?? 0, given?[1] ?? 0, given?[1] ?? 0]
    case 4: return given ?? []
    default: throw call.wrong(widths, expected: "one, two or four integers from 0 to 32768")
    }
  }

  private static func cropPlace(_ call: Call) throws -> GeometryOperation.CropPlace {
    let value = call.value(place)
    if value.tag == .string, value.string == "random" { return .random }
    if let spot = try spot(call, place) { return .spot(spot) }
    guard let point = try call.machine.wholeNumbers(value), point.count == 2 else {
      throw call.wrong(place, expected: "a point (row, column) in whole pixels, or \(Machine.alternatives((spots + ["random"]).map(Machine.quote)))")
    }
    return .point(row: point[0], column: point[1])
  }
}
