import DataSets
import Diagnostics
import Engine
import Images
import Machine
import Tensors
import Training

extension Library {
  private static let trained = Parameter("m", .model, "a trained model")

  static let training: [Builtin] = [
    Builtin(
      "train", "Trains a model on data and returns the trained model; Ctrl-C stops early and keeps what was learned",
      TrainParameters.all,
      examples: [
        Example(
          "model line() {\n  slope = param(zeros(1))\n  fn loss(x) { mean((slope * x - 3 * x) ^ 2) }\n}\nm = train(line(), [[1], [2]], epochs=200, optimizer=adam(0.1))\nprint(is_close(m.slope, [3], within=0.01))",
          "true")
      ],
      hasEffects: true, whenChecked: .instead { try checkedTrain($0) }
    ) { call in try train(call) },
    method("encode", "The latent codes of examples", "x", "examples"),
    method("decode", "The examples decoded from latent codes", "z", "the codes, one in each row"),
    method("predict", "The predicted classes of examples", "x", "examples"),
    method("reconstruct", "Examples encoded and decoded again", "x", "examples"),
    Builtin(
      "losses", "The losses of a model's last epoch of training, as a record", [trained],
      examples: [Example("print(losses(dense(1)))", "{}")], whenChecked: .unknown
    ) { call in
      let state = call.machine.models.training(of: try call[trained]).foreign(as: TrainingState.self)
      return call.machine.make(record: (state?.history.latest ?? []).map { (name: $0.name, value: Value($0.value)) })
    },
    Builtin(
      "history",
      "The losses of each complete epoch of a model's training, or what each iteration of a `table_model` measured: records, which `plot` draws",
      [trained],
      examples: [
        Example(
          "model line() {\n  slope = param(zeros(1))\n  fn loss(x) { mean((slope * x - 3 * x) ^ 2) }\n}\nm = train(line(), [[1], [2]], epochs=2, optimizer=sgd(0.1))\nprint(history(m))",
          "({epoch: 1, loss: 22.5}, {epoch: 2, loss: 5.625})")
      ], whenChecked: .unknown
    ) { call in
      let machine = call.machine
      return machine.make(list: history(of: try call[trained], machine).map { machine.make(record: $0) })
    },
  ]

  private static func method(_ name: String, _ summary: String, _ parameter: String, _ meaning: String) -> Builtin {
    let (model, examples) = (Parameter("m", .model, "a model with `fn \(name)`"), Parameter(parameter, .any, meaning))
    let example =
      name == "predict"
      ? Example("m = classifier(hidden=8, shape=(3,), class_names=(\"cat\", \"dog\"))\nprint(predict(m, zeros(2, 3)).shape)", "(2,)")
      : Example(
        "m = vae(latent=2, hidden=8, shape=(4, 4, 1))\nprint(\(name)(m, zeros(3, \(name == "decode" ? "2" : "4, 4, 1"))).shape)",
        name == "encode" ? "(3, 2)" : "(3, 4, 4, 1)")
    return Builtin(name, summary + "; of more than 1,000 examples, in parts", [model, examples], examples: [example]) { call in
      try evaluate(name, of: call[model], on: call[examples], call)
    }
  }

  /// Calls a method of a model with the examples of a data set, and the labels that it was trained with if the method has a parameter `label`, or with a tensor.
  static func evaluate(_ method: String, of model: Value, on given: Value, _ call: Call) throws -> Value {
    var value = try given.foreign(as: DataSetValue.self).map { try $0.examples(call.machine) } ?? given
    // As in a training, features are rounded to f32.
    if given.tag == .foreign, value.node.dtype != .f32 { value = call.machine.make(node: try call.engine.term(value.node).cast(.f32).node) }
    let labels = try given.foreign(as: DataSetValue.self).flatMap { set in
      set.set.target != nil && usesLabels(model, call.machine) && call.machine.models.takesLabels(method, of: model)
        ? try Library.labels(of: set, as: model, call) : nil
    }
    return try parts(of: value, labels, call) { try call.machine.models.call(method, of: model, [$0] + ($1.map { [$0] } ?? [])) }
  }

  /// Applies a function to many examples in parts, so that the memory for intermediate results is bounded.
  private static func parts(of value: Value, _ labels: Value?, _ call: Call, _ function: (Value, Value?) throws -> Value) throws -> Value {
    let size = 1000
    guard call.machine.trace == nil, call.machine.policy.readsData, value.tag == .tensor, let count = value.node.shape.first, count > size else {
      return try function(value, labels)
    }
    let (all, allLabels) = (try call.engine.value(value.node), try labels.map { try call.engine.value($0.node) })
    let results = try stride(from: 0, to: count, by: size).map { start -> Node? in
      try call.effects.cancellation.check()
      let part = start..<min(count, start + size)
      let result = try function(call.machine.make(tensor: all.rows(part)), allLabels.map { call.machine.make(tensor: $0.rows(part)) })
      guard result.tag == .tensor, result.node.shape.first == min(count, start + size) - start else { return nil }
      return call.engine.leaf(try call.engine.value(result.node))
    }
    let nodes = results.compactMap { $0 }
    // A function whose result is not one row for each example gets all of them.
    guard nodes.count == results.count else { return try function(value, labels) }
    return call.machine.make(node: try call.engine.apply(Concatenate(axis: 0), nodes, at: call.span))
  }
}
