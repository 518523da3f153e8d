/// A function of the library as one value: its help, completion, argument checks, reference page
/// and example tests are renderings of it.
package final class Builtin: Sendable {
  package let name: String
  /// One line, without a full stop.
  package let summary: String
  package let parameters: [any AnyParameter]
  /// The parameters' names, in order.
  package let parameterNames: [String]
  let hasRest: Bool
  let hasOptional: Bool
  package let examples: [Example]
  /// Papers and pages that a formula comes from.
  package let references: [String]
  /// Whether it writes, reads a file or reads the clock: not allowed inside a loss, which is traced once and replayed.
  package let hasEffects: Bool
  /// Whether a value can be the first argument. If the first positional argument cannot, the call omits the first
  /// parameter: `rotate(30)` as opposed to `rotate(x, 30)`. Nil if the first argument cannot be omitted.
  package let recognizesSubject: (@Sendable (Value) -> Bool)?
  /// What a first argument must be for this function to be called in place of the one of the same name; nil for a function
  /// that is called for all others.
  package let subject: Subject?
  /// Handles the most frequent calls; returns nil to run the body.
  package let shortcut: Shortcut?
  /// What it is of a single float.
  package let floatFunction: FloatFunction?
  package let body: @Sendable (Call) throws -> Value

  /// A type of values for which a name means another function, as `mean` of a column.
  package struct Subject: Sendable {
    /// As in "of a table".
    package let name: String
    package let accepts: @Sendable (Value) -> Bool

    package init(_ name: String, _ accepts: @escaping @Sendable (Value) -> Bool) {
      self.name = name
      self.accepts = accepts
    }
  }

  /// What a call does while a program is only checked. Calls that write are skipped; calls that read files or the clock
  /// return an unknown value.
  package enum WhenChecked: Sendable {
    case run, skip, unknown
    case instead(@Sendable (Call) throws -> Value)
  }
  package let whenChecked: WhenChecked

  /// Takes the arguments in the callee's registers, all positional. `mayChangeFirst`: the result will be assigned to the
  /// variable of the first argument.
  package typealias Shortcut =
    @Sendable (
      _ machine: Machine, _ arguments: UnsafeMutablePointer<Value>, _ count: Int, _ mayChangeFirst: Bool
    ) -> Value?

  package typealias FloatFunction = @Sendable @convention(c) (Double) -> Double

  package init(
    _ name: String, _ summary: String, _ parameters: [any AnyParameter] = [], examples: [Example] = [],
    references: [String] = [], hasEffects: Bool = false, of subject: Subject? = nil, recognizesSubject: (@Sendable (Value) -> Bool)? = nil,
    whenChecked: WhenChecked? = nil,
    shortcut: Shortcut? = nil, floatFunction: FloatFunction? = nil, body: @escaping @Sendable (Call) throws -> Value
  ) {
    self.name = name
    self.summary = summary
    self.parameters = parameters
    parameterNames = parameters.map(\.name)
    hasRest = parameters.last?.isRest ?? false
    hasOptional = parameters.contains { $0.defaultText != nil }
    self.examples = examples
    self.references = references
    self.hasEffects = hasEffects
    self.subject = subject
    self.recognizesSubject = recognizesSubject
    self.whenChecked = whenChecked ?? (hasEffects ? .unknown : .run)
    self.shortcut = shortcut
    self.floatFunction = floatFunction
    self.body = body
  }

  /// Whether it has parameters for so many positional arguments and those of these names, and needs no others.
  func takes(_ positional: Int, _ names: [String]) -> Bool {
    guard names.allSatisfy(parameterNames.contains), hasRest || positional <= parameters.count else { return false }
    return parameters.dropFirst(positional).allSatisfy { $0.isRest || $0.defaultText != nil || names.contains($0.name) }
  }

  /// `mean`, or `mean of a column` for a function of values of a certain type.
  package var title: String { subject.map { "\(name) of \($0.name)" } ?? name }

  /// `rotate(x, by, about="center", copies=1)`
  package var signature: String {
    let list = parameters.map { parameter in
      parameter.isRest ? parameter.name + "..." : parameter.defaultText.map { "\(parameter.name)=\($0)" } ?? parameter.name
    }
    return "\(name)(\(list.joined(separator: ", ")))"
  }
}

package struct Example: Sendable {
  package let code: String
  /// What the code prints; nil if the output is not shown.
  package let result: String?

  package init(_ code: String, _ result: String? = nil) {
    self.code = code
    self.result = result
  }
}
