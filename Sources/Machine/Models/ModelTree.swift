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
