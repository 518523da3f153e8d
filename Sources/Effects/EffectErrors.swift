import Diagnostics

package enum EffectErrors {
  package static let interrupted = DiagnosticID(
    "L0226", "interrupted",
    """
    The statement was stopped with Ctrl-C before it finished; nothing is wrong with the program itself. At the prompt and
    in a lesson, all names keep the values they had before the statement. An interrupted training keeps what it has learnt:
    as its result, or in `rescued` if the statement could not continue.
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
