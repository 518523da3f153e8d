import Diagnostics

// Values, models, and what the machine can hold.
extension MachineErrors {
  package static let badOperand = DiagnosticID(
    "L0204", "wrong-operand",
    """
    An operator such as `+` or `..` met values that it is not made for, for example a text and a number. Loam does not
    convert them silently, because a guess could hide a mistake. Convert one side yourself, or put a value into a text
    with braces: `"{value}"`.
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
    The brackets ask for an element that is not there, or in a way that this value does not know. Positions count from
    0, so that the last of three elements is number 2; `-1` means the last one, whatever the length. A slice such as
    `0:10` may reach beyond the end.
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
    Integers have 64 bits, up to about 9.2 * 10^18; the elements of i32 tensors have 32, those of u8 eight, and f32
    represents every integer only up to 16,777,216. This number is out of range, or would be rounded without being
    asked. A float reaches much further, with about 16 digits: write `2.0` instead of `2`. For tensors, use a larger
    element type, as in `f64((16777217, 2))`, or limit the values first with `clip(x, 0, 255)`.
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
    A number is divided by zero, which has no answer. Test the divisor first, or add a small number to it where it may
    come close to zero.
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
    `if`, `while` and `expect` need an answer that is true or false, and this is another value. Loam does not take a
    number or a list for an answer; write the comparison out, as in `len(few) > 0`. A tensor of many truths becomes one
    with `all(...)` or `any(...)`.
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
    The program's strings, lists and records together take more memory than Loam gives them, or the system has no more.
    Nearly always a loop lets one of them grow without end. Let the loop end earlier, or keep the numbers in a tensor,
    which takes far less memory than a list.
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
    The claim behind `expect` does not hold. The message shows both sides of a comparison: compare them, and mend the
    code before it, or the claim. Floats are seldom exactly equal, so compare them with `close(a, b, within=1e-6)`.
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
    Behind the colon in `"{value:...}"` stands a code for how the value is written, and this code does not exist or
    does not suit the value. Loam uses Python's codes: `.3f` for three decimals, `>8` for a width, `d` for whole
    numbers.
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
    Square brackets make a tensor of numbers, or a list of other things, and here both kinds stand between them. A
    tensor can hold nothing but numbers of one kind. Write a list of different things with parentheses: `(28,
    "small")`.
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
    A model makes its weights when it learns what one example looks like, and this model does not know yet. Training
    it tells it, and so does the shape of one example given by hand, as in `vae(shape=(28, 28, 1))`.
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
    A `state` is what a model carries from step to step of its training, and only a training may change it. Otherwise
    a model that is merely used would give another answer each time. Assign it in a loss, in `after_step`, or under
    `if training() { ... }`.
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
