import Diagnostics

// Values, models and memory.
extension MachineErrors {
  package static let badOperand = DiagnosticID(
    "L0204", "wrong-operand",
    """
    An operator such as `+` or `..` does not accept operands of these types, for example a string and a number. Loam
    does not convert them implicitly, since that could hide a mistake. Convert one of them explicitly, or interpolate
    the value into a string: `"{value}"`.
    """,
    wrong: """
      few = digits()[:20]
      print("images: " + len(few))
      """,
    right: """
      few = digits()[:20]
      print("images: {len(few)}")
      """)

  package static let badIndex = DiagnosticID(
    "L0210", "index-out-of-range",
    """
    The index is out of range, or this value cannot be indexed in this way. Indices start at 0, so the last of three
    elements has index 2; `-1` is the last element, whatever the length. A slice such as `0:10` may extend past the end.
    """,
    wrong: """
      sizes = (28, 14, 7)
      print(sizes[3])
      """,
    right: """
      sizes = (28, 14, 7)
      print(sizes[2])
      """)

  package static let overflow = DiagnosticID(
    "L0211", "integer-overflow",
    """
    Integers have 64 bits, up to about 9.2 * 10^18; the elements of i32 tensors have 32 bits, those of u8 tensors 8, and
    f32 represents every integer only up to 16,777,216. This number is out of range, or would be rounded implicitly. A
    float has a much larger range, with about 16 digits: write `2.0` instead of `2`. For tensors, use a larger element
    type, as in `f64((16777217, 2))`, or limit the values first with `clip(x, 0, 255)`.
    """,
    wrong: """
      print(2 ^ 64)
      """,
    right: """
      print(2.0 ^ 64)
      """)

  package static let divisionByZero = DiagnosticID(
    "L0212", "division-by-zero",
    """
    Division by zero is undefined. Test the divisor first, or add a small constant to a divisor that can be close to
    zero.
    """,
    wrong: """
      count = 0
      print(12 / count)
      """,
    right: """
      count = 0
      print(if count == 0 { 0 } else { 12 / count })
      """)

  package static let notBoolean = DiagnosticID(
    "L0213", "condition-not-boolean",
    """
    The conditions of `if`, `while` and `expect` must be booleans. Numbers and lists do not convert to booleans; write
    the comparison explicitly, as in `len(few) > 0`. Reduce a tensor of booleans to one with `all(...)` or `any(...)`.
    """,
    wrong: """
      few = digits()[:20]
      if len(few) { print("there are some") }
      """,
    right: """
      few = digits()[:20]
      if len(few) > 0 { print("there are some") }
      """)

  package static let memory = DiagnosticID(
    "L0215", "memory-used-up",
    """
    The program's strings, lists and records exceed Loam's memory limit, or the system is out of memory. Usually a loop
    makes one of them grow without bound. End the loop earlier, or store numbers in a tensor, which takes far less
    memory than a list.
    """,
    wrong: """
      line = "pixel "
      while len(line) > 0 { line = line + line }
      """,
    right: """
      line = "pixel "
      while len(line) < 1000 { line = line + line }
      """)

  package static let expectation = DiagnosticID(
    "L0218", "expectation-failed",
    """
    The condition of `expect` is false. For a comparison, the message shows both sides: compare them, and correct the
    code or the expectation. Floats are rarely exactly equal, so compare them with `close(a, b, within=1e-6)`.
    """,
    wrong: """
      few = digits()[:20] |> rotate(-15..15, copies=4)
      expect len(few) == 100
      """,
    right: """
      few = digits()[:20] |> rotate(-15..15, copies=4)
      expect len(few) == 80
      """)

  package static let badFormat = DiagnosticID(
    "L0220", "unknown-format",
    """
    The format code after the colon in `"{value:...}"` does not exist or does not apply to a value of this type. Loam
    uses Python's format codes: `.3f` for three decimals, `>8` for a width, `d` for integers.
    """,
    wrong: """
      print("loss: {0.12345:3.f}")
      """,
    right: """
      print("loss: {0.12345:.3f}")
      """)

  package static let mixedBrackets = DiagnosticID(
    "L0222", "mixed-brackets",
    """
    Square brackets create a tensor from numbers, or a list from other values. They cannot mix the two, since all
    elements of a tensor have the same numeric type. Write a list of values of different types with parentheses:
    `(28, "small")`.
    """,
    wrong: """
      settings = [28, "small"]
      """,
    right: """
      settings = (28, "small")
      """)

  package static let notBuilt = DiagnosticID(
    "L0223", "model-not-built",
    """
    A model creates its weights once it knows the shape of one example, and this model does not know it yet. Train the
    model, or pass the shape explicitly, as in `vae(shape=(28, 28, 1))`.
    """,
    wrong: """
      m = vae(latent=2, hidden=8)
      few = sample(m, 3)
      """,
    right: """
      m = vae(latent=2, hidden=8, shape=(8, 8, 1))
      few = sample(m, 3)
      """)

  package static let stateOutsideTraining = DiagnosticID(
    "L0224", "state-outside-training",
    """
    A `state` field carries a value from one training step to the next, and it can be assigned only during training.
    Otherwise a model would return a different result each time it is used. Assign it in a loss, in `after_step`, or
    under `if training() { ... }`.
    """,
    wrong: """
      model counter() {
        state seen = 0
        fn call(x) { seen = seen + 1; x }
      }
      print(counter()(zeros(1, 2)))
      """,
    right: """
      model counter() {
        state seen = 0
        fn call(x) { if training() { seen = seen + 1 }; x }
      }
      print(counter()(zeros(1, 2)))
      """)
}
