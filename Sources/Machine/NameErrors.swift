import Diagnostics
import Effects

// Names, calls, and the way a program takes.
extension MachineErrors {
  package static let unknownName = DiagnosticID(
    "L0201", "unknown-name",
    """
    The program reads a name that nothing has been given yet and that Loam's library does not hold. Most often it is a
    slip of the pen, or the line that assigns the name has not run. Compare the spelling; capital and small letters
    differ.
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
    A name that is assigned somewhere in a function belongs to this function alone, and here it is read before it has
    a value. A name of the code around the function does not help, since the function's own name hides it. Hand the
    outer value in as an argument, and return the new one.
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
    A function may read the names of the code around it, but it cannot change them, so that a call never changes
    anything behind your back. The same holds for a model's fields in its functions, unless they are declared with
    `state`. Return the new value, and assign it where the function is called.
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
    A function was given a value that it cannot work with: one of the wrong kind, one outside the allowed range, or
    more arguments than it takes. The hint shows how the function is called, and `help(NAME)` tells what each argument
    means.
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
    An argument is given by a name that the function does not know. Most often the name is misspelt, or it belongs to
    another function. `help(NAME)` lists the arguments of a function with their meanings.
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
    The function cannot do its work without this argument, since there is no value that would suit everyone. Give it
    in its place, or by its name: `crop(6, width=6)`. Arguments that have a default may be left out; `help(NAME)`
    shows the defaults.
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
    Parentheses directly behind a value call it, but this value is no function, model or recipe. Elements are taken
    with square brackets, `x[0]`, and a product needs its `*`. Perhaps a name that meant a function has been given
    another value further up.
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
    Behind the dot stands a name that this value does not have. A record has the fields it was written with, a model
    those of its body, a data set `.images`, `.labels` and `.names`, and a tensor `.shape`. Compare the spelling, or
    look at the whole value with `print`.
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
    Functions called each other, or one called itself, thousands of times without one of them returning. Most often
    the case that ends the recursion is missing or is never reached. Add that case, or use a loop, which needs no
    depth.
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
    A loop was given a value that has no elements to go through. Ranges, lists, tensors, texts, records and data sets
    have elements; a single number does not. To count, go through a range: `0..5` gives 0, 1, 2, 3 and 4.
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
    Several names on the left of `=` share out the values on the right, one for each. Here there are more values than
    names, or fewer, or the right side is not a list at all. Print the right side to see what it holds, and write as
    many names.
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
    The code itself called `fail` with this message, because it cannot go on with what it was given. The lines below
    the message tell who called whom. Call the function with values that it accepts, or catch the failure with `try {
    ... } catch e { ... }`.
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
    A word stands where it can have no effect or would have a wrong one. `return` belongs in a function, `break` and
    `continue` in a loop, `state` in the body of a model; functions with an effect on the world, such as `print`,
    cannot stand in a loss. Move it to such a place, or take it away.
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
    One function or one statement holds more than the machine can number: more than 500 arguments in a call, or more
    than a thousand intermediate results at once. Code that another program wrote may come to this; a person's seldom
    does. Pass the values as one list or tensor, or split the statement.
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
    Two files import each other, so that neither can be read before the other. Move what both need to a third file,
    and import that one from both.
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
