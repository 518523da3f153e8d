import Engine
import Tensors

/// The tensors of a model, in source order: trained parameters, and states.
package struct ModelTree {
  package struct Leaf {
    /// `encode.layers[1].weight`
    package let path: String
    /// The field of the outermost model that contains it, which `losses` calls a part.
    package let part: String
    package let type: TensorType
    fileprivate let value: Value

    package var node: Node { value.node }
    /// Identifies the tensor on the heap.
    package var identity: Int { value.bits }

    /// Replaces the leaf's node in place, for models that a training owns.
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
    visit(model)
  }

  /// A value's position in its container. Paths are only spelt out for leaves.
  private struct Step {
    /// Index in `steps`; -1 at the outermost model.
    let outer: Int
    let name: Name

    enum Name {
      case element(Int)
      case field(Symbol)
    }
  }

  private var steps: [Step] = []

  private struct Visit {
    let value: Value
    let step: Int
    let part: Symbol?
    let isState: Bool
  }

  /// Depth-first in source order: children are pushed in reverse.
  private mutating func visit(_ model: Value) {
    var waiting = [Visit(value: model, step: -1, part: nil, isState: false)]
    while let at = waiting.popLast() {
      let value = at.value
      guard value.isHeap, value.tag == .tensor || seen.insert(value.bits).inserted else { continue }
      func enter(_ value: Value, _ name: Step.Name, part: Symbol?, isState: Bool) {
        steps.append(Step(outer: at.step, name: name))
        waiting.append(Visit(value: value, step: steps.count - 1, part: part, isState: isState))
      }
      switch value.tag {
      case .tensor where at.isState || value.isParameter:
        guard seen.insert(value.bits).inserted else { continue }
        let leaf = Leaf(path: path(at.step), part: at.part.map(machine.symbols.name) ?? "", type: value.node.type, value: value)
        if at.isState { states.append(leaf) } else { parameters.append(leaf) }
      case .list:
        for index in (0..<value.listCount).reversed() { enter(value.listItem(index), .element(index), part: at.part, isState: at.isState) }
      case .record:
        for index in (0..<value.recordCount).reversed() {
          enter(value.recordValue(index), .field(value.recordKey(index)), part: at.part, isState: at.isState)
        }
      case .model:
        let object = value.asModel.pointee
        guard object.fields.tag == .record else { continue }
        let states = machine.prototype(of: object.blueprint.asBlueprint.pointee.body).model?.states ?? []
        for index in (0..<object.fields.recordCount).reversed() {
          let key = object.fields.recordKey(index)
          enter(object.fields.recordValue(index), .field(key), part: at.part ?? key, isState: at.isState || states.contains(key))
        }
      default: break
      }
    }
  }

  private func path(_ step: Int) -> String {
    var names: [String] = []
    var at = step
    while at >= 0 {
      switch steps[at].name {
      case .element(let index): names.append("[\(index)]")
      case .field(let symbol): names.append((steps[at].outer < 0 ? "" : ".") + machine.symbols.name(symbol))
      }
      at = steps[at].outer
    }
    return names.reversed().joined()
  }
}

extension Machine {
  /// Copies everything in a model that training changes: models, their lists and records, weights and states. Shared parts
  /// remain shared in the copy.
  package func deepCopy(_ model: Value) -> Value {
    var copies: [Int: Value] = [:]
    // A stack instead of recursion, since values can be nested arbitrarily deep.
    var open: [(from: Value, to: Value, next: Int)] = []
    /// A shallow copy of a value, whose parts are copied later.
    func shell(_ value: Value) -> Value {
      guard value.isHeap else { return value }
      if let known = copies[value.bits] { return known }
      let made: Value
      switch value.tag {
      case .tensor: made = keep(heap.tensor(value.node, isParameter: value.isParameter))
      case .list: made = make(list: value.listItems)
      case .record: made = keep(copyRecord(value))
      case .model: made = keep(copyModel(value))
      case .closure where captures(value, anyOf: copies):
        let closure = makeClosure(prototype(of: value), captures: value.asClosure.pointee.captureCount)
        made = keep(Value(.closure, closure))
        for index in 0..<closure.pointee.captureCount {
          ClosureObject.captures(closure)[index] = keep(heap.cell(ClosureObject.captures(value.asClosure)[index].pointee.value)).asCell
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
}

extension Machine {
  /// Whether a function captures one of the copied models, as a function created by a model's body does.
  fileprivate func captures(_ closure: Value, anyOf copies: [Int: Value]) -> Bool {
    let object = closure.asClosure
    return (0..<object.pointee.captureCount).contains { index in
      let value = ClosureObject.captures(object)[index].pointee.value
      return value.tag == .model && copies[value.bits] != nil
    }
  }

  /// Makes a trace the owner of all models within a value.
  package func own(_ value: Value, in trace: Trace) {
    visitModels(in: value) { model in
      trace.own(model)
      return [model.asModel.pointee.fields, model.asModel.pointee.arguments]
    }
  }

  /// The field records of all built models within a model that have states, with the names of those.
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

  /// Visits every model in a value once; `body` returns the values to continue with.
  private func visitModels(in value: Value, _ body: (Value) -> [Value]) {
    var seen: Set<Int> = []
    var waiting = [value]
    while let value = waiting.popLast() {
      guard value.isHeap, seen.insert(value.bits).inserted else { continue }
      switch value.tag {
      case .list: waiting += value.listItems.reversed()
      case .record: for index in (0..<value.recordCount).reversed() { waiting.append(value.recordValue(index)) }
      case .model: waiting += body(value).reversed()
      default: break
      }
    }
  }
}
