/// A parameter of a built-in: what it accepts, and its default. The body reads the argument with `call[parameter]`; help,
/// completion, the reference and argument checks use the same value.
package struct Parameter<Content>: AnyParameter {
  package let name: String
  package let kind: Kind<Content>
  /// Its meaning, as a phrase for the help.
  package let meaning: String
  package let choices: [String]
  /// The default; nil if the parameter is required.
  let defaultValue: (@Sendable () -> Content)?
  package let defaultText: String?

  package var isRest: Bool { false }
  package var kindText: String { kind.text }

  package init(_ name: String, _ kind: Kind<Content>, _ meaning: String) {
    self.init(name, kind, meaning, defaultValue: nil, defaultText: nil)
  }

  /// A parameter that may be omitted, or be `nothing`. `shown` describes the default in the help.
  package init<Wrapped>(_ name: String, optional kind: Kind<Wrapped>, _ meaning: String, shown: String = "nothing", choices: [String] = [])
  where Content == Wrapped? {
    self.init(name, Kind(optional: kind), meaning, choices: choices, defaultValue: { nil }, defaultText: shown)
  }

  private init(
    _ name: String, _ kind: Kind<Content>, _ meaning: String, choices: [String] = [], defaultValue: (@Sendable () -> Content)?,
    defaultText: String?
  ) {
    self.name = name
    self.kind = kind
    self.meaning = meaning
    self.choices = choices
    self.defaultValue = defaultValue
    self.defaultText = defaultText
  }

  package func accepts(_ value: Value, _ machine: Machine) -> Bool { kind.accepts(value, machine) }
}

extension Parameter where Content: Sendable {
  private static func constant(_ content: Content) -> @Sendable () -> Content { { content } }
}

extension Parameter where Content: Literal {
  package init(_ name: String, _ kind: Kind<Content>, _ meaning: String, default value: Content) {
    self.init(name, kind, meaning, defaultValue: { value }, defaultText: value.literal)
  }
}

extension Parameter where Content: Literal & Comparable {
  /// A number within bounds.
  package init(_ name: String, _ kind: Kind<Content>, _ meaning: String, default value: Content? = nil, in bounds: some Bounds<Content>) {
    self.init(name, Kind(kind, in: bounds), meaning, defaultValue: value.map { Parameter.constant($0) }, defaultText: value?.literal)
  }
}

extension Parameter where Content == String {
  /// One of several strings.
  package init(_ name: String, _ meaning: String, default value: String? = nil, choices: [String]) {
    self.init(name, .string, meaning, choices: choices, defaultValue: value.map { Parameter.constant($0) }, defaultText: value?.literal)
  }
}

/// A parameter without its Swift type, for lists of parameters.
package protocol AnyParameter: Sendable {
  var name: String { get }
  /// What it accepts, as in "`by` must be a number".
  var kindText: String { get }
  var meaning: String { get }
  /// The strings that it accepts, if it accepts only certain ones.
  var choices: [String] { get }
  /// The default as it is written in a call; nil if the parameter is required.
  var defaultText: String? { get }
  /// Whether it takes all remaining positional arguments.
  var isRest: Bool { get }
  func accepts(_ value: Value, _ machine: Machine) -> Bool
}

/// The last parameter of a built-in that takes any number of arguments.
package struct Rest: AnyParameter {
  package let name: String
  package let kindText: String
  package let meaning: String

  package init(_ name: String, _ meaning: String, kind: String = "any value") {
    self.name = name
    kindText = kind
    self.meaning = meaning
  }

  package var choices: [String] { [] }
  package var defaultText: String? { nil }
  package var isRest: Bool { true }
  package func accepts(_ value: Value, _ machine: Machine) -> Bool { true }
}
