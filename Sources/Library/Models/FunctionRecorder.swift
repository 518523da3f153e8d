import Diagnostics
import Engine
import Machine
import ONNX
import Tensors

/// Runs a function on inputs of which only the types are known, and returns the graphs of what it computes.
struct FunctionRecorder {
  let machine: Machine
  let function: RecordedFunction

  private var engine: Engine { machine.engine }

  /// What a function computed from placeholders.
  struct Computed {
    let inputs: [Node]
    let outputs: [(name: String, node: Node)]
    /// Whether it drew random numbers.
    let isRandom: Bool
  }

  /// The function's graph for inputs of these types.
  func trace(_ types: [TensorType]) throws -> Computed {
    let inputs = types.map(engine.placeholder)
    let result = try FunctionRecorder.recording(machine) {
      try function.call(inputs.map { machine.make(node: $0) }, machine)
    }
    return Computed(inputs: inputs, outputs: try outputs(result.value), isRandom: result.isRandom)
  }

  /// Runs `body` outside of training, with the random numbers and the placeholders unknown.
  static func recording(_ machine: Machine, _ body: () throws -> Value) throws -> (value: Value, isRandom: Bool) {
    let (outerTrace, outerStream, outerRead) = (machine.trace, machine.stream, machine.engine.unknownRead)
    defer {
      machine.trace = outerTrace
      machine.stream = outerStream
      machine.engine.unknownRead = outerRead
    }
    let stream = RandomStream(key: RandomKey(bits: 0), node: machine.engine.placeholder(TensorType(.i32, [3])))
    machine.trace = Trace(isTraining: false, forbidsEffects: true)
    machine.stream = stream
    machine.engine.unknownRead = ONNXErrors.valueRead()
    let value = try machine.engine.recording(body)
    return (value, stream.place > 0)
  }

  /// A tensor, or the tensors of a list or a record.
  private func outputs(_ value: Value) throws -> [(name: String, node: Node)] {
    func node(_ value: Value) throws -> Node {
      if value.tag == .unknown { throw ONNXErrors.valueRead() }
      guard value.tag == .tensor else {
        throw Fault(
          ONNXErrors.unrepresentable, "\(function.title) must return a tensor, or a list or record of tensors, got \(machine.describe(value))")
      }
      return value.node
    }
    switch value.tag {
    case .list where value.listCount > 0: return try (0..<value.listCount).map { ("output_\($0)", try node(value.listItem($0))) }
    case .record where value.recordCount > 0:
      return try (0..<value.recordCount).map { (machine.symbols.name(value.recordKey($0)), try node(value.recordValue($0))) }
    default: return [("output", try node(value))]
    }
  }

  // MARK: Numbers of examples

  /// The function for any number of examples, or for the one that the inputs have; `note` says why it is not any.
  func record(_ inputs: [FunctionInput], _ build: (Recording) throws -> [UInt8]) throws -> (bytes: [UInt8], note: String?) {
    let sizes = Set(inputs.map(\.count))
    let count = inputs[0].count
    var note = "the inputs have different numbers of examples"
    if sizes.count == 1 {
      // Sizes at three places show whether they lie on a line.
      do { return (try build(recording(inputs, [2, 3, 5])), nil) } catch let error as DependsOnBatch {
        note = FunctionRecorder.reason(error)
      } catch let fault as Fault where !FunctionRecorder.lasting.contains(fault.diagnostic.id) {
        note = fault.diagnostic.message
      }
    }
    do {
      let bytes = try build(recording(inputs, [count]))
      return (bytes, sizes.count == 1 ? "the file is for \(counted(count, "example")) at a time: \(note)" : nil)
    } catch let error as DependsOnBatch {
      // With one graph there is nothing to differ from.
      throw Fault(ONNXErrors.unrepresentable, "the function cannot be translated: \(FunctionRecorder.reason(error))", at: error.origin)
    }
  }

  /// Errors that the function has for one number of examples, too.
  private static let lasting = ONNXErrors.all + [MachineErrors.interrupted, TensorErrors.tooLarge]

  private static func reason(_ error: DependsOnBatch) -> String {
    "what the function computes depends on their number" + (error.operation.map { ", at `\($0)`" } ?? "")
  }

  private func recording(_ inputs: [FunctionInput], _ batches: [Int]) throws -> Recording {
    let traces = try batches.map { batch in
      try trace(inputs.map { batches.count > 1 ? $0.type(of: batch) : $0.type(of: $0.count) })
    }
    if traces.contains(where: \.isRandom) {
      throw Fault(
        ONNXErrors.randomNumbers, "\(function.title) draws random numbers, which an ONNX file cannot", hint: "pass them to the function as an argument")
    }
    let first = traces[0]
    guard traces.allSatisfy({ $0.outputs.map(\.name) == first.outputs.map(\.name) }) else { throw DependsOnBatch(node: first.outputs[0].node) }
    let used = Set(first.outputs.flatMap { engine.nodes(to: $0.node) }.map { ObjectIdentifier($0) })
    var names: Set<String> = []
    func unique(_ name: String) -> String {
      var name = name
      while !names.insert(name).inserted { name += "_" }
      return name
    }
    // An optional label that the function does not use is left out.
    let kept = inputs.indices.filter { $0 == 0 || !inputs[$0].isOptional || used.contains(ObjectIdentifier(first.inputs[$0])) }
    return Recording(
      batches: batches,
      inputs: kept.map { index in
        Recording.Value(unique(inputs[index].name), documentation: inputs[index].documentation, nodes: traces.map { $0.inputs[index] })
      },
      outputs: first.outputs.indices.map { index in
        Recording.Value(unique(first.outputs[index].name), nodes: traces.map { $0.outputs[index].node })
      })
  }
}
