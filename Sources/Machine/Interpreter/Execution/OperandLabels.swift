import Diagnostics
import Engine
import Language
import Tensors

// Errors about the shapes of two operands show both operands.
extension Machine {
  func labelled(_ fault: Fault, _ a: Value, _ b: Value) -> Fault {
    guard fault.diagnostic.id == TensorErrors.shapes, fault.diagnostic.labels.isEmpty, let span = fault.diagnostic.span,
      let (left, right) = operands(at: span)
    else { return fault }
    var labelled = fault
    for (place, value) in [(left, a), (right, b)] where value.tag == .tensor {
      labelled.diagnostic.labels.append(Diagnostic.Label(place, value.node.type.description))
    }
    return labelled
  }

  /// Moves an error about one element in brackets to that element.
  func placed(_ fault: Fault, at odd: Int?) -> Fault {
    guard let odd, let span = currentSpan, case .brackets(let items)? = expression(at: span)?.kind, items.indices.contains(odd) else { return fault }
    let extent = items[odd].extent
    return fault.placed(at: Span(span.source, span.start + extent.start, span.start + extent.end))
  }

  /// The expression that a span covers, parsed again from its text.
  private func expression(at span: Span) -> Expression? {
    let parsed = Parser.parse(Source(name: "", text: span.text))
    guard parsed.diagnostics.isEmpty, parsed.program.statements.count == 1, case .expression(let expression) = parsed.program.statements[0].kind else {
      return nil
    }
    return expression
  }

  /// The two sides of the operator at a span.
  private func operands(at span: Span) -> (left: Span, right: Span)? {
    guard let expression = expression(at: span) else { return nil }
    func place(_ expression: Expression) -> Span {
      Span(span.source, span.start + expression.extent.start, span.start + expression.extent.end)
    }
    switch expression.kind {
    case .binary(_, let left, let right): return (place(left), place(right))
    case .comparison(_, let sides) where sides.count == 2: return (place(sides[0]), place(sides[1]))
    default: return nil
    }
  }
}
