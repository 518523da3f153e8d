import Diagnostics
import Engine
import Images
import Machine

// How operations on images are declared: as a function of an image, a batch or a data set, or without one as a recipe.
extension Library {
  static let subject = Parameter("x", optional: .any, "an image, a batch, a data set or a recipe; without it the result is a recipe")
  private static let copies = Parameter("copies", .int, "number of results for each image", default: 1, in: 1...100_000)
  private static let originals = Parameter("originals", .boolean, "whether each image itself is kept before its copies", default: false)
  static let fill = Parameter(
    "fill", optional: .any, "what is outside the image: a number, or how the image is continued", shown: "0", choices: ["edge", "reflect", "wrap"])
  static let interpolation = Parameter(
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

  /// Whether a first argument is something to work on, rather than a parameter of the operation.
  static func isSubject(_ value: Value) -> Bool {
    switch value.tag {
    case .foreign: !(value.foreign is NormalDistribution)
    case .record: true
    case .tensor: value.node.type.rank >= 2
    default: false
    }
  }

  /// Declares an operation: its own parameters follow the image. `results` is how many it makes of each image by itself.
  static func operation(
    _ name: String, _ summary: String, _ parameters: [any AnyParameter], examples: [Example], references: [String] = [],
    resamples: Bool = false, results: Int = 1, _ make: @escaping @Sendable (Call) throws -> any ImageOperation
  ) -> Builtin {
    let own = parameters + (resamples ? [fill, interpolation] : [])
    return Builtin(
      name, summary, [subject] + own + [copies, originals], examples: examples, references: references, recognizesSubject: isSubject
    ) { call in
      let operation = try make(call)
      return try apply(
        operation, sampling: resamples ? try sampling(call) : nil, copies: try call[copies] * results, keep: try call[originals], to: try call[subject],
        call, text: try description(call, own + [Library.copies, Library.originals]))
    }
  }

  /// Declares a geometric operation.
  static func geometry(
    _ name: String, _ summary: String, _ parameters: [any AnyParameter], examples: [Example], references: [String] = [],
    resamples: Bool = false, results: Int = 1, _ make: @escaping @Sendable (Call) throws -> GeometryOperation
  ) -> Builtin {
    operation(name, summary, parameters, examples: examples, references: references, resamples: resamples, results: results) { try make($0) }
  }

  /// The operation applied to what the call was given, or as a recipe.
  static func apply(
    _ operation: any ImageOperation, sampling: Sampling? = nil, copies: Int = 1, keep: Bool = false, to subject: Value?, _ call: Call, text: String
  ) throws -> Value {
    let (key, place) = call.machine.stream.next(call.engine)
    let steps = [RecipeStep(operation, key: key, place: place, sampling: sampling, text: text)]
    guard let subject else { return call.machine.make(foreign: RecipeValue(Recipe(steps), copies: copies, keep: keep)) }
    guard isSubject(subject) else { throw call.wrong(Library.subject, expected: "an image, a batch, a data set or a recipe") }
    return try Growing.apply(steps, copies: copies, keep: keep, to: subject, call.machine)
  }

  /// The call as it is written, with the arguments that it was given.
  static func description(_ call: Call, _ parameters: [any AnyParameter]) throws -> String {
    let given = try parameters.filter(call.has).map { parameter in
      let text = try call.machine.text(call.value(parameter), quoted: true)
      return call.isNamed(parameter) ? "\(parameter.name)=\(text)" : text
    }
    return "\(call.builtin.name)(\(given.joined(separator: ", ")))"
  }
}
