import Diagnostics
import Engine
import Machine
import Tensors

extension Library {
  static let plans: [Builtin] = [
    Builtin(
      "explain",
      "Shows what a step of a model's last training did: its fused steps, shapes, operations, bytes, time, and how near each came to the machine's limit",
      [Parameter("m", .model, "a trained model")],
      examples: [Example("m = train(vae(latent=2, hidden=8), rand(8, 4, 4, 1), epochs=1)\nexplain(m)")], hasEffects: true, whenChecked: .skip
    ) { call in
      guard let text = try planText(of: call[0], call.machine) else {
        throw call.refuse(
          "`explain` shows the plan of a training, and no step of this model's was made here",
          hint:
            "train it: `m = train(\(call.machine.modelName(call[0]))(...), data)`; what was kept of an earlier training has no steps, `loam --fresh` makes them"
        )
      }
      call.effects.console.write(text)
      return .nothing
    }
  ]

  /// The plan of a model's last training as a table; nil where there was none.
  package static func planText(of model: Value, _ machine: Machine) throws -> String? {
    guard let report = machine.training(of: model).foreign(as: TrainingState.self)?.report else { return nil }
    return PlanText(report, try Roofline(machine.engine)).text
  }
}
