import Diagnostics

package enum EffectErrors {
  package static let interrupted = DiagnosticID(
    "L0226", "interrupted",
    """
    Someone pressed Ctrl-C, and the statement was stopped before it was done; nothing is wrong with the program
    itself. At the prompt and in a lesson all names are as before it. A training that is stopped keeps what it has
    learnt: as its result, or in `rescued` where the statement could not go on.
    """,
    wrong: """
      n = 1
      while n > 0 { n = n % 1000 + 1 }
      """,
    right: """
      n = 1
      while n < 1000 { n = n + 1 }
      """)
}
