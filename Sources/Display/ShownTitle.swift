import Diagnostics
import Language
import Machine

/// The source text of the argument of `show`: the `x` of `show(x)` and of `x |> show`.
enum ShownTitle {
  static func of(_ call: Call) -> String? {
    guard let span = call.span else { return nil }
    let source = Source(name: "", text: span.text)
    guard case .expression(let shown)? = Parser.parse(source).program.statements.first?.kind else { return nil }
    func text(_ expression: Expression) -> String { Span(source, expression.extent.start, expression.extent.end).text }
    return switch shown.kind {
    case .pipe(let left, _): text(left)
    case .call(_, let arguments): arguments.first.map { text($0.value) }
    default: nil
    }
  }
}
