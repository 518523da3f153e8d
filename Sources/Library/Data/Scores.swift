import Diagnostics
import Engine
import Machine
import Tensors

// How well predicted classes agree with the labels. `accuracy` is written in Loam, in the Prelude.
extension Library {
  private static let predicted = Parameter(
    "predicted", .any, "a class for each example, from 0, or a score for each class, [n, classes], of which the largest is used; or a model")
  private static let labels = Parameter(
    "labels", .any, "the true class of each example; of a model, a labelled data set, whose classes are matched to the model's by name")
  private static let classes = Parameter("classes", optional: .any, "the number of classes, or their names", shown: "as many as occur")

  /// The greatest number of rows of the matrix.
  private static let classLimit = 1 << 14

  static let scores: [Builtin] = [
    Builtin(
      "confusion", "The confusion matrix of a classification: how many examples of each true class (row) were predicted as each class (column), i32",
      [predicted, labels, classes],
      examples: [Example("print(confusion((0, 1, 1, 2), (0, 1, 2, 2)))", "[[1, 0, 0],\n [0, 1, 0],\n [0, 1, 1]]")]
    ) { call in
      var scores = try call[Library.predicted]
      var wanted = try call[Library.labels]
      var least = 0
      if scores.tag == .model {
        guard let set = wanted.foreign(as: DataSetValue.self), set.set.labels != nil else {
          throw call.wrong(Library.labels, expected: "a labelled data set")
        }
        let model = scores
        least = max(classNames(of: wanted).count, try call.machine.classNames(of: model).count)
        scores = try evaluate("predict", of: model, on: wanted, call)
        wanted = try Library.labels(of: set, as: model, call)
      }
      if scores.tag == .tensor, scores.node.type.rank == 2, scores.node.shape[1] > 1 {
        scores = call.result(try call.engine.term(scores.node).cast(scores.node.dtype.arithmetic).applying(Reduce(.argmax, 1...1)))
      }
      let predicted = try numbers(call, Library.predicted, scores)
      let labels = try numbers(call, Library.labels, wanted)
      guard predicted.count == labels.count else {
        throw call.refuse(
          "`confusion` got \(counted(predicted.count, "prediction")) for \(counted(labels.count, "label"))",
          hint: "each example has one prediction and one label")
      }
      let largest = (predicted + labels).max() ?? -1
      let count = try call[classes].map { try $0.tag == .list ? $0.listCount : classCount(call, $0) } ?? max(largest + 1, least)
      guard largest < count, count <= classLimit else {
        throw call.refuse("`confusion`: class \(largest) is out of range for \(counted(count, "class", "classes")), counted from 0")
      }
      var counts = [Int32](repeating: 0, count: count * count)
      for (guess, label) in zip(predicted, labels) { counts[label * count + guess] += 1 }
      return call.machine.make(tensor: try Tensor(counts, shape: [count, count]))
    }
  ]

  private static func classCount(_ call: Call, _ value: Value) throws -> Int {
    let kind = Kind(.int, in: 1...classLimit)
    guard kind.accepts(value, call.machine), let count = try kind.read(value, call.machine) else {
      throw call.wrong(classes, expected: "\(kind.text), or a list of names")
    }
    return count
  }

  /// The classes in a list or tensor.
  private static func numbers(_ call: Call, _ parameter: Parameter<Value>, _ value: Value) throws -> [Int] {
    guard value.tag == .tensor || value.tag == .list || value.tag == .range else {
      throw call.wrong(parameter, expected: "a list or tensor of classes")
    }
    let tensor = try call.engine.value(try call.machine.tensor(from: value, as: .f64).node)
    guard tensor.type.rank == 1 else { throw call.wrong(parameter, expected: "one class for each example") }
    return try (0..<tensor.count).map { place in
      guard let number = Int(exactly: tensor[place]), number >= 0 else {
        throw call.refuse("`confusion`: `\(parameter.name)` must be non-negative integers, got \(call.machine.numberText(tensor[place]))")
      }
      return number
    }
  }
}
