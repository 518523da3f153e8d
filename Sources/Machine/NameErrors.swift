import Diagnostics
import Effects

// Names, calls and control flow.
extension MachineErrors {
  package static let unknownName = DiagnosticID(
    "L0201", "unknown-name",
    """
    The program uses a name that has not been assigned and that is not part of Loam's library. Usually the name is
    misspelt, or the line that assigns it has not run. Check the spelling; names are case-sensitive.
    """,
    wrong: """
      few = digits()[:20]
      print(len(fwe))
      """,
    right: """
      few = digits()[:20]
      print(len(few))
      """)

  package static let unassigned = DiagnosticID(
    "L0202", "read-before-assigned",
    """
    A name that is assigned anywhere in a function is local to that function, and here it is read before it has a value.
    It hides a variable of the same name in the enclosing code. Pass the outer value as an argument, and return the new
    one.
    """,
    wrong: """
      total = 0
      fn add(size) { total = total + size }
      add(28)
      """,
    right: """
      total = 0
      fn add(total, size) { total + size }
      total = add(total, 28)
      """)

  package static let rebinding = DiagnosticID(
    "L0203", "cannot-rebind-outer-name",
    """
    A function can read the variables of the enclosing code but cannot assign to them, so a call never changes them. The
    same is true of a model's fields in its functions, unless they are declared with `state`. Return the new value, and
    assign it where the function is called.
    """,
    wrong: """
      seen = [0, 0, 0]
      fn note(i) { seen[i] = 1 }
      note(2)
      """,
    right: """
      seen = [0, 0, 0]
      fn noted(seen, i) { seen[i] = 1; seen }
      seen = noted(seen, 2)
      """)

  package static let badArgument = DiagnosticID(
    "L0205", "wrong-argument",
    """
    A function was called with a value it cannot use: one of the wrong type, one out of range, or too many arguments.
    The hint shows the function's signature, and `help(NAME)` describes each argument.
    """,
    wrong: """
      few = digits() |> flip("sideways")
      """,
    right: """
      few = digits() |> flip("horizontal")
      """)

  package static let unknownArgument = DiagnosticID(
    "L0206", "unknown-argument",
    """
    The call names an argument that the function does not have. Usually the name is misspelt, or it belongs to another
    function. `help(NAME)` lists a function's arguments.
    """,
    wrong: """
      few = digits() |> rotate(-15..15, copie=4)
      """,
    right: """
      few = digits() |> rotate(-15..15, copies=4)
      """)

  package static let missingArgument = DiagnosticID(
    "L0207", "missing-argument",
    """
    A required argument is missing. Pass it by position, or by name, as in `crop(6, width=6)`. Arguments with a default
    can be omitted; `help(NAME)` shows the defaults.
    """,
    wrong: """
      few = digits() |> crop(6)
      """,
    right: """
      few = digits() |> crop(6, 6)
      """)

  package static let notCallable = DiagnosticID(
    "L0208", "not-a-function",
    """
    Parentheses directly after a value call it, but this value is not a function, model or recipe. Use square brackets
    to take an element, `x[0]`, and `*` to multiply. It is also possible that a function's name was assigned another
    value earlier in the program.
    """,
    wrong: """
      pixels = rand(28)
      print(pixels(0))
      """,
    right: """
      pixels = rand(28)
      print(pixels[0])
      """)

  package static let unknownField = DiagnosticID(
    "L0209", "unknown-field",
    """
    The value has no field of this name. A record has the fields it was created with, a model those assigned in its
    body, a data set `.images`, `.labels` and `.names`, and a tensor `.shape` and `.dtype`. Check the spelling, or print
    the whole value.
    """,
    wrong: """
      few = digits()[:3]
      print(few.lables)
      """,
    right: """
      few = digits()[:3]
      print(few.labels)
      """)

  package static let recursion = DiagnosticID(
    "L0214", "recursion-too-deep",
    """
    Functions called each other, or one called itself, thousands of times without returning. Usually the base case of
    the recursion is missing or never reached. Add one, or use a loop, which has no depth limit.
    """,
    wrong: """
      fn halvings(size) { 1 + halvings(size // 2) }
      print(halvings(28))
      """,
    right: """
      fn halvings(size) { if size <= 1 { 0 } else { 1 + halvings(size // 2) } }
      print(halvings(28))
      """)

  package static let notIterable = DiagnosticID(
    "L0216", "cannot-go-through",
    """
    A loop iterates over ranges, lists, tensors, strings, records and data sets. This value has no elements. To count,
    iterate over a range: `0..5` yields 0, 1, 2, 3 and 4.
    """,
    wrong: """
      few = digits()[:5]
      for i in len(few) { print(few.labels[i]) }
      """,
    right: """
      few = digits()[:5]
      for i in 0..len(few) { print(few.labels[i]) }
      """)

  package static let unpacking = DiagnosticID(
    "L0217", "cannot-unpack",
    """
    Unpacking assigns one value to each name on the left of `=`. Here the number of names differs from the number of
    values, or the right side is not a list or a tensor. Print the right side to see its elements, and write one name
    for each.
    """,
    wrong: """
      (height, width) = shape(zeros(28, 28, 3))
      """,
    right: """
      (height, width, channels) = shape(zeros(28, 28, 3))
      """)

  package static let raised = DiagnosticID(
    "L0219", "failed",
    """
    The program called `fail` with this message. The lines below it show the calls that led there. Pass values that the
    function accepts, or handle the error with `try { ... } catch e { ... }`.
    """,
    wrong: """
      fn half(size) {
        if size % 2 == 1 { fail("a size of {size} cannot be halved") }
        size // 2
      }
      print(half(7))
      """,
    right: """
      fn half(size) {
        if size % 2 == 1 { fail("a size of {size} cannot be halved") }
        size // 2
      }
      print(half(28))
      """)

  package static let misplaced = DiagnosticID(
    "L0221", "misplaced-word",
    """
    A keyword or a function is used where it is not allowed. `return` belongs in a function, `break` and `continue` in a
    loop, `state` in the body of a model; functions with side effects, such as `print`, are not allowed in a loss. Move
    it to such a place, or remove it.
    """,
    wrong: """
      size = 28
      if size > 20 { return size // 2 }
      """,
    right: """
      fn smaller(size) { if size > 20 { return size // 2 }; size }
      print(smaller(28))
      """)

  package static let tooLarge = DiagnosticID(
    "L0225", "function-too-large",
    """
    A function or a statement is too large to compile: it has more than 500 arguments in a call, or needs more than a
    thousand intermediate results at once. This usually happens only in generated code. Pass the values as one list or
    tensor, or split the statement.
    """,
    wrong: """
      fn total(pixels...) { sum(tensor(pixels)) }
      print(total(
      \(elevenRowsOfFifty)
      ))
      """,
    right: """
      fn total(pixels) { sum(pixels) }
      print(total(ones(550)))
      """)

  package static var interrupted: DiagnosticID { EffectErrors.interrupted }

  /// 550 arguments.
  private static let elevenRowsOfFifty = Array(repeating: "  " + String(repeating: "1,", count: 50), count: 11).joined(separator: "\n")

  package static let importCycle = DiagnosticID(
    "L0227", "import-cycle",
    """
    Two files import each other, so neither can be loaded before the other. Move the code that both need to a third
    file, and import it from both.
    """,
    wrong: """
      write_text("train.loam", "import \\"model.loam\\"")
      write_text("model.loam", "import \\"train.loam\\"")
      import "train.loam"
      """,
    right: """
      write_text("train.loam", "import \\"sizes.loam\\"")
      write_text("sizes.loam", "latent = 16")
      import "train.loam"
      """)
}
