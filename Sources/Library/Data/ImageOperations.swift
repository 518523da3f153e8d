import Diagnostics
import Images
import Machine
import Tensors

// Operations that grow a data set. Without an image they are recipes.
extension Library {
  private static let subject = Parameter("x", optional: .any, "an image, a batch, a data set or a recipe; without it the result is a recipe")
  private static let copies = Parameter("copies", .int, "number of results for each image", default: 1, in: 1...100_000)
  private static let originals = Parameter("originals", .boolean, "whether each image itself is kept before its copies", default: false)
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
    _ make: @escaping @Sendable (Call) throws -> GeometryStep.Operation
  ) -> Builtin {
    Builtin(
      name, summary, [subject] + parameters + [copies, originals], examples: examples, references: references, recognizesSubject: isSubject
    ) { call in
      let operation = try make(call)
      let (key, place) = call.machine.stream.next(call.engine)
      let steps = [GeometryStep(operation, key: key, place: place)]
      let (copies, keep) = (try call[copies], try call[originals])
      let text = try description(call, parameters)
      guard let subject = try call[subject] else {
        return call.machine.make(foreign: RecipeValue(Recipe(steps), copies: copies, keep: keep, descriptions: SharedSequence([text])))
      }
      guard isSubject(subject) else { throw call.wrong(Library.subject, expected: "an image, a batch, a data set or a recipe") }
      return try Growing.apply(steps, copies: copies, keep: keep, to: subject, call.machine, description: text)
    }
  }

  private static func description(_ call: Call, _ parameters: [any AnyParameter]) throws -> String {
    let given = try parameters.filter(call.has).map { try call.machine.text(call.value($0), quoted: true) }
    return "\(call.builtin.name)(\(given.joined(separator: ", ")))"
  }

  // MARK: rotate

  private static let angle = Parameter("by", .distribution, "the angle in degrees; a range draws one for each image")
  private static let centre = Parameter(
    "about", optional: .any, "the fixed point: a name, or (row, column) from the outer corner", shown: "\"center\"", choices: spots)

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
      "rotate", "Rotates images counter-clockwise; pixels from outside the image are black", [angle, centre],
      examples: [
        Example("x = [[1, 2], [3, 4]]\nprint(rotate(x, 90))", "[[2, 4],\n [1, 3]]"),
        Example("print(rotate(-15..15) |> flip())", "rotate(-15..15) |> flip()"),
      ]
    ) { call in .rotate(try call[angle], about: try anchor(call)) },
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
