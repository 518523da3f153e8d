import DataSets
import Diagnostics
import Effects
import Images
import Machine
import Tensors

// What `save` makes of a value; the kinds of files stand in `fileFormats`.
extension Library {
  static func saveFolder(_ call: Call, _ value: Value, _ path: String) throws {
    let data = value.foreign(as: DataSetValue.self)
    try Writers.folder(batch(call, value).tensor, labels: data?.set.labels, names: data?.set.names ?? [], to: path, call.effects.files)
  }

  static func savePNG(_ call: Call, _ value: Value, _ path: String) throws {
    let images = try batch(call, value)
    let single = images.count == 1 ? images.tensor.reshaped(Array(images.tensor.shape.dropFirst())) : try images.sheet(columns: 8)
    try call.effects.files.write(PNG.encode(single), to: path)
  }

  static func saveIDX(_ call: Call, _ value: Value, _ path: String) throws {
    let images = try batch(call, value)
    let bytes = try Tensor(dtype: .u8, shape: images.channels == 1 ? Array(images.tensor.shape.dropLast()) : images.tensor.shape) {
      Double(PNG.byte(images.tensor[$0]))
    }
    try call.effects.files.write(IDX.encode(bytes), to: path)
    if let labels = value.foreign(as: DataSetValue.self)?.set.labels {
      let tensor = try Tensor(dtype: .u8, shape: [labels.count]) { Double(labels[$0]) }
      try call.effects.files.write(IDX.encode(tensor), to: path.dropLast(4) + "-labels.idx")
    }
  }

  /// A line for each example; of an image, its pixels in a row.
  static func saveTable(_ call: Call, _ value: Value, _ path: String) throws {
    func flat(_ tensor: Tensor) -> Tensor {
      let count = tensor.type.rank == 0 ? 1 : tensor.shape[0]
      return tensor.reshaped([count, tensor.shape.dropFirst().reduce(1, *)])
    }
    let separator = path.lowercased().hasSuffix(".tsv") ? "\t" : ","
    guard let set = value.foreign(as: DataSetValue.self)?.set else {
      guard value.tag == .tensor else { throw call.wrong(0, hint: "a table is written from a tensor or a data set") }
      return try call.effects.files.write(CSVWriter.encode(flat(call.engine.value(value.node)), separator: separator), to: path)
    }
    let numbers = flat(try set.examples(call.engine))
    let columns = set.rows?.columns ?? (0..<numbers.shape[1]).map { "pixel\($0)" }
    let bytes = CSVWriter.encode(
      numbers, columns: columns, label: set.rows?.label ?? "label", labels: set.labels, names: set.names, separator: separator)
    try call.effects.files.write(bytes, to: path)
  }

  /// Charts save themselves; what comes here is none.
  static func refuseChart(_ call: Call, _ value: Value, _ path: String) throws {
    throw call.refuse(
      "an .svg file holds a chart, this is \(call.machine.describe(value))",
      hint: "`plot(x)` and `histogram(x)` make charts; images are saved as `\(path.dropLast(4)).png`")
  }
}
