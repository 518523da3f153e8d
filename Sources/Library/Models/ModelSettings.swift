import Diagnostics
import Engine
import Machine
import Tensors
import Training

extension Kind where Content == Int {
  /// Updates of one part in a step.
  fileprivate static var updates: Kind { Kind(int, in: 1...1000) }
}

// The settings of a training, from the arguments of `train` and from fields of the model.
extension Library {
  /// A field of the model that is a training setting; nil if there is none, or if its value is known only in a run. A
  /// state or a function of that name is not a setting.
  static func modelSetting(_ name: String, of model: Value, _ machine: Machine) -> Value? {
    guard let symbol = machine.symbols.existing(name), !machine.models.isState(symbol, of: model),
      let value = try? machine.models.field(symbol, of: model)
    else {
      return nil
    }
    switch value.tag {
    case .method: return nil
    case .tensor: return value.node.isUnknown ? nil : value
    case .range: return machine.isUnknown(value.rangeBounds.low) || machine.isUnknown(value.rangeBounds.high) ? nil : value
    default: return machine.isUnknown(value) ? nil : value
    }
  }

  /// The error for a field with an invalid value, at the line that assigns it.
  static func badSetting(_ name: String, _ value: Value, of model: Value, _ machine: Machine, _ expected: String, part: String? = nil) -> Fault {
    let field = part.map { "`\(name)` of `\($0)`" } ?? "`\(name)`"
    return Fault(
      TrainingErrors.badSetting, "\(field) of the model `\(machine.models.name(of: model))` must be \(expected), got \(machine.describe(value))",
      at: machine.symbols.existing(name).flatMap { machine.models.span(ofField: $0, of: model) },
      hint: "`\(name)` is a training setting; rename the field if it has another purpose")
  }

  static func settings(_ call: Call, _ model: Value) throws -> TrainingSettings {
    let machine = call.machine
    var batch = 64
    if let count = try call[TrainParameters.batch] {
      batch = count
    } else if let value = modelSetting("batch", of: model, machine) {
      guard let count = Kind.batchSize.content(of: value, machine) else {
        throw badSetting("batch", value, of: model, machine, Kind.batchSize.text)
      }
      batch = count
    }
    var settings = TrainingSettings(
      epochs: try call[TrainParameters.epochs], batch: batch, optimizers: [:], seed: machine.seed,
      key: UInt64(bitPattern: Int64(machine.models.key(of: model))))
    settings.name = machine.models.name(of: model)
    settings.optimizers = try optimizers(call, model)
    settings.updates = try updates(model, machine)
    settings.patience = try call[TrainParameters.patience]
    settings.watched = try call[TrainParameters.watch]
    if settings.watched != nil, settings.patience == nil {
      throw call.refuse("`watch` has no effect without `patience`", hint: "as in `train(..., patience=5, watch=\"...\")`")
    }
    try addSchedule(call, &settings)
    return settings
  }

  /// The greatest norm of a gradient; nil if it is not given.
  static func clip(_ call: Call) throws -> Double? {
    let clip = try call[TrainParameters.clip]
    if let clip, clip <= 0 { throw call.wrong(TrainParameters.clip, expected: "greater than 0") }
    return clip
  }

  /// `schedule` and `clip`, which apply to the optimisers of all parts.
  private static func addSchedule(_ call: Call, _ settings: inout TrainingSettings) throws {
    // The gradients of a private training are cut for each example.
    if let clip = try clip(call), !call.has(TrainParameters.privacy) {
      settings.changeOptimizers { Optimizer($0.rule, rate: $0.rate, clipNorm: clip) }
    }
    guard let value = try call[TrainParameters.schedule] else { return }
    if let schedule = value.foreign(as: ScheduleValue.self)?.schedule {
      settings.changeOptimizers { Optimizer($0.rule, rate: schedule, clipNorm: $0.clipNorm) }
    } else if value.tag == .string, let decline = RateDecline(rawValue: value.string) {
      settings.decline = decline
    } else {
      let names = RateDecline.allCases.map { "\"\($0.rawValue)\"" }.joined(separator: ", ")
      throw call.wrong(TrainParameters.schedule, expected: "\(names), or a schedule such as cosine(1e-3, 1000)")
    }
  }

  private static func optimizers(_ call: Call, _ model: Value) throws -> [String: Optimizer] {
    let machine = call.machine
    let argument = try call[TrainParameters.optimizer]
    if argument == nil, let previous = machine.models.training(of: model).foreign(as: TrainingState.self) {
      // Further training keeps the optimisers of the first.
      return previous.optimizers
    }
    guard let given = argument ?? modelSetting("optimizer", of: model, machine) else { return [:] }
    func refuse(_ value: Value, _ part: String? = nil) -> Fault {
      let expected = "an optimiser such as adam(1e-3)"
      guard argument != nil else { return badSetting("optimizer", value, of: model, machine, expected, part: part) }
      let name = part.map { "`optimizer` of `\($0)`" } ?? "`optimizer`"
      return Fault(
        TrainingErrors.badSetting, "\(name) must be \(expected), got \(machine.describe(value))", hint: "use `adam`, `adamw`, `sgd` or `rmsprop`")
    }
    if let optimizer = given.foreign(as: OptimizerValue.self) { return ["": optimizer.optimizer] }
    guard given.tag == .record else { throw refuse(given) }
    var optimizers: [String: Optimizer] = [:]
    for index in 0..<given.recordCount {
      let part = machine.symbols.name(given.recordKey(index))
      guard let optimizer = given.recordValue(index).foreign(as: OptimizerValue.self) else { throw refuse(given.recordValue(index), part) }
      optimizers[part] = optimizer.optimizer
    }
    return optimizers
  }

  private static func updates(_ model: Value, _ machine: Machine) throws -> [String: Int] {
    guard let steps = modelSetting("steps", of: model, machine) else { return [:] }
    guard steps.tag == .record else { throw badSetting("steps", steps, of: model, machine, "a record such as {critic: 5}") }
    var updates: [String: Int] = [:]
    for index in 0..<steps.recordCount {
      let (part, value) = (machine.symbols.name(steps.recordKey(index)), steps.recordValue(index))
      guard let count = Kind.updates.content(of: value, machine) else {
        throw badSetting("steps", value, of: model, machine, Kind.updates.text, part: part)
      }
      updates[part] = count
    }
    return updates
  }
}

extension TrainingSettings {
  fileprivate mutating func changeOptimizers(_ change: (Optimizer) -> Optimizer) {
    if optimizers[""] == nil { optimizers[""] = .standard }
    optimizers = optimizers.mapValues(change)
  }
}
