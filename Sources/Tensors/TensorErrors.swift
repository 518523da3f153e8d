import Diagnostics

package enum TensorErrors {
  package static let shapes = DiagnosticID(
    "L0301", "shape-mismatch",
    """
    Two tensors, or a tensor and a shape, do not fit together. Shapes are compared from the last dimension backwards:
    two sizes fit where they are equal or one of them is 1. Print both shapes, and bring them together with `view`,
    `transpose`, or sizes of 1.
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
    No tensor can have this shape, or this cannot be computed for it: a size is negative, there are more dimensions
    than Loam knows, or a mean or maximum is asked of no numbers at all. Print the sizes that the shape is made from,
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
    The tensor would take more memory than this machine has free; each number of type f32 takes four bytes. Loam says
    so before it starts, so that nothing is lost. Look for a size that is larger than you meant, work on a part at a
    time, or use a smaller type such as u8.
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
    The numbers in this tensor are of a type that does not suit what is done with them. Positions, for instance, are
    whole numbers, while numbers in square brackets are floats (f32) unless told otherwise. Convert the tensor:
    `i32(x)` makes whole numbers, `f32(x)` floats.
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
    An axis is a dimension of a tensor by its number, counted from 0: an image of shape (28, 28) has the axes 0 and 1.
    This tensor has no axis of that number. Print its shape; `axis=-1` means the last axis, however many there are.
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
    A tensor is a box of numbers: all its rows have the same length, and all its layers the same shape. Here one
    differs, and the message tells which one. Make them equal, or keep them apart in a list, written with parentheses.
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
    One number is needed here, and this is a tensor of several, or no tensor at all. A gradient, for instance, tells
    how one number changes with the weights. Bring the numbers down to one with `sum`, `mean` or `max`, or pick one
    out with `x[0]`.
    """,
    wrong: """
      slope = grad(w -> (w * [1, 2, 3]) ^ 2)
      print(slope(0.5))
      """,
    right: """
      slope = grad(w -> mean((w * [1, 2, 3]) ^ 2))
      print(slope(0.5))
      """)

  package static let all = [
    shapes, badShape, tooLarge, badType, badAxis, ragged, notScalar,
  ]
}
