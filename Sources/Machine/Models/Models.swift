import Diagnostics

/// The models of a machine: creates, builds and copies them, reads their fields, and calls their methods.
package struct Models {
  let machine: Machine

  package func isBuilt(_ model: Value) -> Bool { model.asModel.pointee.fields.tag == .record }

  func notBuilt(_ model: Value) -> Fault {
    let name = name(of: model)
    return Fault(
      MachineErrors.notBuilt, "model `\(name)` is not built yet: the shape of one example is unknown",
      hint: "train it, or pass the shape of one example: `\(name)(shape=(28, 28, 1))`")
  }

  package func name(of model: Value) -> String { machine.functionName(body(of: model)) }

  func text(of model: Value) -> String {
    let parameters = machine.prototype(of: body(of: model)).parameters
    let arguments = zip(parameters, model.asModel.pointee.arguments.listItems).compactMap { parameter, value -> String? in
      guard !value.isUndefined, let text = try? machine.text(value, quoted: true, depth: 50) else { return nil }
      return "\(parameter.name)=\(text)"
    }
    let head = "\(name(of: model))(\(arguments.joined(separator: ", ")))"
    guard isBuilt(model) else { return head }
    let count = ModelTree(machine, model).parameters.reduce(0) { $0 + $1.type.count }
    return count > 0 ? "\(head) with \(count) parameters" : head
  }

  // MARK: Blueprint

  /// The closure of the model's body.
  func body(of model: Value) -> Value { model.asModel.pointee.blueprint.asBlueprint.pointee.body }

  /// The record of the model's methods.
  func methods(of model: Value) -> Value { model.asModel.pointee.blueprint.asBlueprint.pointee.methods }

  /// The body of a model or blueprint, or the function of a method; nil for any other value.
  package func prototype(of value: Value) -> Prototype? {
    switch value.tag {
    case .method: machine.prototype(of: value.asMethod.pointee.closure)
    case .blueprint: machine.prototype(of: value.asBlueprint.pointee.body)
    case .model: machine.prototype(of: body(of: value))
    default: nil
    }
  }

  // MARK: Training

  /// The state of the model's training, from which another continues; `nothing` before the first.
  package func training(of model: Value) -> Value { model.asModel.pointee.training }
  package func setTraining(_ training: Value, of model: Value) { model.asModel.pointee.training = training }

  /// The argument `key`, which distinguishes the random numbers of models.
  package func key(of model: Value) -> Int { model.asModel.pointee.key.bits }
}

extension Machine {
  package var models: Models { Models(machine: self) }
}
