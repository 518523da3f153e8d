import Diagnostics

package enum TensorErrors {
  package static let shapes = DiagnosticID(
    "L0301", "shape-mismatch",
    """
    The shapes of two tensors, or of a tensor and a requested shape, are incompatible. Shapes are compared from the last
    dimension backwards: two dimensions are compatible if they are equal or one of them is 1. Print both shapes, then use
    `reshape`, `transpose`, or dimensions of size 1.
    """,
    wrong: """
      images = rand(5, 28, 28)
      weights = rand(5)
      print(mean(images * weights))
      """,
    right: """
      images = rand(5, 28, 28)
      weights = rand(5, 1, 1)
      print(mean(images * weights))
      """)

  package static let badShape = DiagnosticID(
    "L0302", "impossible-shape",
    """
    The shape is invalid, or the operation is not defined for it: a dimension is negative, there are more dimensions than
    Loam supports, or the tensor is empty and its mean or maximum is undefined. Print the values that make up the shape,
    and look for the one that is not what you expect.
    """,
    wrong: """
      (size, border) = (4, 6)
      x = zeros(size - border, 28)
      """,
    right: """
      (size, border) = (28, 6)
      x = zeros(size - border, 28)
      """)

  package static let tooLarge = DiagnosticID(
    "L0303", "tensor-too-large",
    """
    The tensor needs more memory than this machine has free; each f32 element takes four bytes. Loam checks this before
    it allocates, so no work is lost. Look for a dimension that is larger than intended, process the data in parts, or
    use a smaller type such as u8.
    """,
    wrong: """
      images = zeros(1000000, 1000000, 1000000)
      """,
    right: """
      images = zeros(100, 28, 28)
      """)

  package static let badType = DiagnosticID(
    "L0304", "wrong-element-type",
    """
    The element type of this tensor is not supported here. Indices, for example, must be integers, while a tensor literal
    in square brackets is f32 by default. Convert the tensor: `i32(x)` returns integers, `f32(x)` floats.
    """,
    wrong: """
      few = digits()[:20]
      order = [2, 0, 1]
      print(few[order].labels)
      """,
    right: """
      few = digits()[:20]
      order = i32([2, 0, 1])
      print(few[order].labels)
      """)

  package static let badAxis = DiagnosticID(
    "L0305", "no-such-axis",
    """
    An axis is the index of a dimension, counted from 0: an image of shape [28, 28] has the axes 0 and 1. The axis is out
    of range for this tensor. Print the tensor's shape; `axis=-1` always means the last axis.
    """,
    wrong: """
      image = rand(28, 28)
      print(mean(image, axis=2).shape)
      """,
    right: """
      image = rand(28, 28)
      print(mean(image, axis=1).shape)
      """)

  package static let ragged = DiagnosticID(
    "L0307", "ragged-rows",
    """
    A tensor is rectangular: all its rows have the same length, and all its matrices the same shape. The message shows
    the one that differs. Make them equal, or keep them in a list, written with parentheses.
    """,
    wrong: """
      image = [[0, 1, 0], [1, 1]]
      """,
    right: """
      image = [[0, 1, 0], [1, 1, 1]]
      """)

  package static let notScalar = DiagnosticID(
    "L0308", "not-a-single-number",
    """
    A scalar is expected here, but the value is a tensor of several elements, or not a tensor. A gradient, for example, is
    defined for a scalar only. Reduce the tensor with `sum`, `mean` or `max`, or select an element with `x[0]`.
    """,
    wrong: """
      slope = grad(w -> (w * [1, 2, 3]) ^ 2)
      print(slope(0.5))
      """,
    right: """
      slope = grad(w -> mean((w * [1, 2, 3]) ^ 2))
      print(slope(0.5))
      """)

  package static let notSymmetric = DiagnosticID(
    "L0467", "matrix-not-symmetric",
    """
    Only a symmetric matrix of finite numbers has the decomposition that `eigh` computes: the element in row i and column j
    equals the one in row j and column i. Covariances and products such as `transpose(x) @ x` are symmetric. The message
    shows the first elements that differ; small differences by rounding are accepted.
    """,
    wrong: """
      x = [[1, 2], [3, 5]]
      (values, vectors) = eigh(x)
      """,
    right: """
      x = [[1, 2], [3, 5]]
      (values, vectors) = eigh(transpose(x) @ x)
      """)

  package static let all = [
    shapes, badShape, tooLarge, badType, badAxis, ragged, notScalar, notSymmetric,
  ]
}
