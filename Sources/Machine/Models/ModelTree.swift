import Engine
import Tensors

/// The tensors of a model, in the order in which they are written: those that are trained, and
/// those that are carried as state.
package struct ModelTree {
  package struct Leaf {
    /// `encode.layers[1].weight`
    package let path: String
    /// The field of the outermost model that holds it: what `losses` calls a part.
    package let part: String
    package let type: TensorType
    fileprivate let value: Value

    package var node: Node { value.node }
    /// Which tensor of the heap it is.
    package var identity: Int { value.bits }

    /// Gives the leaf another node, in place: for models that a training owns.
    package func replace(with node: Node) {
      let object = value.asTensor
      object.pointee.node.release()
      object.pointee.node = Unmanaged.passRetained(node)
    }
  }

  package private(set) var parameters: [Leaf] = []
  package private(set) var states: [Leaf] = []
  private let machine: Machine
  private var seen: Set<Int> = []

  package init(_ machine: Machine, _ model: Value) {
    self.machine = machine
    visit(model, path: "", part: "", isState: false)
  }

  private mutating func visit(_ value: Value, path: String, part: String, isState: Bool) {
    guard value.isHeap, value.tag == .tensor || seen.insert(value.bits).inserted else { return }
    switch value.tag {
    case .tensor where isState || value.isParameter:
      guard seen.insert(value.bits).inserted else { return }
      let leaf = Leaf(path: path, part: part, type: value.node.type, value: value)
      if isState { states.append(leaf) } else { parameters.append(leaf) }
    case .list:
      for index in 0..<value.listCount {
        visit(value.listItem(index), path: "\(path)[\(index)]", part: part, isState: isState)
      }
    case .record:
      for index in 0..<value.recordCount {
        visit(value.recordValue(index), path: join(path, value.recordKey(index)), part: part, isState: isState)
      }
    case .model:
      let object = value.asModel.pointee
      guard object.fields.tag == .record else { return }
      let states = machine.prototype(of: object.blueprint.asBlueprint.pointee.body).model?.states ?? []
      for index in 0..<object.fields.recordCount {
        let key = object.fields.recordKey(index)
        visit(
          object.fields.recordValue(index), path: join(path, key),
          part: part.isEmpty ? machine.symbols.name(key) : part, isState: isState || states.contains(key))
      }
    default: break
    }
  }

  private func join(_ path: String, _ key: Symbol) -> String {
    path.isEmpty ? machine.symbols.name(key) : "\(path).\(machine.symbols.name(key))"
  }
}

extension Machine {
  /// A copy of a model that shares nothing that training changes: models, their lists and records,
  /// their weights and states. What is held twice is held twice in the copy.
  package func deepCopy(_ model: Value) -> Value {
    var copies: [Int: Value] = [:]
    func copy(_ value: Value) -> Value {
      guard value.isHeap else { return value }
      if let known = copies[value.bits] { return known }
      switch value.tag {
      case .tensor:
        let made = keep(heap.tensor(value.node, isParameter: value.isParameter))
        copies[value.bits] = made
        return made
      case .list:
        let made = make(list: value.listItems)
        copies[value.bits] = made
        for index in 0..<value.listCount { made.asList.pointee.items[index] = copy(value.listItem(index)) }
        return made
      case .record:
        let made = keep(copyRecord(value))
        copies[value.bits] = made
        for index in 0..<value.recordCount { made.asRecord.pointee.values[index] = copy(value.recordValue(index)) }
        return made
      case .model:
        let made = keep(copyModel(value))
        copies[value.bits] = made
        made.asModel.pointee.arguments = copy(made.asModel.pointee.arguments)
        made.asModel.pointee.fields = copy(made.asModel.pointee.fields)
        return made
      case .closure where captures(value, anyOf: copies):
        let closure = value.asClosure
        let made = makeClosure(prototype(of: value), captures: closure.pointee.captureCount)
        let copied = keep(Value(.closure, made))
        copies[value.bits] = copied
        for index in 0..<closure.pointee.captureCount {
          let cell = ClosureObject.captures(closure)[index]
          ClosureObject.captures(made)[index] = keep(heap.cell(copy(cell.pointee.value))).asCell
        }
        return copied
      default: return value
      }
    }
    return copy(model)
  }
}

extension Machine {
  /// Whether a function captures one of the values at hand: a function that a model's body made
  /// captures the model.
  fileprivate func captures(_ closure: Value, anyOf copies: [Int: Value]) -> Bool {
    let object = closure.asClosure
    return (0..<object.pointee.captureCount).contains { index in
      let value = ClosureObject.captures(object)[index].pointee.value
      return value.tag == .model && copies[value.bits] != nil
    }
  }

  /// Gives all models within a value to a trace.
  package func own(_ value: Value, in trace: Trace) {
    visitModels(in: value) { model in
      trace.own(model)
      return [model.asModel.pointee.fields, model.asModel.pointee.arguments]
    }
  }

  /// The field records of all built models within one, with the names of their states.
  package func modelsWithStates(in model: Value) -> [(record: Value, states: [Symbol])] {
    var found: [(record: Value, states: [Symbol])] = []
    visitModels(in: model) { model in
      let object = model.asModel.pointee
      guard object.fields.tag == .record else { return [] }
      let states = prototype(of: object.blueprint.asBlueprint.pointee.body).model?.states ?? []
      if !states.isEmpty { found.append((object.fields, states.sorted { $0.id < $1.id })) }
      return [object.fields]
    }
    return found
  }

  /// Every model in a value, once; `body` says where to look on within it.
  private func visitModels(in value: Value, _ body: (Value) -> [Value]) {
    var seen: Set<Int> = []
    func visit(_ value: Value) {
      guard value.isHeap, seen.insert(value.bits).inserted else { return }
      switch value.tag {
      case .list: for item in value.listItems { visit(item) }
      case .record: for index in 0..<value.recordCount { visit(value.recordValue(index)) }
      case .model: for inner in body(value) { visit(inner) }
      default: break
      }
    }
    visit(value)
  }
}
