import DataSets
import Diagnostics
import Engine
import Images
import Machine
import Tensors

// New examples from a trained model, of given classes or of any.
extension Library {
  private static let sampled = Parameter("m", .model, "a model with `fn sample(n)`")
  private static let count = Parameter(
    "n", optional: Kind(.int, in: 0...1 << 24), "number of examples", shown: "1, or as many as there are labels")
  private static let label = Parameter(
    "label", optional: .any, "the class of the examples: a name or a number; of a list or a tensor of them, each in turn", shown: "any")
  private static let given = Parameter(
    "given", optional: .any, "of a model of tables: a record of columns and the value that each has in all rows", shown: "nothing")

  static let sampling: [Builtin] = [
    Builtin(
      "sample", "New examples from a trained model: a tensor, or a labelled data set if `label` is given", [sampled, count, label, given],
      examples: [
        Example("m = vae(latent=2, hidden=8, shape=(4, 4, 1))\nprint(sample(m, 3).shape)", "(3, 4, 4, 1)"),
        Example(
          "m = gan(labels=true, shape=(8, 8, 1), class_names=(\"shirt\", \"shoe\"))\nprint(sample(m, 4, label=\"shoe\"))\nprint(sample(m, 4, label=m.class_names).labels)",
          "4 images of 8×8×1 of 2 classes\n[0, 1, 0, 1]"),
      ]
    ) { call in
      let (machine, model) = (call.machine, try call[sampled])
      if let given = try call[given] {
        guard given.tag == .record else { throw call.wrong(Library.given, expected: "a record such as {species: \"Gentoo\"}") }
        guard machine.models.method("sample_given", of: model) != nil else {
          throw call.refuse(
            "`sample`: the model `\(machine.models.name(of: model))` cannot sample rows with given values",
            hint: "`table_model()` can; a model of your own needs `fn sample_given(n, given)`")
        }
        return try machine.models.call("sample_given", of: model, [Value(try call[count] ?? 1), given])
      }
      guard call.has(label), call.value(label).tag != .nothing else {
        let result = try machine.models.call("sample", of: model, [Value(try call[count] ?? 1)])
        if result.tag == .tensor, let names = schema(of: model, machine), result.node.shape.dropFirst() == [names.columns.count] {
          result.node.tableSchema = names
        }
        return result
      }
      guard machine.models.method("sample_labelled", of: model) != nil else {
        throw call.refuse(
          "`sample`: the model `\(machine.models.name(of: model))` has no labels",
          hint: "`gan(labels=true)` and `vae(labels=true)` learn the labels of their data; a model of your own needs `fn sample_labelled(label)`")
      }
      let names = try machine.classNames(of: model)
      let wanted = try classes(call, call.value(label), names)
      guard machine.policy.readsData else { return .unknown }
      let total = try call[count] ?? wanted.count
      guard !wanted.isEmpty || total == 0 else { throw call.wrong(label, expected: "at least one class") }
      let labels = (0..<total).map { wanted[$0 % wanted.count] }
      let result = try machine.models.call("sample_labelled", of: model, [machine.make(tensor: try Tensor(labels, shape: [total]))])
      guard result.tag == .tensor, result.node.type.rank > 1, result.node.shape[0] == total else {
        throw call.refuse("`sample_labelled` of the model `\(machine.models.name(of: model))` must return \(total) examples, got \(machine.describe(result))")
      }
      let examples = try call.engine.value(result.node)
      let source: DataSet.Source =
        if examples.type.rank == 2 {
          .rows(Rows(examples, columns: schema(of: model, machine)?.columns ?? [], label: schema(of: model, machine)?.label ?? "label"))
        } else {
          .dense(try ImageBatch(examples).tensor)
        }
      return machine.make(foreign: DataSetValue(try DataSet(source, labels: labels, names: names)))
    }
  ]

  private static func schema(of model: Value, _ machine: Machine) -> TableSchema? {
    machine.models.training(of: model).foreign(as: TrainingState.self)?.tableSchema
  }

  /// The classes that a name, a number, a list or a tensor of them means.
  private static func classes(_ call: Call, _ value: Value, _ names: [String]) throws -> [Int32] {
    switch value.tag {
    case .list: return try value.listItems.flatMap { try classes(call, $0, names) }
    case .string:
      guard let index = names.firstIndex(of: value.string) else {
        throw call.refuse(
          "`sample`: unknown class \"\(value.string)\"",
          hint: names.isEmpty
            ? "the model was trained without labels" : Suggestion.hint(for: value.string, among: names) ?? "the classes are \(names.joined(separator: ", "))")
      }
      return [Int32(index)]
    case .tensor where value.node.isUnknown: return []
    default:
      guard let numbers = value.tag == .int ? [value.bits] : try call.machine.wholeNumbers(value) else {
        throw call.wrong(label, expected: "the name or the number of a class, or several")
      }
      return try numbers.map { number in
        guard number >= 0, names.isEmpty || number < names.count else {
          throw call.refuse("`sample`: class \(number) does not exist", hint: "the model has \(names.count) classes, counted from 0")
        }
        return Int32(clamping: number)
      }
    }
  }
}
