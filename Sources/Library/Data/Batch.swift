import DataSets
import Images
import Machine

extension Library {
  /// Images in any form as a batch.
  package static func batch(_ call: Call, _ value: Value) throws -> ImageBatch {
    if let data = value.foreign(as: DataSetValue.self) { return try ImageBatch(data.set.images(call.engine)) }
    if value.tag == .record, let image = call.machine.symbols.existing("image").flatMap({ value.recordField($0) }) {
      return try batch(call, image)
    }
    guard value.tag == .tensor else { throw call.wrong(0) }
    return try ImageBatch(call.engine.value(value.node))
  }
}
