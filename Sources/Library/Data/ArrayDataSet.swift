import DataSets
import Diagnostics
import Engine
import Images
import Machine
import Tensors

// A data set from arrays by name, as `save` writes them to an `.npz` file.
extension Library {
  static func arrayDataSet(_ call: Call, _ record: Value) throws -> Value {
    if !call.machine.policy.readsData { throw UnknownValue() }
    var arrays: [String: NPY.Content] = [:]
    for index in 0..<record.recordCount {
      let value = record.recordValue(index)
      let content: NPY.Content? =
        switch value.tag {
        case .tensor: .tensor(try call.engine.value(value.node))
        case .list where value.listItems.allSatisfy({ $0.tag == .string }): .strings(value.listItems.map(\.string))
        default: value.number.flatMap { number in try? .tensor(Tensor(dtype: .f64, shape: []) { _ in number }) }
        }
      if let content { arrays[call.machine.symbols.name(record.recordKey(index))] = content }
    }
    guard case .tensor(let given)? = arrays["images"] ?? arrays["rows"] else {
      throw call.refuse(
        "`dataset` expects a record with the field `images` or `rows`",
        hint: "give arrays of other names by themselves: `dataset(r.x_train, labels=r.y_train)`")
    }
    for parameter in call.builtin.parameters.dropFirst() where call.has(parameter) {
      throw call.refuse(
        "`dataset`: `\(parameter.name)` cannot be given beside a record, whose arrays say all",
        hint: "pass its fields by themselves: `dataset(r.images, ...)`")
    }
    let names: [String] = if case .strings(let names)? = arrays["names"] { names } else { [] }
    let target = try labels(arrays["labels"])
    let rank = given.type.rank
    if arrays["images"] == nil {
      guard rank == 2, given.shape[1] > 0 else { throw call.refuse("`dataset`: `rows` must be [count, columns], got \(given.type.description)") }
      let columns: [String] = if case .strings(let names)? = arrays["columns"] { names } else { [] }
      guard columns.isEmpty || columns.count == given.shape[1] else {
        throw Fault(DataErrors.counts, "got \(counted(columns.count, "name")) for \(counted(given.shape[1], "column"))", hint: "each column needs one name")
      }
      return call.machine.make(foreign: DataSetValue(try DataSet(.rows(Rows(floats(given), columns: columns)), target: target, names: names)))
    }
    guard rank == 3 || rank == 4 else {
      throw call.refuse("`dataset`: `images` must be [count, height, width, channels] or [count, height, width], got \(given.type.description)")
    }
    let tensor = rank == 3 ? given.reshaped(given.shape + [1]) : given
    let pixels = try tensor.dtype == .u8 ? tensor : ImageBatch(tensor).tensor
    let annotations = try Annotations(arrays: arrays, count: tensor.shape[0])
    return call.machine.make(foreign: DataSetValue(try DataSet(.dense(pixels), target: target, names: names, annotations: annotations)))
  }

  /// Classes, or the shares of all classes.
  private static func labels(_ array: NPY.Content?) throws -> Labels? {
    guard case .tensor(let tensor)? = array else { return nil }
    return try tensor.type.rank == 2 ? Labels(soft: tensor) : .classes(classes(tensor))
  }
}

extension Kind where Content == Value {
  /// Images or rows; or several arrays by name.
  static var tensorOrRecord: Kind {
    Kind("a tensor, a number or a record of arrays", accepts: { value, machine in value.tag == .record || Kind<Term>.tensor.accepts(value, machine) }) {
      value, _ in value
    }
  }
}
