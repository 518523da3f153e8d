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
  /// Writes, reads or asks the clock: refused inside a loss, which is traced once and replayed.
  package let hasEffects: Bool
  /// Whether a value can be the first argument. A call whose first positional argument is none leaves the first parameter
  /// out: `rotate(30)` beside `rotate(x, 30)`. Nil where the first argument is never left out.
  package let recognizesSubject: (@Sendable (Value) -> Bool)?
  /// Answers the most frequent calls; nil where the body is to decide.
  package let shortcut: Shortcut?
  package let body: @Sendable (Call) throws -> Value

  /// What a call does while a program is only checked. What writes is skipped; what reads or asks the clock returns a
  /// value that only a run would know.
  package enum WhenChecked: Sendable {
    case run, skip, unknown
    case instead(@Sendable (Call) throws -> Value)
  }
  package let whenChecked: WhenChecked

  /// The arguments in the callee's registers, all positional. `mayChangeFirst`: the result is about to be assigned to the
  /// name that holds the first argument.
  package typealias Shortcut =
    @Sendable (
      _ machine: Machine, _ arguments: UnsafeMutablePointer<Value>, _ count: Int, _ mayChangeFirst: Bool
    ) -> Value?

  package init(
    _ name: String, _ summary: String, _ parameters: [any AnyParameter] = [], examples: [Example] = [],
    references: [String] = [], hasEffects: Bool = false, recognizesSubject: (@Sendable (Value) -> Bool)? = nil, whenChecked: WhenChecked? = nil,
    shortcut: Shortcut? = nil, body: @escaping @Sendable (Call) throws -> Value
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
    self.recognizesSubject = recognizesSubject
    self.whenChecked = whenChecked ?? (hasEffects ? .unknown : .run)
    self.shortcut = shortcut
    self.body = body
  }

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
  /// What the code prints; nil where only its running is shown.
  package let result: String?

  package init(_ code: String, _ result: String? = nil) {
    self.code = code
    self.result = result
  }
}
