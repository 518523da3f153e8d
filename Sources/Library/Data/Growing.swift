import DataSets
import Diagnostics
import Engine
import Images
import Machine
import Tensors

/// What `rotate`, `flip`, `crop` and `resize` have in common: on an image, a batch or a data set they
/// work at once; on a recipe, or on nothing, they make a recipe.
enum Growing {
  static func apply(
    _ steps: [GeometryStep], copies: Int, keep: Bool, to value: Value, _ machine: Machine, description: String
  ) throws -> Value {
    if let data = value.foreign(as: DataSetValue.self) {
      return machine.make(foreign: DataSetValue(try data.set.applying(steps, copies: copies, keep: keep)))
    }
    if let recipe = value.foreign(as: RecipeValue.self) {
      guard copies == 1 || recipe.copies == 1 else {
        throw Fault(MachineErrors.badArgument, "a recipe makes `copies` in one of its operations, not in two")
      }
      return machine.make(
        foreign: RecipeValue(
          recipe.recipe.adding(steps), copies: copies * recipe.copies, keep: keep || recipe.keep,
          descriptions: recipe.descriptions.adding([description])))
    }
    if value.tag == .record, let image = machine.symbols.existing("image").flatMap({ value.recordField($0) }) {
      // One example of a data set: its image is worked on, its label stays.
      let changed = try apply(steps, copies: copies, keep: keep, to: image, machine, description: description)
      var fields: [(name: String, value: Value)] = []
      for index in 0..<value.recordCount {
        let name = machine.symbols.name(value.recordKey(index))
        fields.append((name, name == "image" ? changed : value.recordValue(index)))
      }
      return machine.make(record: fields)
    }
    guard value.tag == .tensor else {
      throw Fault(
        ImageErrors.notImages, "`\(description)` works on images, this is \(machine.describe(value))",
        hint: "give it an image, a batch, a data set, or nothing to make a recipe")
    }
    if value.node.isUnknown {
      let shape = try ImageBatch.shape(of: value.node.type)
      let size = try Recipe(steps).size(height: shape[1], width: shape[2])
      guard copies == 1, !keep else { throw UnknownValue() }
      let rank = value.node.type.rank
      let result = rank == 2 ? [size.height, size.width] : (rank == 3 ? [] : [shape[0]]) + [size.height, size.width, shape[3]]
      return machine.make(node: machine.engine.placeholder(TensorType(.f32, result)))
    }
    let batch = try ImageBatch(machine.engine.value(value.node))
    return machine.make(tensor: try batch.applying(Recipe(steps), copies: copies, keep: keep, machine.engine).result)
  }

  /// A parameter that may be drawn for each image.
  static func distribution(_ call: Call, _ index: Int, whole: Bool = false) throws -> Distribution {
    let value = call[index]
    if let number = try? call.machine.scalar(value).number {
      guard number.isFinite else { throw call.refuse("`\(call.builtin.name)` takes a finite number, this is \(call.machine.numberText(number))") }
      return .constant(number)
    }
    switch value.tag {
    case .range:
      let (low, high, step) = value.rangeBounds
      let (a, b) = (low.number ?? 0, high.number ?? 0)
      if !value.rangeHasStep, !whole {
        guard a <= b else { throw call.refuse("the range \(try call.machine.text(value)) runs backwards") }
        return .uniform(a, b)
      }
      let count = try call.machine.rangeCount(value)
      guard count > 0 else { throw call.refuse("there is nothing to draw from an empty range") }
      return .steps(low: a, step: step.number ?? 1, count: count)
    case .list:
      let numbers = value.listItems.compactMap(\.number)
      guard !numbers.isEmpty, numbers.count == value.listCount else { throw call.wrong(index) }
      return .choice(numbers)
    case .foreign:
      guard let normal = value.foreign(as: NormalDistribution.self) else { throw call.wrong(index) }
      return .normal(mean: normal.mean, deviation: normal.deviation)
    default: throw call.wrong(index)
    }
  }
}
