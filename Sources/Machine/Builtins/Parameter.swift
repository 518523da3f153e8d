/// A parameter of a built-in: what it accepts, and what it is where a call leaves it out. The body reads its argument with
/// `call[parameter]`; help, completion, the reference and the checks of a call read the same value.
package struct Parameter<Content>: AnyParameter {
  package let name: String
  package let kind: Kind<Content>
  /// What it means, as a phrase for the help.
  package let meaning: String
  package let choices: [String]
  /// What it is where a call leaves it out; nil where it is required.
  let defaultValue: (@Sendable () -> Content)?
  package let defaultText: String?

  package var isRest: Bool { false }
  package var kindText: String { kind.text }

  package init(_ name: String, _ kind: Kind<Content>, _ meaning: String) {
    self.init(name, kind, meaning, defaultValue: nil, defaultText: nil)
  }

  /// One that may be left out, or be `nothing`. `shown` says in the help what is used then.
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
  /// One of a few words.
  package init(_ name: String, _ meaning: String, default value: String? = nil, choices: [String]) {
    self.init(name, .string, meaning, choices: choices, defaultValue: value.map { Parameter.constant($0) }, defaultText: value?.literal)
  }
}

/// What a declared parameter is to those who only list it.
package protocol AnyParameter: Sendable {
  var name: String { get }
  /// What it accepts, as in "`by` must be a number".
  var kindText: String { get }
  var meaning: String { get }
  /// The strings that it accepts, where it accepts only some.
  var choices: [String] { get }
  /// The default as it is written in a call; nil where the parameter is required.
  var defaultText: String? { get }
  /// Whether it takes all positional arguments that are left.
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
