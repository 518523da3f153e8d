import Diagnostics
import Engine
import Images
import Machine
import Tensors

// Operations that grow a data set. Without an image they are recipes.
extension Library {
  private static let subject = Parameter("x", optional: .any, "an image, a batch, a data set or a recipe; without it the result is a recipe")
  private static let copies = Parameter("copies", .int, "number of results for each image", default: 1, in: 1...100_000)
  private static let originals = Parameter("originals", .boolean, "whether each image itself is kept before its copies", default: false)
  private static let fill = Parameter(
    "fill", optional: .any, "what is outside the image: a number, or how the image is continued", shown: "0", choices: ["edge", "reflect", "wrap"])
  private static let interpolation = Parameter(
    "interpolation", optional: .string, "how pixels are read between their centres", shown: "\"bilinear\"",
    choices: Sampling.Interpolation.allCases.map(\.rawValue))

  /// Nil if the call asks for nothing.
  private static func sampling(_ call: Call) throws -> Sampling? {
    let (filling, way) = (try call[fill], try call[interpolation])
    guard filling != nil || way != nil else { return nil }
    // The parameter's choices are these.
    var sampling = Sampling(way.flatMap(Sampling.Interpolation.init) ?? .bilinear)
    guard let filling else { return sampling }
    if filling.tag == .string {
      switch filling.string {
      case "edge": sampling.fill = .edge
      case "reflect": sampling.fill = .reflect
      case "wrap": sampling.fill = .wrap
      default: throw call.unknownChoice(fill)
      }
    } else if let number = try? call.machine.scalar(filling).number, number.isFinite {
      sampling.fill = .constant(Float(number))
    } else {
      throw call.wrong(fill, expected: "a finite number, \"edge\", \"reflect\" or \"wrap\"")
    }
    return sampling
  }

  private static let spots = GeometryStep.Spot.allCases.map(\.rawValue)

  /// Whether a first argument is something to work on, rather than a parameter of the operation.
  private static func isSubject(_ value: Value) -> Bool {
    switch value.tag {
    case .foreign: !(value.foreign is NormalDistribution)
    case .record: true
    case .tensor: value.node.type.rank >= 2
    default: false
    }
  }

  /// Declares an operation: its own parameters follow the image.
  private static func operation(
    _ name: String, _ summary: String, _ parameters: [any AnyParameter], examples: [Example], references: [String] = [],
    resamples: Bool = false, _ make: @escaping @Sendable (Call) throws -> GeometryStep.Operation
  ) -> Builtin {
    let own = parameters + (resamples ? [fill, interpolation] : [])
    return Builtin(
      name, summary, [subject] + own + [copies, originals], examples: examples, references: references, recognizesSubject: isSubject
    ) { call in
      let operation = try make(call)
      let (key, place) = call.machine.stream.next(call.engine)
      let steps = [GeometryStep(operation, key: key, place: place, sampling: resamples ? try sampling(call) : nil)]
      let (copies, keep) = (try call[copies], try call[originals])
      let text = try description(call, own)
      guard let subject = try call[subject] else {
        return call.machine.make(foreign: RecipeValue(Recipe(steps), copies: copies, keep: keep, descriptions: SharedSequence([text])))
      }
      guard isSubject(subject) else { throw call.wrong(Library.subject, expected: "an image, a batch, a data set or a recipe") }
      return try Growing.apply(steps, copies: copies, keep: keep, to: subject, call.machine, description: text)
    }
  }

  private static func description(_ call: Call, _ parameters: [any AnyParameter]) throws -> String {
    let inOrder = parameters.prefix(while: call.has).count
    let given = try parameters.enumerated().filter { call.has($0.element) }.map { index, parameter in
      let text = try call.machine.text(call.value(parameter), quoted: true)
      return index < inOrder ? text : "\(parameter.name)=\(text)"
    }
    return "\(call.builtin.name)(\(given.joined(separator: ", ")))"
  }

  // MARK: rotate

  private static let angle = Parameter("by", .distribution, "the angle in degrees; a range draws one for each image")
  private static let centre = Parameter(
    "about", optional: .any, "the fixed point: a name, or (row, column) from the outer corner", shown: "\"center\"", choices: spots)

  private static let expand = Parameter("expand", .boolean, "whether the frame grows to hold the whole rotated image", default: false)

  // MARK: shift, scale, shear, quarter_turn, pad, resized_crop

  private static let down = Parameter("down", .distribution, "pixels downwards; a range draws for each image")
  private static let right = Parameter("right", .distribution, "pixels to the right", default: .constant(0))
  private static let factor = Parameter("factor", .distribution, "the factor; a range draws one for each image")
  private static let horizontal = Parameter("horizontal", .distribution, "the angle in degrees by which columns lean")
  private static let vertical = Parameter("vertical", .distribution, "the angle in degrees by which rows lean", default: .constant(0))
  private static let turns = Parameter(
    "turns", .countDistribution, "quarters counter-clockwise; a range or a list draws for each image", default: .constant(1))
  private static let widths = Parameter("widths", .any, "pixels: one number for all sides, (rows, columns), or (top, bottom, left, right)")
  private static let area = Parameter("area", .distribution, "the share of the image's area", default: .uniform(0.08, 1))
  private static let aspect = Parameter("aspect", .distribution, "the width divided by the height", default: .uniform(0.75, 4.0 / 3))

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

  // MARK: flip

  private static let axis = Parameter(
    "axis", "\"horizontal\" swaps left and right, \"vertical\" top and bottom", default: "horizontal", choices: ["horizontal", "vertical", "both"])
  private static let chance = Parameter("chance", .number, "the probability that an image is flipped", default: 1, in: 0...1)

  // MARK: crop and resize

  private static let height = Parameter("height", .int, "rows of the result", in: 1...32_768)
  private static let width = Parameter("width", .int, "columns of the result", in: 1...32_768)
  private static let place = Parameter(
    "at", optional: .any, "a name, \"random\", or (row, column) of the upper left corner", shown: "\"center\"", choices: spots + ["random"])

  static let imageOperations: [Builtin] = [
    operation(
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
    operation(
      "flip", "Mirrors images", [axis, chance],
      examples: [Example("print(flip([[1, 2], [3, 4]]))", "[[2, 1],\n [4, 3]]"), Example("print(flip([[1, 2], [3, 4]], \"vertical\"))", "[[3, 4],\n [1, 2]]")]
    ) { call in
      let axis = try call[axis]
      return .flip(vertical: axis != "horizontal", horizontal: axis != "vertical", chance: try call[chance])
    },
    operation(
      "crop", "Cuts a part out of images", [height, width, place],
      examples: [Example("print(crop([[1, 2, 3], [4, 5, 6], [7, 8, 9]], 2, 2, at=\"top-left\"))", "[[1, 2],\n [4, 5]]")]
    ) { call in .crop(height: try call[height], width: try call[width], at: try cropPlace(call)) },
    operation(
      "resize", "Scales images; shrinking averages the pixels that it merges", [height, width],
      examples: [Example("print(resize([[0, 0, 1, 1], [0, 0, 1, 1]], 1, 2).shape)", "(1, 2)")]
    ) { call in .resize(height: try call[height], width: try call[width]) },
    operation(
      "shift", "Moves images down and to the right; by whole pixels without loss", [down, right],
      examples: [Example("print(shift([[1, 2], [3, 4]], 1, fill=9))", "[[9, 9],\n [1, 2]]")], resamples: true
    ) { call in .shift(down: try call[down], right: try call[right]) },
    operation(
      "scale", "Enlarges or shrinks the content of images within their frame", [factor, centre],
      examples: [Example("print(scale([[1, 2], [3, 4]], 2, about=\"top-left\", interpolation=\"nearest\"))", "[[1, 1],\n [1, 1]]")], resamples: true
    ) { call in .scale(try call[factor], about: try anchor(call)) },
    operation(
      "shear", "Leans images about their centre", [horizontal, vertical],
      examples: [Example("print(shear(-10..10) |> flip())", "shear(-10..10) |> flip()")], resamples: true
    ) { call in .shear(horizontal: try call[horizontal], vertical: try call[vertical]) },
    operation(
      "quarter_turn", "Turns images by quarters, without loss", [turns],
      examples: [Example("print(quarter_turn([[1, 2, 3], [4, 5, 6]]))", "[[3, 6],\n [2, 5],\n [1, 4]]")]
    ) { call in .quarterTurn(try call[turns]) },
    operation(
      "transpose_image", "Swaps rows and columns of images", [],
      examples: [Example("print(transpose_image([[1, 2, 3], [4, 5, 6]]))", "[[1, 4],\n [2, 5],\n [3, 6]]")]
    ) { _ in .transpose },
    operation(
      "pad_image", "Adds pixels around images", [widths],
      examples: [Example("print(pad_image([[1, 2]], (0, 1), fill=\"edge\"))", "[[1, 1, 2, 2]]")], resamples: true
    ) { call in
      let sides = try sides(call)
      return .pad(top: sides[0], bottom: sides[1], left: sides[2], right: sides[3])
    },
    operation(
      "resized_crop", "Cuts a random part out of images, and resizes it", [height, width, area, aspect],
      examples: [Example("print(resized_crop(clothes()[0:3], 20, 20).images.shape)", "(3, 20, 20, 1)")],
      references: ["C. Szegedy and others, Going deeper with convolutions, CVPR 2015"]
    ) { call in .resizedCrop(height: try call[height], width: try call[width], area: try call[area], aspect: try call[aspect]) },
  ]

  /// A named position; nil for another kind of value.
  private static func spot(_ call: Call, _ parameter: Parameter<Value?>) throws -> GeometryStep.Spot? {
    guard let value = try call[parameter] else { return .center }
    guard value.tag == .string else { return nil }
    guard let spot = GeometryStep.Spot(rawValue: value.string) else { throw call.unknownChoice(parameter) }
    return spot
  }

  private static func anchor(_ call: Call) throws -> GeometryStep.Anchor {
    if let spot = try spot(call, centre) { return .spot(spot) }
    let value = call.value(centre)
    let numbers = value.tag == .list ? value.listItems.compactMap(\.number) : []
    guard numbers.count == 2, value.listCount == 2 else {
      throw call.wrong(centre, expected: "a point (row, column), or \(Machine.alternatives(spots.map(Machine.quote)))")
    }
    return .point(row: numbers[0], column: numbers[1])
  }

  private static func cropPlace(_ call: Call) throws -> GeometryStep.CropPlace {
    let value = call.value(place)
    if value.tag == .string, value.string == "random" { return .random }
    if let spot = try spot(call, place) { return .spot(spot) }
    guard let point = try call.machine.wholeNumbers(value), point.count == 2 else {
      throw call.wrong(place, expected: "a point (row, column) in whole pixels, or \(Machine.alternatives((spots + ["random"]).map(Machine.quote)))")
    }
    return .point(row: point[0], column: point[1])
  }
}
