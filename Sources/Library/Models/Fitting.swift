import Diagnostics
import Engine
import Machine
import Tables

/// What a model learned without steps, as its field `fitted`. `summary` and the prompt show it instead of layers.
package protocol FittedValue: Foreign {
  /// What the fitting measured in each of its iterations: the records of `history`.
  var steps: [[(name: String, value: Value)]] { get }
}

// Models that are not trained step by step: `fit` computes what they learn.
extension Library {
  /// Calls `fn fit(data)` of a copy of the model; what it returns becomes the field `fitted`. The arguments that the field `forgets` names
  /// are not kept in the copy.
  static func fit(_ call: Call) throws -> Value {
    let machine = call.machine
    let model = machine.models.copy(try call[TrainParameters.model])
    let name = machine.models.name(of: model)
    if let other = TrainParameters.all.dropFirst(2).first(where: { call.has($0) }) {
      let isPrivate = other.name == TrainParameters.privacy.name
      throw call.refuse(
        "`train`: `\(name)` is not trained in steps, so it has no `\(other.name)`",
        hint: isPrivate ? "private models of tables are `table_model(privacy=...)` and `tabular(vae(), privacy=...)`" : "write `train(\(name)(...), data)`")
    }
    let data = try call[TrainParameters.data]
    guard let shape = try exampleShape(of: data) else {
      throw call.wrong(TrainParameters.data, expected: "a table, a data set or a tensor of examples")
    }
    if !machine.models.isBuilt(model) { try machine.models.build(model, shape: shape, classNames: classNames(of: data)) }
    let fitted = machine.policy.readsData ? try machine.models.call("fit", of: model, [data]) : Value.unknown
    machine.models.set(field: "fitted", of: model, to: fitted)
    let forgets = field("forgets", of: model, machine)
    for name in forgets?.tag == .list ? forgets?.listItems ?? [] : [] where name.tag == .string {
      machine.models.forget(argument: name.string, of: model)
    }
    machine.rescue = model
    return model
  }

  /// What a model learned without steps; nil for one with layers, or one that is not trained.
  package static func fitted(of model: Value, _ machine: Machine) -> (any FittedValue)? {
    guard let value = field("fitted", of: model, machine), value.tag == .foreign else { return nil }
    return value.foreign as? any FittedValue
  }

  /// The records of `history`: of a training the losses of each complete epoch, of a model without steps what its fitting measured. A model
  /// that trains another, such as `tabular`, has that in the field `fitted.model`.
  static func history(of model: Value, _ machine: Machine) -> [[(name: String, value: Value)]] {
    if let state = machine.models.training(of: model).foreign(as: TrainingState.self) {
      return state.history.epochs.map { epoch in
        [(name: "epoch", value: Value(epoch.number))] + epoch.losses.map { (name: $0.name, value: Value($0.value)) }
      }
    }
    if let fitted = fitted(of: model, machine) { return fitted.steps }
    guard let fitted = field("fitted", of: model, machine), fitted.tag == .record, let symbol = machine.symbols.existing("model"),
      let part = fitted.recordField(symbol), part.tag == .model
    else { return [] }
    return history(of: part, machine)
  }

  /// Nil if the model does not have the field.
  private static func field(_ name: String, of model: Value, _ machine: Machine) -> Value? {
    machine.models.fields(of: model).first { machine.symbols.name($0.symbol) == name }?.value
  }

  /// Of a table: its number of columns.
  private static func exampleShape(of data: Value) throws -> [Int]? {
    if let table = data.foreign(as: TableValue.self) { return [table.table.columns.count] }
    if let set = data.foreign(as: DataSetValue.self)?.set { return try set.exampleShape() }
    guard data.tag == .tensor, data.node.type.rank > 0 else { return nil }
    return Array(data.node.shape.dropFirst())
  }
}
