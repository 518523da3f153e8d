import Diagnostics
import Engine
import Machine
import Tensors

extension Library {
  private static let model = Parameter("m", .model, "a trained model")

  static let plans: [Builtin] = [
    Builtin(
      "explain",
      "Shows what a step of a model's last training did: its fused kernels, their shapes, operations, bytes and time, and how close each came to the machine's limit",
      [model],
      examples: [Example("m = train(vae(latent=2, hidden=8), rand(8, 4, 4, 1), epochs=1)\nexplain(m)")], hasEffects: true, whenChecked: .skip
    ) { call in
      let model = try call[model]
      guard let text = try planText(of: model, call.machine) else {
        throw call.refuse(
          "`explain` needs a model that was trained in this session",
          hint:
            "train it: `m = train(\(call.machine.models.name(of: model))(...), data)`; a cached training has no plan, `loam --fresh` repeats it"
        )
      }
      call.effects.console.write(text)
      return .nothing
    }
  ]

  /// The plan of a model's last training as a table; nil if there was none.
  package static func planText(of model: Value, _ machine: Machine) throws -> String? {
    guard let report = machine.models.training(of: model).foreign(as: TrainingState.self)?.report else { return nil }
    return PlanText(report, try Roofline(machine.engine)).text
  }
}
