import Engine

extension Models {
  /// Copies everything in a model that training changes: models, their lists and records, weights and states. Shared parts
  /// remain shared in the copy. With `trainable` false, the weights of the copy are constants.
  package func copy(_ model: Value, trainable: Bool = true) -> Value {
    var copies: [Int: Value] = [:]
    // A stack instead of recursion, since values can be nested arbitrarily deep.
    var open: [(from: Value, to: Value, next: Int)] = []
    /// A shallow copy of a value, whose parts are copied later.
    func shell(_ value: Value) -> Value {
      guard value.isHeap else { return value }
      if let known = copies[value.bits] { return known }
      let made: Value
      switch value.tag {
      case .tensor: made = machine.keep(machine.heap.tensor(value.node, isParameter: trainable && value.isParameter))
      case .list: made = machine.make(list: value.listItems)
      case .record: made = machine.keep(machine.copyRecord(value))
      case .model: made = machine.keep(shallowCopy(value))
      case .closure where captures(value, anyOf: copies):
        let closure = machine.makeClosure(machine.prototype(of: value), captures: value.asClosure.pointee.captureCount)
        made = machine.keep(Value(.closure, closure))
        for index in 0..<closure.pointee.captureCount {
          let captured = ClosureObject.captures(value.asClosure)[index].pointee.value
          ClosureObject.captures(closure)[index] = machine.keep(machine.heap.cell(captured)).asCell
        }
      default: return value
      }
      copies[value.bits] = made
      if value.tag != .tensor { open.append((value, made, 0)) }
      return made
    }
    let result = shell(model)
    while let (from, to, next) = open.last {
      open[open.count - 1].next += 1
      switch from.tag {
      case .list where next < from.listCount: to.asList.pointee.items[next] = shell(from.listItem(next))
      case .record where next < from.recordCount: to.asRecord.pointee.values[next] = shell(from.recordValue(next))
      case .model where next == 0: to.asModel.pointee.arguments = shell(from.asModel.pointee.arguments)
      case .model where next == 1: to.asModel.pointee.fields = shell(from.asModel.pointee.fields)
      case .closure where next < from.asClosure.pointee.captureCount:
        ClosureObject.captures(to.asClosure)[next].pointee.value = shell(ClosureObject.captures(from.asClosure)[next].pointee.value)
      default: open.removeLast()
      }
    }
    return result
  }

  /// A model that is not built, with other arguments; the names are those of its parameters.
  package func copy(_ model: Value, with changes: [(name: String, value: Value)]) -> Value {
    let parameters = machine.prototype(of: body(of: model)).parameters
    var arguments = model.asModel.pointee.arguments.listItems
    for change in changes {
      guard let place = parameters.firstIndex(where: { machine.symbols.name($0.symbol) == change.name }) else { continue }
      machine.share(change.value)
      arguments[place] = change.value
    }
    let object = model.asModel.pointee
    return machine.keep(machine.heap.model(blueprint: object.blueprint, arguments: machine.make(list: arguments, sharing: true), key: object.key))
  }

  private func shallowCopy(_ model: Value) -> Value {
    let object = model.asModel.pointee
    let copy = machine.heap.model(blueprint: object.blueprint, arguments: object.arguments, key: object.key)
    copy.asModel.pointee.fields = object.fields
    copy.asModel.pointee.path = object.path
    copy.asModel.pointee.training = object.training
    return copy
  }

  /// Whether a function captures one of the copied models, as a function created by a model's body does.
  private func captures(_ closure: Value, anyOf copies: [Int: Value]) -> Bool {
    let object = closure.asClosure
    return (0..<object.pointee.captureCount).contains { index in
      let value = ClosureObject.captures(object)[index].pointee.value
      return value.tag == .model && copies[value.bits] != nil
    }
  }
}
