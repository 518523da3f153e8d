import Engine
import Machine
import Tensors

/// The layers of a model, and what each computes for one example.
package struct ModelSummary {
  /// A model within the model. What it counts does not include the models within it, so that rows add up to totals.
  package struct Layer {
    /// The name in the model that contains it, such as `layers[0]`; empty for the outermost model.
    package let name: String
    /// The name of the layer's model, such as `conv`.
    package let kind: String
    package let depth: Int
    /// From the outermost model, such as `encoder.layers[0]`.
    package let path: String
    /// The path of the same layer further up; the row then counts nothing.
    package let sameAs: String?
    /// Whether it is a state: a training keeps it beside the weights, and the loss does not call it.
    package let isState: Bool
    package let isBuilt: Bool
    package fileprivate(set) var parameters = 0
    package fileprivate(set) var parameterBytes = 0
    package fileprivate(set) var states = 0
    package fileprivate(set) var stateBytes = 0
    /// Nil if nothing of it was called.
    package fileprivate(set) var activity: LayerCalls.Activity?
    fileprivate let identity: Int
  }

  package private(set) var layers: [Layer] = []
  /// The function that was traced; nil if the model has none that can be.
  package private(set) var function: String?
  /// Every tensor in the model.
  private var tensors: [Node] = []

  /// `model`: a copy that can be changed.
  private init(structureOf model: Value, _ machine: Machine) {
    collect(model, machine)
  }

  /// Builds and traces a copy of a model without computing anything. `labelShape`: of the label of one example; nil if
  /// there are none.
  static func tracing(
    _ model: Value, shape: [Int], dtype: DType = .f32, labelShape: [Int]?, classNames: [String], _ machine: Machine
  ) throws -> ModelSummary {
    // While recording, large tensors are not computed either.
    try machine.engine.recording {
      try recordedTracing(model, shape: shape, dtype: dtype, labelShape: labelShape, classNames: classNames, machine)
    }
  }

  private static func recordedTracing(
    _ model: Value, shape: [Int], dtype: DType, labelShape: [Int]?, classNames: [String], _ machine: Machine
  ) throws -> ModelSummary {
    let (outerTrace, outerStream, mark) = (machine.trace, machine.stream, machine.keptCount)
    defer {
      machine.trace = outerTrace
      machine.stream = outerStream
      machine.releaseKept(after: mark)
    }
    let own = machine.models.copy(model)
    let pass = Pass(own, machine, dtype: dtype, shape: shape, labelShape: labelShape, classNames: classNames)
    func traced(_ calls: LayerCalls? = nil) throws { try pass?.run(calls) }
    if !machine.models.isBuilt(own) {
      machine.trace = Trace(isTraining: pass?.isTraining ?? false, forbidsEffects: true)
      machine.stream = RandomStream(key: RandomKey(bits: 0))
      try machine.models.build(own, shape: shape, classNames: classNames)
    }
    // Once to build every layer, once to record what each does.
    try traced()
    for fields in StateFields.all(in: own, machine) { fields.separate() }
    var summary = ModelSummary(structureOf: own, machine)
    guard let pass else { return summary }
    let calls = LayerCalls(layers: Set(summary.layers.map(\.identity)), sources: summary.tensors)
    try traced(calls)
    summary.function = pass.function
    for index in summary.layers.indices where summary.layers[index].sameAs == nil {
      summary.layers[index].activity = calls.activity(of: summary.layers[index].identity)
    }
    return summary
  }

  /// The layers of a built model without what they compute.
  static func structure(of model: Value, _ machine: Machine) -> ModelSummary { ModelSummary(structureOf: model, machine) }

  // MARK: Totals

  package var parameters: Int { layers.reduce(0) { $0 + $1.parameters } }
  package var parameterBytes: Int { layers.reduce(0) { $0 + $1.parameterBytes } }
  package var states: Int { layers.reduce(0) { $0 + $1.states } }
  package var stateBytes: Int { layers.reduce(0) { $0 + $1.stateBytes } }
  package var operations: Double { layers.reduce(0) { $0 + ($1.activity?.operations ?? 0) } }
  package var outputBytes: Double { layers.reduce(0) { $0 + ($1.activity?.outputBytes ?? 0) } }

  // MARK: Structure

  private struct Visit {
    let value: Value
    /// The layer that contains it.
    let layer: Int
    let name: String
    let isState: Bool
  }

  /// Depth-first in source order: children are pushed in reverse.
  private mutating func collect(_ model: Value, _ machine: Machine) {
    var seen: Set<Int> = []
    var paths: [Int: String] = [:]
    var waiting = [Visit(value: model, layer: -1, name: "", isState: false)]
    while let at = waiting.popLast() {
      guard at.value.isHeap else { continue }
      func enter(_ value: Value, _ layer: Int, _ name: String, isState: Bool) {
        waiting.append(Visit(value: value, layer: layer, name: name, isState: isState))
      }
      switch at.value.tag {
      case .tensor where seen.insert(at.value.bits).inserted:
        tensors.append(at.value.node)
        if at.isState {
          layers[at.layer].states += at.value.node.type.count
          layers[at.layer].stateBytes += at.value.node.type.byteCount
        } else if at.value.isParameter {
          layers[at.layer].parameters += at.value.node.type.count
          layers[at.layer].parameterBytes += at.value.node.type.byteCount
        }
      case .list where seen.insert(at.value.bits).inserted:
        for index in (0..<at.value.listCount).reversed() { enter(at.value.listItem(index), at.layer, "\(at.name)[\(index)]", isState: at.isState) }
      case .record where seen.insert(at.value.bits).inserted:
        for index in (0..<at.value.recordCount).reversed() {
          enter(at.value.recordValue(index), at.layer, "\(at.name).\(machine.symbols.name(at.value.recordKey(index)))", isState: at.isState)
        }
      case .model:
        let isInState = at.layer >= 0 && layers[at.layer].isState
        let outer = at.layer >= 0 ? layers[at.layer].path : ""
        let path = outer.isEmpty ? at.name : "\(outer).\(at.name)"
        let isNew = seen.insert(at.value.bits).inserted
        // A state is one row.
        if !isInState {
          layers.append(
            Layer(
              name: at.name, kind: machine.models.name(of: at.value), depth: at.layer < 0 ? 0 : layers[at.layer].depth + 1, path: path,
              sameAs: isNew ? nil : paths[at.value.bits], isState: at.isState, isBuilt: machine.models.isBuilt(at.value), identity: at.value.bits))
        }
        guard isNew else { continue }
        let row = isInState ? at.layer : layers.count - 1
        paths[at.value.bits] = path
        for (field, value) in machine.models.fields(of: at.value).reversed() {
          enter(value, row, machine.symbols.name(field), isState: at.isState || machine.models.isState(field, of: at.value))
        }
      default: break
      }
    }
  }
}

/// A call of the function of a model that shows what its layers do: `call`, or else the loss.
private struct Pass {
  let function: String
  private let model: Value
  private let machine: Machine
  private let dtype: DType
  private let shape: [Int]
  private let labelShape: [Int]?

  var isTraining: Bool { function != "call" }

  /// Nil if the model has no such function, or one that takes more than examples and labels.
  init?(_ model: Value, _ machine: Machine, dtype: DType, shape: [Int], labelShape: [Int]?, classNames: [String]) {
    let models = machine.models
    guard let function = ["call", "loss", "losses"].first(where: { models.method($0, of: model) != nil }) else { return nil }
    guard let required = models.requiredCount(ofMethod: function, of: model), required <= (function == "call" ? 1 : 2) else { return nil }
    self.function = function
    self.model = model
    self.machine = machine
    self.dtype = dtype
    self.shape = shape
    let wantsLabels = models.requiresLabels(function, of: model) || !classNames.isEmpty
    self.labelShape = function == "call" ? nil : labelShape ?? (wantsLabels ? [] : nil)
  }

  /// Calls the function with one example, which is not read unless the function does so.
  func run(_ calls: LayerCalls?) throws {
    let engine = machine.engine
    func zeros(_ dtype: DType, _ shape: [Int]) throws -> Node { try engine.term(engine.constant(0, dtype)).broadcast([1] + shape).node }
    let example = try zeros(isTraining ? .f32 : dtype, shape)
    let label = try labelShape.map { try zeros($0.isEmpty ? .i32 : .f32, $0) }
    let trace = Trace(isTraining: isTraining, forbidsEffects: true)
    trace.calls = calls
    // Nothing is known of the values of an example.
    let unknown = try Tensor(dtype: .f32, shape: [0]) { _ in 0 }
    trace.wholeInputs = [example, label].compactMap { $0 }.map { (node: $0, whole: unknown) }
    machine.trace = trace
    machine.stream = RandomStream(key: RandomKey(bits: 0))
    let takesLabel = (machine.models.parameterCount(ofMethod: function, of: model) ?? 0) > 1
    let arguments = [example] + (takesLabel ? [label].compactMap { $0 } : [])
    _ = try machine.models.call(function, of: model, arguments.map { machine.make(node: $0) })
  }
}
