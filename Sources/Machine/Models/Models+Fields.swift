import Diagnostics
import Engine

extension Models {
  /// The assignment of a field in the model's body; nil for a parameter.
  package func span(ofField field: Symbol, of model: Value) -> Span? {
    let body = machine.prototype(of: body(of: model))
    return body.model?.fields[field].map { Span(body.source, $0.start, $0.end) }
  }

  package func isState(_ field: Symbol, of model: Value) -> Bool { prototype(of: model)?.model?.states.contains(field) == true }

  /// The value of a field, or a method of the model.
  package func field(_ field: Symbol, of model: Value) throws -> Value {
    let object = model.asModel.pointee
    if object.fields.tag == .record, let value = object.fields.recordField(field) { return value }
    if let method = methods(of: model).recordField(field) {
      guard object.fields.tag == .record else { throw notBuilt(model) }
      // The method refers to the current state of the model.
      machine.share(model)
      return machine.keep(machine.heap.method(method, of: model))
    }
    guard object.fields.tag == .record else { throw notBuilt(model) }
    throw machine.unknownField(machine.symbols.name(field), of: "model `\(name(of: model))`", fieldNames(of: model))
  }

  /// The fields of a built model in the order of its body; none if it is not built.
  package func fields(of model: Value) -> [(symbol: Symbol, value: Value)] {
    let fields = model.asModel.pointee.fields
    guard fields.tag == .record else { return [] }
    return (0..<fields.recordCount).map { (fields.recordKey($0), fields.recordValue($0)) }
  }

  /// Sets a field of a built model.
  package func set(field name: String, of model: Value, to value: Value) {
    machine.share(value)
    machine.heap.set(machine.symbols.intern(name), value, in: model.asModel.pointee.fields.asRecord)
  }

  /// Removes an argument of a built model, which then cannot be read or saved.
  package func forget(argument name: String, of model: Value) {
    let parameters = machine.prototype(of: body(of: model)).parameters
    guard let place = parameters.firstIndex(where: { machine.symbols.name($0.symbol) == name }) else { return }
    var arguments = model.asModel.pointee.arguments.listItems
    arguments[place] = .undefined
    model.asModel.pointee.arguments = machine.make(list: arguments)
    set(field: name, of: model, to: .nothing)
  }

  /// The arguments that a model was made with, in the order of its parameters; not those that have their defaults.
  package func arguments(of model: Value) -> [(name: String, value: Value)] {
    let parameters = machine.prototype(of: body(of: model)).parameters
    return zip(parameters, model.asModel.pointee.arguments.listItems).compactMap { parameter, value in
      value.isUndefined ? nil : (machine.symbols.name(parameter.symbol), value)
    }
  }

  /// The names of the fields and the methods.
  func fieldNames(of model: Value) -> [String] {
    let fields = model.asModel.pointee.fields
    let methods = methods(of: model)
    let names = fields.tag == .record ? (0..<fields.recordCount).map { machine.symbols.name(fields.recordKey($0)) } : []
    return names + (0..<methods.recordCount).map { machine.symbols.name(methods.recordKey($0)) }
  }

  // MARK: States

  /// A state is assigned in place, in the copy that the training owns. Returns false on a fault.
  @inline(never)
  func setState(_ state: Symbol, of model: Value, to value: Value) -> Bool {
    if machine.trace?.isMeasuring == true { return true }
    guard machine.isTraining else {
      machine.fail(
        MachineErrors.stateOutsideTraining, "state `\(machine.symbols.name(state))` is assigned outside training",
        hint: "write `if training() { \(machine.symbols.name(state)) = ... }`")
      return false
    }
    guard model.tag == .model, model.asModel.pointee.fields.tag == .record else { return false }
    // A model that is only used in the loss of another keeps its states.
    if machine.trace?.isBuilding == true || machine.trace?.owns(model) == false { return true }
    machine.share(value)
    do {
      machine.heap.set(state, try carried(value), in: model.asModel.pointee.fields.asRecord)
      return true
    } catch {
      machine.fail(error)
      return false
    }
  }

  /// A state is stored as a tensor of its own: numbers are converted, and a tensor that is also a weight is copied.
  func carried(_ value: Value) throws -> Value {
    switch value.tag {
    case .int, .float, .true, .false: machine.keep(machine.heap.tensor(try machine.weak(value, for: .f32, .refused)))
    case .tensor: machine.keep(machine.heap.tensor(value.node))
    case .model where machine.isTraining && isBuilt(value): copy(value)
    default: value
    }
  }

  // MARK: Methods

  /// The closure of a method; nil if the model has no such method.
  package func method(_ name: String, of model: Value) -> Value? { methods(of: model).recordField(machine.symbols.intern(name)) }

  /// The model of a function of it, such as `m.encode`, and its closure.
  package func parts(ofMethod value: Value) -> (model: Value, closure: Value) {
    let method = value.asMethod.pointee
    return (method.receiver, method.closure)
  }

  package func parameterCount(ofMethod name: String, of model: Value) -> Int? {
    method(name, of: model).map { machine.prototype(of: $0).parameters.count }
  }

  /// Whether the second parameter of a method is called `label`.
  package func takesLabels(_ name: String, of model: Value) -> Bool {
    guard let parameters = method(name, of: model).map({ machine.prototype(of: $0).parameters }), parameters.count > 1 else { return false }
    return machine.symbols.name(parameters[1].symbol) == "label"
  }

  /// The number of parameters of a method that have no default.
  package func requiredCount(ofMethod name: String, of model: Value) -> Int? {
    method(name, of: model).map { machine.prototype(of: $0).parameters.count { $0.isRequired } }
  }

  /// Whether the second parameter of a method, the labels, has no default.
  package func requiresLabels(_ name: String, of model: Value) -> Bool {
    guard let parameters = method(name, of: model).map({ machine.prototype(of: $0).parameters }), parameters.count > 1 else { return false }
    return parameters[1].isRequired
  }

  /// Calls a method of a built model.
  package func call(_ method: String, of model: Value, _ arguments: [Value]) throws -> Value {
    guard let closure = self.method(method, of: model) else {
      throw Fault(
        MachineErrors.unknownField, "model `\(name(of: model))` has no function `\(method)`",
        hint: "add `fn \(method)(...) { ... }` to its body")
    }
    guard isBuilt(model) else { throw notBuilt(model) }
    return try machine.call(machine.keep(machine.heap.method(closure, of: model)), arguments)
  }
}
