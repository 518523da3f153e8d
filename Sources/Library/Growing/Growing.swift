import DataSets
import Diagnostics
import Engine
import Images
import Machine
import Tensors

/// Shared by the image operations: applied to an image, a batch or a data set, or added to a recipe.
enum Growing {
  static func apply(
    _ steps: [RecipeStep], copies: Int, keep: Bool, to value: Value, _ machine: Machine
  ) throws -> Value {
    if let data = value.foreign(as: DataSetValue.self) {
      return machine.make(foreign: DataSetValue(try data.set.applying(steps, copies: copies, keep: keep)))
    }
    if let recipe = value.foreign(as: RecipeValue.self) {
      guard copies == 1 || recipe.copies == 1 else {
        throw Fault(MachineErrors.badArgument, "only one operation of a recipe can have `copies`")
      }
      return machine.make(
        foreign: RecipeValue(
          recipe.recipe.repeated(copies).adding(steps), copies: copies * recipe.copies, keep: keep || recipe.keep))
    }
    if value.tag == .record, let image = machine.symbols.existing("image").flatMap({ value.recordField($0) }) {
      // One example of a data set: its image changes and its annotations move, its label does not.
      let changed = try apply(steps, copies: copies, keep: keep, to: image, machine)
      let moved = try AnnotatedExample(value, image, machine)?.applying(steps, copies: copies, keep: keep) ?? [:]
      var fields: [(name: String, value: Value)] = []
      for index in 0..<value.recordCount {
        let name = machine.symbols.name(value.recordKey(index))
        fields.append((name, name == "image" ? changed : moved[name] ?? value.recordValue(index)))
      }
      return machine.make(record: fields)
    }
    guard value.tag == .tensor else {
      throw Fault(
        ImageErrors.notImages, "`\(Recipe(steps).text)` expects images, got \(machine.describe(value))",
        hint: "pass an image, a batch or a data set; without one, the call returns a recipe")
    }
    if value.node.isUnknown {
      let shape = try ImageBatch.shape(of: value.node.type)
      let size = try Recipe(steps).size(height: shape[1], width: shape[2], channels: shape[3])
      guard copies == 1, !keep else { throw UnknownValue() }
      let rank = value.node.type.rank
      let result = rank == 2 ? [size.height, size.width] : (rank == 3 ? [] : [shape[0]]) + [size.height, size.width, shape[3]]
      return machine.make(node: machine.engine.placeholder(TensorType(.f32, result)))
    }
    let batch = try ImageBatch(machine.engine.value(value.node))
    return machine.make(tensor: try batch.applying(Recipe(steps), copies: copies, keep: keep, machine.engine).result)
  }
}
