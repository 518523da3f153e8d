import DataSets
import Images
import Machine

extension Library {
  /// The first argument as a batch: an image, a batch, a data set, or an example of one. `value` is that argument or a part of it.
  package static func batch(_ call: Call, _ value: Value) throws -> ImageBatch {
    if let data = value.foreign(as: DataSetValue.self) { return try ImageBatch(data.set.images(call.engine)) }
    if value.tag == .record, let image = call.machine.symbols.existing("image").flatMap({ value.recordField($0) }) {
      return try batch(call, image)
    }
    guard value.tag == .tensor else {
      throw call.wrong(call.builtin.parameters[0], expected: "an image, a batch or a data set")
    }
    return try ImageBatch(call.engine.value(value.node))
  }
}
