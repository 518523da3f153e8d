import Diagnostics
import Images
import Machine
import Tensors

// The words that grow a data set. The first parameter may be left out, and then they are recipes.
extension Library {
  private static let imageParameter = Parameter("x", .any, "an image, a batch, a data set or a recipe; without it the result is a recipe", default: "nothing")
  private static let copiesParameter = Parameter("copies", .int, "how many to make of each image", default: "1")
  private static let keepParameter = Parameter("keep", .truth, "whether the original stays before its copies", default: "false")
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

  /// Declares an operation: its own parameters follow the image. A call without an image has them
  /// all one place earlier.
  private static func operation(
    _ name: String, _ summary: String, _ parameters: [Parameter], examples: [Example], references: [String] = [],
    _ make: @escaping @Sendable (Call) throws -> GeometryStep.Operation
  ) -> Builtin {
    let own = parameters + [copiesParameter, keepParameter]
    return Builtin(name, summary, [imageParameter] + own.map(\.checkedByItsCode), examples: examples, references: references) { given in
      let hasSubject = given.has(0) && isSubject(given[0])
      let call = hasSubject || !given.has(0) ? given : try shifted(given)
      let operation = try make(call)
      let (key, place) = call.machine.stream.next(call.engine)
      let steps = [GeometryStep(operation, key: key, place: place)]
      let copies = try call.int(own.count - 1, or: 1, in: 1...100_000)
      let keep = try call.truth(own.count, or: false)
      let text = try description(call, parameters)
      guard hasSubject else {
        return call.machine.make(foreign: RecipeValue(Recipe(steps), copies: copies, keep: keep, descriptions: SharedSequence([text])))
      }
      return try Growing.apply(steps, copies: copies, keep: keep, to: given[0], call.machine, description: text)
    }
  }

  /// Positional arguments moved one place up, behind the image that was left out.
  private static func shifted(_ call: Call) throws -> Call {
    var values = call.values
    let first = values[0]
    values[0] = .undefined
    var moving = first
    for index in 1..<values.count {
      if moving.isUndefined { break }
      swap(&moving, &values[index])
    }
    guard moving.isUndefined else { throw call.refuse("`\(call.builtin.name)` is given too many arguments", hint: call.builtin.signature) }
    return Call(machine: call.machine, builtin: call.builtin, values: values, rest: [])
  }

  private static func description(_ call: Call, _ parameters: [Parameter]) throws -> String {
    let given = try parameters.indices.filter { call.has($0 + 1) }.map { try call.machine.text(call[$0 + 1], quoted: true) }
    return "\(call.builtin.name)(\(given.joined(separator: ", ")))"
  }

  private static func size(_ call: Call, _ index: Int) throws -> Int {
    guard call.has(index) else {
      throw Fault(
        MachineErrors.missingArgument, "`\(call.builtin.name)` needs the argument `\(call.builtin.parameters[index].name)`",
        hint: "\(call.builtin.name)(height, width), in pixels")
    }
    guard call[index].isNumber || call[index].tag == .tensor else { throw call.wrong(index, hint: "a size is a number of pixels") }
    return try call.int(index, in: 1...32_768)
  }

  static let imageOperations: [Builtin] = [
    operation(
      "rotate", "Turns images counter-clockwise; what comes in from outside is black",
      [
        Parameter("by", .distribution, "the angle in degrees; a range draws one for each image"),
        Parameter("about", .any, "the point that stays: a name, or (row, column) from the outer corner", default: "\"center\"", choices: spots),
      ],
      examples: [
        Example("x = [[1, 2], [3, 4]]\nprint(rotate(x, 90))", "[[2, 4],\n [1, 3]]"),
        Example("print(rotate(-15..15) |> flip())", "rotate(-15..15) |> flip()"),
      ]
    ) { call in
      guard call.has(1) else {
        throw Fault(
          MachineErrors.missingArgument, "`rotate` needs the argument `by`", hint: "the angle in degrees: `rotate(30)`, or a range: `rotate(-15..15)`")
      }
      return .rotate(try Growing.distribution(call, 1), about: try anchor(call, 2))
    },
    operation(
      "flip", "Mirrors images",
      [
        Parameter(
          "axis", .string, "\"horizontal\" swaps left and right, \"vertical\" top and bottom", default: "\"horizontal\"",
          choices: ["horizontal", "vertical", "both"]),
        Parameter("chance", .number, "how likely an image is mirrored", default: "1"),
      ],
      examples: [Example("print(flip([[1, 2], [3, 4]]))", "[[2, 1],\n [4, 3]]"), Example("print(flip([[1, 2], [3, 4]], \"vertical\"))", "[[3, 4],\n [1, 2]]")]
    ) { call in
      if call.has(1), call[1].tag != .string { throw call.wrong(1, hint: "it is \"horizontal\", \"vertical\" or \"both\"") }
      let axis = try call.choice(1, or: "horizontal")
      if call.has(2), call[2].number == nil { throw call.wrong(2, hint: "a chance is a number from 0 to 1") }
      let chance = try call.number(2, or: 1)
      guard chance >= 0, chance <= 1 else { throw call.refuse("a chance is from 0 to 1, this is \(chance)") }
      return .flip(vertical: axis != "horizontal", horizontal: axis != "vertical", chance: chance)
    },
    operation(
      "crop", "Cuts a part out of images",
      [
        Parameter("height", .int, "rows to keep"), Parameter("width", .int, "columns to keep"),
        Parameter("at", .any, "where: a name, \"random\", or (row, column) of its upper left corner", default: "\"center\"", choices: spots + ["random"]),
      ],
      examples: [Example("print(crop([[1, 2, 3], [4, 5, 6], [7, 8, 9]], 2, 2, at=\"top-left\"))", "[[1, 2],\n [4, 5]]")]
    ) { call in .crop(height: try size(call, 1), width: try size(call, 2), at: try place(call, 3)) },
    operation(
      "resize", "Scales images; shrinking averages what it drops",
      [Parameter("height", .int, "rows of the result"), Parameter("width", .int, "columns of the result")],
      examples: [Example("print(resize([[0, 0, 1, 1], [0, 0, 1, 1]], 1, 2).shape)", "(1, 2)")]
    ) { call in .resize(height: try size(call, 1), width: try size(call, 2)) },
  ]

  /// A named place; nil for another kind of value.
  private static func spot(_ call: Call, _ index: Int) throws -> GeometryStep.Spot? {
    guard call.has(index) else { return .center }
    return call[index].tag == .string ? try GeometryStep.Spot(rawValue: call.choice(index, or: "center")) : nil
  }

  private static func anchor(_ call: Call, _ index: Int) throws -> GeometryStep.Anchor {
    if let spot = try spot(call, index) { return .spot(spot) }
    let numbers = call[index].tag == .list ? call[index].listItems.compactMap(\.number) : []
    guard numbers.count == 2, call[index].listCount == 2 else {
      throw call.wrong(
        index, hint: "a point is (row, column), measured from the outer corner; names are \(spots.map(Machine.quote).joined(separator: ", "))")
    }
    return .point(row: numbers[0], column: numbers[1])
  }

  private static func place(_ call: Call, _ index: Int) throws -> GeometryStep.CropPlace {
    if call.has(index), call[index].tag == .string, call.string(index) == "random" { return .random }
    if let spot = try spot(call, index) { return .spot(spot) }
    guard let point = try call.machine.wholeNumbers(call[index]), point.count == 2 else {
      throw call.wrong(index, hint: "a point is (row, column) in whole pixels; names are \((spots + ["random"]).map(Machine.quote).joined(separator: ", "))")
    }
    return .point(row: point[0], column: point[1])
  }
}
