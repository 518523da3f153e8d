import Diagnostics
import Engine
import Machine
import Tensors

// How well predicted classes agree with the true ones. `accuracy` is written in Loam, in the Prelude.
extension Library {
  static let scores: [Builtin] = [
    Builtin(
      "confusion", "How often each class was predicted for examples of each: row = true class, column = predicted class, i32",
      [
        Parameter("predicted", .any, "a class for each example, from 0, or a score for each class, [n, classes], whose largest counts"),
        Parameter("labels", .any, "the true class of each example"),
        Parameter("classes", .any, "how many classes there are, or their names", default: "as many as occur"),
      ],
      examples: [Example("print(confusion((0, 1, 1, 2), (0, 1, 2, 2)))", "[[1, 0, 0],\n [0, 1, 0],\n [0, 1, 1]]")]
    ) { call in
      var scores = call[0]
      if scores.tag == .tensor, scores.node.type.rank == 2, scores.node.shape[1] > 1 {
        scores = call.result(try call.engine.term(scores.node).applying(Reduce(.argmax, 1...1)))
      }
      let (predicted, labels) = (try classes(call, scores, 0), try classes(call, call[1], 1))
      guard predicted.count == labels.count else {
        throw call.refuse("there are \(counted(predicted.count, "prediction")) and \(counted(labels.count, "label"))", hint: "each example has one of both")
      }
      let largest = (predicted + labels).max() ?? -1
      let given =
        call.has(2) && call[2].tag == .list ? call[2].listCount : call.has(2) && call[2].tag != .nothing ? try call.int(2, in: 1...(1 << 14)) : largest + 1
      guard largest < given, given <= 1 << 14 else {
        throw call.refuse("class \(largest) does not exist: there are \(given) of them, counted from 0")
      }
      var counts = [Int32](repeating: 0, count: given * given)
      for (guess, label) in zip(predicted, labels) { counts[label * given + guess] += 1 }
      return call.machine.make(tensor: try Tensor(counts, shape: [given, given]))
    }
  ]

  /// The classes that a list or tensor names.
  private static func classes(_ call: Call, _ value: Value, _ index: Int) throws -> [Int] {
    guard value.tag == .tensor || value.tag == .list || value.tag == .range else { throw call.wrong(index) }
    let tensor = try call.engine.value(try call.machine.tensor(from: value, as: .f64).node)
    guard tensor.type.rank == 1 else {
      throw call.refuse("`confusion` takes one class for each example as `\(call.builtin.parameters[index].name)`, got \(tensor.type.description)")
    }
    return try (0..<tensor.count).map { place in
      guard let number = Int(exactly: tensor[place]), number >= 0 else {
        throw call.refuse("classes are integers from 0, got \(call.machine.numberText(tensor[place])) in `\(call.builtin.parameters[index].name)`")
      }
      return number
    }
  }
}
