import Machine

// Printing and the clock.
extension Library {
  private static let printed = Rest("values", "the values to write")

  static let output: [Builtin] = [
    Builtin(
      "print", "Writes values, separated by spaces, and ends the line", [printed],
      examples: [Example("print(\"a\", 1, 2.5)", "a 1 2.5"), Example("print([1, 2] * 2)", "[2, 4]")],
      hasEffects: true, whenChecked: .skip
    ) { call in
      let values = call[printed]
      // A table alone is printed as such, and otherwise in few words.
      let whole = values.count == 1 && values[0].tag == .foreign ? values[0].foreign.shown(width: 80) { $0 } : nil
      let text = try whole ?? values.map { try call.machine.text($0) }.joined(separator: " ")
      call.effects.console.write(text + "\n")
      if let failure = call.effects.console.failure { throw failure }
      return .nothing
    },
    Builtin(
      "time", "Seconds since a fixed moment, to measure durations",
      examples: [Example("start = time(); print(time() - start >= 0)", "true")], hasEffects: true
    ) { call in Value(call.effects.clock.seconds) },
  ]
}
