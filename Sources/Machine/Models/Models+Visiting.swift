extension Models {
  /// Makes a trace the owner of all models within a value.
  package func assignModels(in value: Value, to trace: Trace) {
    visitModels(in: value) { model in
      trace.own(model)
      return [model.asModel.pointee.fields, model.asModel.pointee.arguments]
    }
  }

  /// The field records of all built models within a model that have states, with the names of the states.
  package func withStates(in model: Value) -> [(record: Value, states: [Symbol])] {
    var found: [(record: Value, states: [Symbol])] = []
    visitModels(in: model) { model in
      let object = model.asModel.pointee
      guard object.fields.tag == .record else { return [] }
      let states = machine.prototype(of: body(of: model)).model?.states ?? []
      if !states.isEmpty { found.append((object.fields, states.sorted { $0.id < $1.id })) }
      return [object.fields]
    }
    return found
  }

  /// Visits every model in a value once; `body` returns the values to continue with.
  private func visitModels(in value: Value, _ body: (Value) -> [Value]) {
    var seen: Set<Int> = []
    var waiting = [value]
    while let value = waiting.popLast() {
      guard value.isHeap, seen.insert(value.bits).inserted else { continue }
      switch value.tag {
      case .list, .record: waiting += value.children.reversed()
      case .model: waiting += body(value).reversed()
      default: break
      }
    }
  }
}
