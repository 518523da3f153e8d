import Engine
import Tensors

/// What each layer of a model does while a trace records its calls. An operation belongs to the innermost layer that was
/// being called when it was recorded; a layer does not include the layers within it.
package final class LayerCalls {
  package struct Activity {
    package fileprivate(set) var calls = 0
    /// The tensors that the last call returned.
    package fileprivate(set) var outputs: [TensorType] = []
    /// Arithmetic operations of all calls; a fused multiply-add counts as two. A float, since a declared shape may be huge.
    package fileprivate(set) var operations = 0.0
    /// Bytes of the outputs of all calls that no layer within this one returned before.
    package fileprivate(set) var outputBytes = 0.0
  }

  private var activities: [Int: Activity] = [:]
  /// The layers that are being called, outermost first.
  private var open: [Int] = []
  /// What is counted already. The nodes are kept, so that their identities remain theirs.
  private var counted: Set<ObjectIdentifier> = []
  private var kept: [Node] = []
  private let layers: Set<Int>
  private var returned: Set<ObjectIdentifier> = []

  /// `layers`: the identities of the models to record. Calls of other models belong to their caller.
  /// `sources`: weights and other tensors, which are not computed by a layer.
  package init(layers: Set<Int>, sources: [Node]) {
    self.layers = layers
    for source in sources { keep(source) }
  }

  /// Nil if the model was not called, nor any of its functions.
  package func activity(of model: Int) -> Activity? { activities[model] }

  /// Runs a function of a model. `isCall`: whether it is the function `call`, whose result is the layer's output.
  func record(_ model: Value, _ arguments: [Value], isCall: Bool, _ body: () throws -> Value) rethrows -> Value {
    guard layers.contains(model.bits) else { return try body() }
    count(arguments)
    open.append(model.bits)
    defer { open.removeLast() }
    activities[model.bits, default: Activity()].calls += isCall ? 1 : 0
    let result = try body()
    count([result])
    guard isCall else { return result }
    let outputs = LayerCalls.nodes(in: [result])
    activities[model.bits, default: Activity()].outputs = outputs.map(\.type)
    for node in outputs where returned.insert(ObjectIdentifier(node)).inserted {
      activities[model.bits, default: Activity()].outputBytes += Double(node.type.byteCount)
    }
    return result
  }

  private func keep(_ node: Node) {
    if counted.insert(ObjectIdentifier(node)).inserted { kept.append(node) }
  }

  /// Counts the operations that values depend on, and that are not counted yet, for the layer that is being called.
  private func count(_ values: [Value]) {
    guard let layer = open.last else { return LayerCalls.nodes(in: values).forEach(keep) }
    var waiting = LayerCalls.nodes(in: values)
    while let node = waiting.popLast() {
      guard !counted.contains(ObjectIdentifier(node)) else { continue }
      keep(node)
      // A computed node may have released its inputs.
      guard let operation = node.operation, node.tensor == nil || !node.inputs.isEmpty else { continue }
      activities[layer, default: Activity()].operations += Double(operation.operationCount(node.inputs.map(\.type), node.type))
      waiting += node.inputs
    }
  }

  /// The tensors in values.
  private static func nodes(in values: [Value]) -> [Node] {
    var found: [Node] = []
    var seen: Set<Int> = []
    var waiting = Array(values.reversed())
    while let value = waiting.popLast() {
      switch value.tag {
      case .tensor: found.append(value.node)
      case .list where seen.insert(value.bits).inserted, .record where seen.insert(value.bits).inserted: waiting += value.children.reversed()
      default: break
      }
    }
    return found
  }
}
