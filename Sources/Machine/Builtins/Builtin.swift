/// A function of the library as one value: its help, completion, argument checks, reference page
/// and example tests are renderings of it.
package struct Builtin: Sendable {
  package let name: String
  /// One line, without a full stop.
  package let summary: String
  package let parameters: [Parameter]
  package let examples: [Example]
  /// Papers and pages that a formula comes from.
  package let references: [String]
  /// Writes, reads or asks the clock: refused inside a loss, which is traced once and replayed.
  package let hasEffects: Bool
  /// Answers the most frequent calls; nil where the body is to decide.
  package let shortcut: Shortcut?
  package let body: @Sendable (Call) throws -> Value

  /// What a call comes to where a program is only checked. What writes is passed over; what reads or
  /// asks the clock gives a value that only a run would know.
  package enum WhenChecked: Sendable {
    case run, skip, unknown
    case instead(@Sendable (Call) throws -> Value)
  }
  package let whenChecked: WhenChecked

  /// The arguments as they lie, all by place. `mayChangeFirst`: the name that holds the first one is
  /// about to be given the result.
  package typealias Shortcut =
    @Sendable (
      _ machine: Machine, _ arguments: UnsafeMutablePointer<Value>, _ count: Int, _ mayChangeFirst: Bool
    ) -> Value?

  package init(
    _ name: String, _ summary: String, _ parameters: [Parameter] = [], examples: [Example] = [],
    references: [String] = [], hasEffects: Bool = false, whenChecked: WhenChecked? = nil, shortcut: Shortcut? = nil,
    body: @escaping @Sendable (Call) throws -> Value
  ) {
    self.name = name
    self.summary = summary
    self.parameters = parameters
    self.examples = examples
    self.references = references
    self.hasEffects = hasEffects
    self.whenChecked = whenChecked ?? (hasEffects ? .unknown : .run)
    self.shortcut = shortcut
    self.body = body
  }

  /// `rotate(x, by, about="center", copies=1)`
  package var signature: String {
    let list = parameters.map { parameter in
      switch parameter.fallback {
      case .required, .later: parameter.name
      case .optional(let text): "\(parameter.name)=\(text)"
      case .rest: parameter.name + "..."
      }
    }
    return "\(name)(\(list.joined(separator: ", ")))"
  }
}

package struct Parameter: Sendable {
  package enum Kind: Sendable {
    case any, int, number, truth, string, list, tensor, function, model, shape, distribution, data

    /// How errors and help name it.
    package var text: String {
      switch self {
      case .any: "any value"
      case .int: "a whole number"
      case .number: "a number"
      case .truth: "true or false"
      case .string: "a text"
      case .list: "a list"
      case .tensor: "a tensor or a number"
      case .function: "a function"
      case .model: "a model"
      case .shape: "a shape such as (28, 28, 1)"
      case .distribution: "a number, a range such as -15..15, or a list of choices"
      case .data: "images, a data set or a tensor"
      }
    }
  }

  package enum Fallback: Sendable {
    case required
    /// Needed, but asked for by the built-in's own code.
    case later
    /// May be left out; the text shows what is used then.
    case optional(String)
    /// Takes all that is left.
    case rest
  }

  package let name: String
  package let kind: Kind
  package private(set) var fallback: Fallback
  package private(set) var isChecked = true
  package let meaning: String
  /// The texts that the argument accepts, where it accepts only some.
  package let choices: [String]

  package init(_ name: String, _ kind: Kind, _ meaning: String, default text: String? = nil, choices: [String] = []) {
    self.name = name
    self.kind = kind
    self.meaning = meaning
    self.choices = choices
    fallback = text.map { .optional($0) } ?? .required
  }

  /// The same, with presence and kind looked at by the built-in's own code: image operations may
  /// leave their first argument out.
  package var checkedByItsCode: Parameter {
    var copy = self
    copy.isChecked = false
    if case .required = fallback { copy.fallback = .later }
    return copy
  }

  package static func rest(_ name: String, _ kind: Kind, _ meaning: String) -> Parameter {
    Parameter(name: name, kind: kind, fallback: .rest, meaning: meaning, choices: [])
  }

  private init(name: String, kind: Kind, fallback: Fallback, meaning: String, choices: [String]) {
    self.name = name
    self.kind = kind
    self.fallback = fallback
    self.meaning = meaning
    self.choices = choices
  }
}

package struct Example: Sendable {
  package let code: String
  /// What the code prints; nil where only its running is shown.
  package let result: String?

  package init(_ code: String, _ result: String? = nil) {
    self.code = code
    self.result = result
  }
}
