import Diagnostics
import Engine

package enum ONNXErrors {
  package static let randomNumbers = DiagnosticID(
    "L0463", "random-numbers-in-onnx",
    """
    An ONNX file has a function of its inputs, but this function draws random numbers, which another program would not
    draw alike. Draw them outside and pass them to the function: of a generator, `decode` is saved, and not `sample`.
    """,
    wrong: """
      noisy = x -> x + randn(len(x), 2)
      save(noisy, "noisy.onnx", like=[[1, 2]])
      """,
    right: """
      noisy = (x, noise) -> x + noise
      save(noisy, "noisy.onnx", like=([[1, 2]], [[0, 0]]))
      """)

  package static let valueUsed = DiagnosticID(
    "L0464", "value-read-in-onnx",
    """
    An ONNX file has operations on tensors, which are recorded once, without knowing the values of an input. This function
    reads one: in a condition, as a number or a position, or for a check. Choose with `where` instead of `if`, and compute
    with tensors instead of numbers.
    """,
    wrong: """
      half = x -> if max(x) > 1 { x / 2 } else { x }
      save(half, "half.onnx", like=[[1, 2]])
      """,
    right: """
      half = x -> where(max(x) > 1, x / 2, x)
      save(half, "half.onnx", like=[[1, 2]])
      """)

  package static let unknownInput = DiagnosticID(
    "L0465", "unknown-onnx-input",
    """
    `save` has to know the shape of one example of the input of the function. A trained model knows it for `call`, for
    `encode` and similar functions, and for a `decode` that `sample` uses. For any other function, `like=` gives an example
    of the input, a tensor whose first dimension counts the examples, or a list with one for each input.
    """,
    wrong: """
      double = x -> 2 * x
      save(double, "double.onnx")
      """,
    right: """
      double = x -> 2 * x
      save(double, "double.onnx", like=zeros(1, 3))
      """)

  package static let unrepresentable = DiagnosticID(
    "L0466", "not-representable-in-onnx",
    """
    An ONNX file maps tensors to tensors, with the operations that ONNX has, and has at most 2 GB. This function returns
    something else, uses an operation that has no counterpart, or has more weights.
    """,
    wrong: """
      name = x -> "shirt"
      save(name, "name.onnx", like=[[1, 2]])
      """,
    right: """
      score = x -> sum(x, axis=1)
      save(score, "score.onnx", like=[[1, 2]])
      """)

  static func random(_ node: Node) -> Fault {
    Fault(randomNumbers, "the function draws random numbers, which an ONNX file cannot", at: node.origin, hint: "pass them as an argument")
  }

  package static func valueRead(_ node: Node? = nil) -> Fault {
    Fault(
      valueUsed, "the function reads a value that depends on its input, which is unknown while an ONNX file is written", at: node?.origin,
      hint: "choose with `where` instead of `if`, and compute with tensors instead of numbers")
  }

  static func unsupported(_ what: String, _ node: Node) -> Fault {
    Fault(unrepresentable, "ONNX has no operation for \(what)", at: node.origin, hint: "compute it from other operations")
  }

  package static let all = [randomNumbers, valueUsed, unknownInput, unrepresentable]
}
