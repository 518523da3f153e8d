import DataSets
import Diagnostics
import Engine
import Images
import Machine
import Tensors

extension Library {
  private static let model = Parameter("m", .model, "a model, trained or not")
  private static let data = Parameter("data", optional: .data, "a data set or a tensor: what the model would be trained on")
  private static let shape = Parameter("shape", optional: .shape, "the shape of one example, such as (28, 28, 1)", shown: "the model's")

  static let summaries: [Builtin] = [
    Builtin(
      "summary",
      "Prints the layers of a model as a table: the shape of their output, parameters, operations and bytes for one example; nothing is computed",
      [model, data, shape],
      examples: [
        Example(
          "summary(chain(flatten(), dense(8, relu), dense(2)), shape=(4, 4, 1))",
          """
          layer              output  parameters  FLOPs  weights  outputs
          chain              2
            layers[1] dense  8              136    272    544 B     32 B
            layers[2] dense  2               18     34     72 B      8 B
          total                             154    306    616 B     40 B
          154 trainable parameters, 616 B
          FLOPs and outputs: one example in `call`; a multiply-add is 2 FLOPs. A row
          includes all calls of its layer, but not the layers within it.
          """)
      ], hasEffects: true,
      whenChecked: .instead { call in
        _ = try summary(call)
        return .nothing
      }
    ) { call in
      if let fitted = fitted(of: try call[model], call.machine)?.shown(width: 80, dim: { $0 }) {
        call.effects.console.write(fitted + "\n")
      } else {
        call.effects.console.write(SummaryText(try summary(call)).text)
      }
      return .nothing
    }
  ]

  private static func summary(_ call: Call) throws -> ModelSummary {
    let (machine, model) = (call.machine, try call[model])
    guard let data = try call[data], data.tag != .nothing else {
      return try summary(of: model, shape: try exampleShape(call), machine)
    }
    guard try call[shape] == nil else { throw call.refuse("`summary` takes `data` or `shape`, not both") }
    if let set = data.foreign(as: DataSetValue.self)?.set {
      return try ModelSummary.tracing(
        model, shape: try set.exampleShape(), labelShape: set.labelShape(under: Recipe()), classNames: classNames(of: data), machine)
    }
    guard data.tag == .tensor, data.node.type.rank > 0 else { throw call.wrong(Library.data) }
    return try ModelSummary.tracing(
      model, shape: Array(data.node.shape.dropFirst()), dtype: data.node.dtype, labelShape: nil, classNames: [], machine)
  }

  /// The layers of a model, built for a shape or for its own.
  private static func summary(of model: Value, shape: [Int]?, _ machine: Machine) throws -> ModelSummary {
    let known = machine.models.isBuilt(model)
    guard let shape = try shape ?? (known ? machine.wholeNumbers(machine.models.field(machine.symbols.intern("shape"), of: model)) : nil) else {
      let name = machine.models.name(of: model)
      throw Fault(
        MachineErrors.notBuilt, "model `\(name)` is not built yet: the shape of one example is unknown",
        hint: "give it, or data: `summary(\(name)(...), shape=(28, 28, 1))`, `summary(\(name)(...), data)`")
    }
    let names = known ? try machine.classNames(of: model) : []
    return try ModelSummary.tracing(model, shape: shape, labelShape: nil, classNames: names, machine)
  }

  private static func exampleShape(_ call: Call) throws -> [Int]? {
    guard let sizes = try call[shape] else { return nil }
    guard sizes.allSatisfy({ $0 > 0 }) else { throw call.wrong(shape, expected: "a list of positive integers such as (28, 28, 1)") }
    return sizes
  }

  /// The layers of a built model; without what they compute if its functions fail.
  package static func summary(of model: Value, _ machine: Machine) -> ModelSummary {
    (try? summary(of: model, shape: nil, machine)) ?? ModelSummary.structure(of: model, machine)
  }
}
