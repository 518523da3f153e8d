import DataSets
import Diagnostics
import Engine
import Images
import Machine
import ONNX
import Tensors

/// An input of a function that is recorded.
struct FunctionInput {
  let name: String
  let dtype: DType
  /// The shape of one example.
  let shape: [Int]
  /// The number of examples, if it cannot be any.
  var count = 1
  var documentation = ""
  /// Whether it is left out if the function does not use it.
  var isOptional = false

  func type(of batch: Int) -> TensorType { TensorType(dtype, [batch] + shape) }
}

/// A function as a program names it: a model, of which one function is meant, a function of a model, or any other function.
struct RecordedFunction {
  let name: String
  /// For messages.
  var title: String { isAnonymous ? "the function" : "`\(name)`" }
  private let isAnonymous: Bool
  /// What a function without a name is called.
  private static let anonymous = "a function"
  /// The model that has the function.
  let model: Value?
  private let callee: Value
  private let parameters: [Prototype.ParameterInfo]

  init(_ call: Call, _ value: Value) throws {
    let machine = call.machine
    isAnonymous = value.tag == .closure && machine.functionName(value) == RecordedFunction.anonymous
    switch value.tag {
    case .model:
      guard let name = ["call", "decode"].first(where: { machine.models.method($0, of: value) != nil }),
        let method = machine.models.method(name, of: value)
      else {
        throw call.refuse(
          "the model `\(machine.models.name(of: value))` has neither `fn call` nor `fn decode`",
          hint: "save one of its functions, as in `save(m.encode, \"encoder.onnx\")`")
      }
      self.name = name
      model = value
      callee = name == "call" ? value : try machine.models.field(machine.symbols.intern(name), of: value)
      parameters = machine.prototype(of: method).parameters
    case .method:
      let (model, function) = machine.models.parts(ofMethod: value)
      name = machine.functionName(function)
      self.model = model
      callee = value
      parameters = machine.prototype(of: function).parameters
    case .closure:
      name = isAnonymous ? "function" : machine.functionName(value)
      model = nil
      callee = value
      parameters = machine.prototype(of: value).parameters
    case .builtin:
      name = machine.builtins[value.bits].name
      model = nil
      callee = value
      parameters = []
    default:
      throw call.refuse(
        "an .onnx file holds a model or a function, got \(machine.describe(value))", hint: "tensors are saved as `.npy` or `.npz`")
    }
  }

  /// The second input is the label, by its name.
  func call(_ arguments: [Value], _ machine: Machine) throws -> Value {
    guard arguments.count == 2, let label = labelParameter, label > 1 else { return try machine.call(callee, arguments) }
    return try machine.call(callee, [arguments[0]], named: [(name: parameters[label].name, value: arguments[1])])
  }

  // MARK: Inputs

  private var labelParameter: Int? { parameters.indices.dropFirst().first { parameters[$0].name == "label" } }

  /// The inputs that an example of them describes, or the model.
  func inputs(_ call: Call, like: Value?) throws -> [FunctionInput] {
    if let like { return try described(call, like) }
    guard let model else {
      throw Fault(
        ONNXErrors.unknownInput, "`save`: the shape of the input of \(title) is unknown", hint: "give an example of it: `like=zeros(1, 28, 28, 1)`")
    }
    guard let first = parameters.first, !first.isRest else { throw Fault(ONNXErrors.unrepresentable, "\(title) has no input") }
    let names = ModelNames(call.machine, model)
    var inputs = [try firstInput(call, model, first, names)]
    if let label = labelParameter, !names.classes.isEmpty || parameters[label].isRequired {
      inputs.append(RecordedFunction.label(parameters[label].name, isOptional: !parameters[label].isRequired))
    }
    if let other = parameters.dropFirst().first(where: { $0.isRequired && $0.name != "label" }) {
      throw Fault(
        ONNXErrors.unknownInput, "`save`: the shape of the input `\(other.name)` of \(title) is unknown",
        hint: "give an example of each input, as a list: `like=(zeros(1, 28, 28, 1), zeros(1, 20))`")
    }
    return inputs
  }

  private static func label(_ name: String, isOptional: Bool) -> FunctionInput {
    FunctionInput(
      name: name, dtype: .i32, shape: [], documentation: "the class of each example, counted from 0", isOptional: isOptional)
  }

  private func firstInput(_ call: Call, _ model: Value, _ parameter: Prototype.ParameterInfo, _ names: ModelNames) throws -> FunctionInput {
    if parameter.name == "label" || parameter.name == "labels" { return RecordedFunction.label(parameter.name, isOptional: false) }
    if name == "decode" {
      guard let shape = try decodedShape(call, model) else {
        throw Fault(
          ONNXErrors.unknownInput, "`save`: the shape of the input of `decode` is unknown", hint: "give an example of it: `like=zeros(1, 20)`")
      }
      let labels = names.classes.isEmpty || shape.count > 1 ? "" : "; of a model with labels, shares of the classes follow"
      return FunctionInput(
        name: parameter.name, dtype: .f32, shape: shape, documentation: "what `sample` draws from the standard normal distribution" + labels)
    }
    let shape = try call.machine.wholeNumbers(call.machine.models.field(call.machine.symbols.intern("shape"), of: model)) ?? []
    return FunctionInput(name: parameter.name, dtype: .f32, shape: shape, documentation: names.examples(shape))
  }

  private func described(_ call: Call, _ like: Value) throws -> [FunctionInput] {
    let examples = like.tag == .list ? like.listItems : [like]
    guard !examples.isEmpty else { throw call.wrong(Library.savedLike, expected: "a tensor, or a list of tensors") }
    return try examples.enumerated().map { index, example in
      let name = index < parameters.count && !parameters[index].isRest ? parameters[index].name : index == 0 ? "input" : "input_\(index)"
      if let set = example.foreign(as: DataSetValue.self)?.set {
        return FunctionInput(name: name, dtype: .f32, shape: try set.exampleShape(under: Recipe()))
      }
      guard example.tag == .tensor, example.node.type.rank > 0, example.node.shape[0] > 0 else {
        throw call.wrong(Library.savedLike, expected: "a tensor with at least one example along its first dimension, or a list of such tensors")
      }
      return FunctionInput(name: name, dtype: example.node.dtype, shape: Array(example.node.shape.dropFirst()), count: example.node.shape[0])
    }
  }

  // MARK: The input of decode

  /// The shape of what `sample` passes to `decode`: of the values that `sample` computes, in order, the first from which `decode`
  /// computes what `sample` returns.
  private func decodedShape(_ call: Call, _ model: Value) throws -> [Int]? {
    let (machine, count) = (call.machine, 3)
    guard machine.models.method("sample", of: model) != nil else { return nil }
    let sample = try FunctionRecorder.recording(machine) { try machine.models.call("sample", of: model, [Value(count)]) }.value
    guard sample.tag == .tensor else { return nil }
    var tried: Set<[Int]> = []
    let hasLabel = labelParameter != nil && !ModelNames(machine, model).classes.isEmpty
    for node in call.engine.nodes(to: sample.node) where node.isUnknown && node.dtype == .f32 && node.shape.first == count {
      try call.machine.checkpoint()
      guard tried.count < RecordedFunction.mostTried, tried.insert(node.shape).inserted else { continue }
      let types = [node.type] + (hasLabel ? [TensorType(.i32, [count])] : [])
      do {
        let outputs = try FunctionRecorder(machine: machine, function: self).trace(types).outputs
        if outputs.count == 1, outputs[0].node.type == sample.node.type { return Array(node.shape.dropFirst()) }
      } catch let fault as Fault where fault.diagnostic.id != MachineErrors.interrupted {
        // It is not this one.
      }
    }
    return nil
  }

  private static let mostTried = 64
}
