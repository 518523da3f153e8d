import DataSets
import Diagnostics
import Engine
import Machine
import Tensors

// Labels are positions in a list of names, and the list of a data set may be another one than that of a model.
extension Library {
  private static let labelled = Parameter("data", .any, "a labelled data set")
  private static let knowing = Parameter("m", .model, "a trained model")

  static let modelClasses: [Builtin] = [
    Builtin(
      "_labels_as", "The labels of a data set, with the numbers that a model gives to the classes of these names", [labelled, knowing],
      examples: [
        Example(
          """
          m = classifier(hidden=8, shape=(3,), class_names=("cat", "dog"))
          print(_labels_as(dataset(zeros(2, 3), labels=(0, 0), names=("dog",)), m))
          """, "[1, 1]")
      ]
    ) { call in
      let data = try call[labelled]
      guard let set = data.foreign(as: DataSetValue.self), set.set.target != nil else {
        throw call.wrong(labelled, expected: "a labelled data set")
      }
      return try labels(of: set, as: call[knowing], call)
    }
  ]

  /// Throws if the model does not know a class that occurs.
  static func labels(of data: DataSetValue, as model: Value, _ call: Call) throws -> Value {
    let (names, known) = (data.set.names, try call.machine.classNames(of: model))
    let own = try data.field("labels", call.machine) ?? .nothing
    // Without names, the numbers are all there is.
    guard !names.isEmpty, !known.isEmpty, !known.starts(with: names) else { return own }
    func unknown(_ name: String) -> Fault {
      call.refuse(
        "the data has the class `\(name)`, which the model was not trained on: it knows \(Library.enumerated(known))",
        hint: Suggestion.hint(for: name, among: known) ?? "remove the examples of this class, or rename it")
    }
    guard let labels = data.set.labels else {
      // Shares of all classes.
      throw unknown(names.first { !known.contains($0) } ?? names[0])
    }
    let places = names.map { name in known.firstIndex(of: name).map { Int32($0) } }
    return call.machine.make(
      tensor: try Tensor(
        labels.map { label in
          guard names.indices.contains(Int(label)) else { throw unknown("\(label)") }
          guard let place = places[Int(label)] else { throw unknown(names[Int(label)]) }
          return place
        }, shape: [labels.count]))
  }

  /// Throws unless the classes of data for another training are those of the model.
  static func requireClasses(_ data: Value, of model: Value, _ call: Call) throws {
    guard let set = data.foreign(as: DataSetValue.self)?.set, !set.names.isEmpty else { return }
    let known = try call.machine.classNames(of: model)
    guard !known.isEmpty, !known.starts(with: set.names) else { return }
    throw call.refuse(
      "`data` has the classes \(Library.enumerated(set.names)), but the model was trained on \(Library.enumerated(known)), in this order",
      hint: "labels are numbers, so they would mean other classes; load all data from folders with the same classes")
  }

  /// At most ten of some names.
  private static func enumerated(_ names: [String]) -> String {
    names.prefix(10).joined(separator: ", ") + (names.count > 10 ? " and \(names.count - 10) more" : "")
  }
}
