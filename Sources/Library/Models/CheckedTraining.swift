import DataSets
import Diagnostics
import Engine
import Images
import Machine
import Tensors
import Training

// `train` in a program that is only checked: builds the model and traces its loss and gradients for each batch shape,
// including the smaller last batch; computes nothing.
extension Library {
  static func checkedTrain(_ call: Call) throws -> Value {
    let machine = call.machine
    guard machine.trace == nil else { throw call.refuse("`train` cannot be called inside the loss of another training") }
    if machine.models.method("fit", of: try call[TrainParameters.model]) != nil { return try fit(call) }
    let isPrivate = try privacyGoal(call) != nil
    let (count, shape, labelShape) = try checkedExamples(call)
    let model = machine.models.copy(try call[TrainParameters.model])
    let tracer = LossTracer(machine, model)
    func images(_ size: Int) -> Node { call.engine.placeholder(TensorType(.f32, [size] + shape)) }
    func labels(_ size: Int) -> Node? { labelShape.map { call.engine.placeholder(TensorType($0.isEmpty ? .i32 : .f32, [size] + $0)) } }
    let key = call.engine.leaf(try RandomStream.keyTensor(RandomKey(machine.seed)))
    try tracer.build(shape: shape, classNames: classNames(of: try call[TrainParameters.data]), key: key)
    let batch = min(try settings(call, model).batch, count)
    try ExpectedValues(machine, model)?.check(try call[TrainParameters.data], machine)
    try checkValidation(call, shape)
    let batchLabels = labels(batch)
    var whole: [(node: Node, whole: Tensor)] = []
    if let batchLabels, labelShape == [], let all = try call[TrainParameters.data].foreign(as: DataSetValue.self)?.set.labels {
      whole.append((batchLabels, try Tensor(all, shape: [all.count])))
    }
    _ = try tracer.prepare(images: images(batch), labels: batchLabels, key: key, whole: whole)
    for size in [batch, count % batch] where size > 0 { _ = try tracer.trace(images(size), labels(size), key) }
    if isPrivate {
      let (example, label) = (images(1), labels(1))
      let step = try tracer.trace(example, label, key)
      try step.checkPrivacy(of: machine.models.name(of: model), examples: [example, key] + (label.map { [$0] } ?? []))
    }
    try tracer.finish()
    return model
  }

  private static func checkValidation(_ call: Call, _ shape: [Int]) throws {
    guard let data = try TrainingData.validation(call)?.data else { return }
    let own = try data.foreign(as: DataSetValue.self)?.set.exampleShape() ?? Array(data.node.shape.dropFirst())
    guard own == shape else { throw call.refuse("`validate` has examples of shape \(own), expected \(shape) as in `data`") }
  }

  private static func checkedExamples(_ call: Call) throws -> (count: Int, shape: [Int], labelShape: [Int]?) {
    let augment = try TrainingData.augmentation(call)
    let data = try call[TrainParameters.data]
    if let set = data.foreign(as: DataSetValue.self)?.set {
      return (set.count, try set.exampleShape(under: augment), set.labelShape(under: augment))
    }
    guard data.tag == .tensor else { throw call.wrong(TrainParameters.data) }
    let type = data.node.type
    guard type.rank > 0, type.shape[0] > 0 else {
      throw Fault(DataErrors.empty, "no examples in \(type.description)", hint: "the first dimension counts the examples")
    }
    return (type.shape[0], Array(type.shape.dropFirst()), nil)
  }
}
