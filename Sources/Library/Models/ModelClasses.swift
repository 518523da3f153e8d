import DataSets
import Diagnostics
import Engine
import Machine
import Tensors

// Labels are positions in a list of names, and the list of a data set may be another one than that of a model.
extension Library {
  private static let labelled = Parameter("data", .any, "a labelled data set")
  private static let knowing = Parameter("m", .model, "a trained model")
  private static let number = Parameter("unknown", optional: .int, "the number of classes that the model does not know", shown: "an error")

  static let modelClasses: [Builtin] = [
    Builtin(
      "_labels_as", "The labels of a data set, with the numbers that a model gives to the classes of these names", [labelled, knowing, number],
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
      return try labels(of: set, as: call[knowing], unknown: call[number].map { Int32(clamping: $0) }, call)
    }
  ]

  /// Classes that the model does not know have the number `unknown`; if it is nil, throws if one occurs.
  static func labels(of data: DataSetValue, as model: Value, unknown number: Int32? = nil, _ call: Call) throws -> Value {
    let names = data.set.names
    guard let known = try otherNames(of: model, than: names, call) else { return try data.field("labels", call.machine) ?? .nothing }
    func unknown(_ name: String) -> Fault {
      call.refuse(
        "the data has the class `\(name)`, which the model was not trained on: it knows \(Library.enumerated(known))",
        hint: Suggestion.hint(for: name, among: known) ?? "remove the examples of this class, or rename it")
    }
    guard let labels = data.set.labels else {
      throw call.refuse(
        "the data has shares of the classes \(Library.enumerated(names)), but the model knows \(Library.enumerated(known)), in this order",
        hint: "load all data from folders with the same classes")
    }
    let places = names.map { name in known.firstIndex(of: name).map { Int32($0) } }
    return call.machine.make(
      tensor: try Tensor(
        labels.map { label in
          let (name, place) = names.indices.contains(Int(label)) ? (names[Int(label)], places[Int(label)]) : ("\(label)", nil)
          guard let place = place ?? number else { throw unknown(name) }
          return place
        }, shape: [labels.count]))
  }

  /// Throws unless the classes of data for another training are those of the model.
  static func requireClasses(_ data: Value, of model: Value, _ call: Call) throws {
    guard let set = data.foreign(as: DataSetValue.self)?.set, usesLabels(model, call.machine) else { return }
    guard let known = try otherNames(of: model, than: set.names, call) else { return }
    throw call.refuse(
      "`data` has the classes \(Library.enumerated(set.names)), but the model was trained on \(Library.enumerated(known)), in this order",
      hint: "labels are numbers, so they would mean other classes; load all data from folders with the same classes")
  }

  /// The names of a model's classes, if they are not those of the data in the same order. Without names, numbers are all there is; a model
  /// that was trained without them has numbers as names.
  private static func otherNames(of model: Value, than names: [String], _ call: Call) throws -> [String]? {
    let known = try call.machine.classNames(of: model)
    let areNumbers = known.enumerated().allSatisfy { $1 == "\($0)" }
    return names.isEmpty || areNumbers || known.starts(with: names) ? nil : known
  }

  /// Whether a model learns labels: `labels=true` of a generator, or a loss that needs them.
  static func usesLabels(_ model: Value, _ machine: Machine) -> Bool {
    if let labels = modelSetting("labels", of: model, machine).flatMap({ Kind<Bool>.boolean.content(of: $0, machine) }) { return labels }
    return ["loss", "losses"].contains { machine.models.requiresLabels($0, of: model) }
  }

  /// At most ten of some names.
  private static func enumerated(_ names: [String]) -> String {
    names.prefix(10).joined(separator: ", ") + (names.count > 10 ? " and \(names.count - 10) more" : "")
  }
}
