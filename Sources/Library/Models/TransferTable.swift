import Machine

// The use of a trained part in another model. `freeze` itself is written in Loam, in the Prelude.
extension Library {
  private static let part = Parameter("part", .model, "a built model or layer")
  private static let function = Parameter("f", .function, "a function without parameters")

  static let transfer: [Builtin] = [
    Builtin(
      "_constant", "A copy of a model whose weights are not trained", [part],
      examples: [Example("print(len(parameters(_constant(dense(2, shape=(3,))))))", "0")]
    ) { call in
      let part = try call[part]
      guard call.machine.models.isBuilt(part) else {
        throw call.refuse(
          "`freeze` needs a trained part, got \(call.machine.describe(part)), which is not built yet",
          hint: "freeze a part of a trained model, as in `freeze(m.encoder)`")
      }
      return call.machine.models.copy(part, trainable: false)
    },
    Builtin(
      "_in_use", "The value of a function in which layers behave as in use, also inside a training", [function],
      examples: [Example("print(_in_use(() -> training()))", "false")]
    ) { call in
      let machine = call.machine
      let outer = machine.trace
      defer { machine.trace = outer }
      machine.trace = outer?.measuring
      return try machine.call(call[function], [])
    },
  ]
}
