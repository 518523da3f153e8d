import DataSets
import Diagnostics
import Effects
import Images
import Machine
import Tables
import Tensors

// The writers of `fileFormats`.
extension Library {
  static func saveFolder(_ call: Call, _ value: Value, _ path: String) throws {
    let set = try value.foreign(as: DataSetValue.self)?.set ?? DataSet(.dense(batch(call, value).tensor))
    try Writers.folder(set, to: path, call.effects.files, call.engine, call.effects.cancellation)
  }

  /// One image pixel by pixel; several as a sheet to look at.
  static func savePNG(_ call: Call, _ value: Value, _ path: String) throws {
    let images = try batch(call, value)
    let picture = images.count == 1 ? images.tensor.reshaped(Array(images.tensor.shape.dropFirst())) : try images.viewingSheet()
    try call.effects.files.write(PNG.encode(picture), to: path)
  }

  /// A sample for each image.
  static func saveShard(_ call: Call, _ value: Value, _ path: String) throws {
    let set = try value.foreign(as: DataSetValue.self)?.set ?? DataSet(.dense(batch(call, value).tensor))
    try Writers.shard(set, to: path, call.effects.files, call.engine, call.effects.cancellation)
  }

  static func saveIDX(_ call: Call, _ value: Value, _ path: String) throws {
    let set = value.foreign(as: DataSetValue.self)?.set
    let masks = try set.flatMap { try idxMasks($0, call) }
    let images = try batch(call, value)
    let bytes = try Tensor(dtype: .u8, shape: images.channels == 1 ? Array(images.tensor.shape.dropLast()) : images.tensor.shape) {
      Double(PNG.byte(images.tensor[$0]))
    }
    let labels = set?.labels
    if let low = labels?.min(), let high = labels?.max(), low < 0 || high > 255 {
      throw call.refuse(
        "labels in an .idx file must be between 0 and 255, got \(low) to \(high)", hint: "use a format without this limit: `\(path.dropLast(4)).npz`")
    }
    try call.effects.files.write(IDX.encode(bytes), to: path)
    if let labels {
      let tensor = try Tensor(dtype: .u8, shape: [labels.count]) { Double(labels[$0]) }
      try call.effects.files.write(IDX.encode(tensor), to: path.dropLast(4) + IDX.labelEnding)
    }
    if let masks { try call.effects.files.write(IDX.encode(masks), to: path.dropLast(4) + IDX.maskEnding) }
  }

  /// As bytes; nil if there are none. Throws for what has no place in such files.
  private static func idxMasks(_ set: DataSet, _ call: Call) throws -> Tensor? {
    let isSoft = if case .soft = set.target { true } else { false }
    let kinds = [("boxes", set.annotations.boxes != nil), ("keypoints", set.annotations.keypoints != nil), ("shares of classes", isSoft)]
    if let kind = kinds.first(where: \.1)?.0 {
      throw Fault(ShardErrors.noPlace, "an .idx file cannot hold \(kind)", hint: "save a folder, or a file that ends in `.npz` or `.tar`")
    }
    try Writers.checkMasks(set, call.engine)
    return try set.masks(call.engine)
  }

  /// A line for each example; an image is a row of its pixels.
  static func saveTable(_ call: Call, _ value: Value, _ path: String) throws {
    func flat(_ tensor: Tensor) -> Tensor {
      let count = tensor.type.rank == 0 ? 1 : tensor.shape[0]
      return tensor.reshaped([count, tensor.shape.dropFirst().reduce(1, *)])
    }
    if let table = value.foreign(as: TableValue.self) {
      return try TableFile.write(known(table), to: path, call.effects.files, workers(call))
    }
    guard [".csv", ".tsv"].contains(where: path.lowercased().hasSuffix) else {
      return try TableFile.write(anyTable(call, value), to: path, call.effects.files, workers(call))
    }
    let separator = path.lowercased().hasSuffix(".tsv") ? "\t" : ","
    if let table = try RecordTable(value, call) {
      return try CSVWriter.write(
        Rows(table.tensor(), columns: table.columns), labels: nil, names: [], separator: separator, to: path, call.effects.files)
    }
    guard let set = value.foreign(as: DataSetValue.self)?.set else {
      guard value.tag == .tensor else { throw call.refuse("a table must be a tensor, a data set or a list of records, got \(call.machine.describe(value))") }
      let rows = Rows(flat(try call.engine.value(value.node)), columns: value.node.tableSchema?.columns ?? [])
      return try CSVWriter.write(rows, labels: nil, names: [], separator: separator, to: path, call.effects.files)
    }
    let numbers = flat(try set.examples(call.engine))
    let columns = set.rows?.columns ?? (0..<numbers.shape[1]).map { "pixel\($0)" }
    let rows = Rows(numbers, columns: columns, label: set.rows?.label ?? "label")
    try CSVWriter.write(rows, labels: set.labels, names: set.names, separator: separator, to: path, call.effects.files)
  }

  /// A data set of rows, or a list of records, as a table.
  private static func anyTable(_ call: Call, _ value: Value) throws -> Table {
    if let set = value.foreign(as: DataSetValue.self)?.set { return try Table(set, call.machine) }
    guard value.tag == .list else { throw call.refuse("a table must be a table, a data set of rows or a list of records, got \(call.machine.describe(value))") }
    return try Table(records: value.listItems, call.machine)
  }

  static func saveArray(_ call: Call, _ value: Value, _ path: String) throws {
    guard value.tag == .tensor else {
      throw call.refuse(
        "an .npy file holds one tensor, got \(call.machine.describe(value))", hint: "an .npz file holds several: `\(path.dropLast(4)).npz`")
    }
    try call.effects.files.write(NPY.encode(.tensor(call.engine.value(value.node))), to: path)
  }

  /// The fields of a data set or a record, by name; a single tensor is named `x`.
  static func saveArrays(_ call: Call, _ value: Value, _ path: String) throws {
    var arrays: [NPZ.Entry] = []
    if let set = value.foreign(as: DataSetValue.self)?.set {
      arrays.append((set.rows == nil ? "images" : "rows", .tensor(try set.examples(call.engine))))
      if let columns = set.rows?.columns, !columns.isEmpty { arrays.append(("columns", .strings(columns))) }
      if let target = set.target { arrays.append(("labels", .tensor(try target.tensor()))) }
      if !set.names.isEmpty { arrays.append(("names", .strings(set.names))) }
      arrays += try set.annotationArrays(call.engine)
    } else if value.tag == .record {
      for index in 0..<value.recordCount {
        let name = call.machine.symbols.name(value.recordKey(index))
        arrays.append((name, try content(call, value.recordValue(index), name)))
      }
    } else {
      arrays = [("x", try content(call, value, "x"))]
    }
    try call.effects.files.write(NPZ.encode(arrays, name: path), to: path)
  }

  static func saveRecipe(_ call: Call, _ value: Value, _ path: String) throws {
    guard let recipe = value.foreign(as: RecipeValue.self) else {
      throw call.refuse("a .recipe file holds a recipe, got \(call.machine.describe(value))", hint: "as in `save(rotate(-15..15) |> flip(), \"a.recipe\")`")
    }
    try call.effects.files.write(Array((recipe.text + "\n").utf8), to: path)
  }

  static func saveModel(_ call: Call, _ value: Value, _ path: String) throws {
    try call.effects.files.write(ModelFile.bytes(value, call.machine), to: path)
  }

  private static func content(_ call: Call, _ value: Value, _ name: String) throws -> NPY.Content {
    switch value.tag {
    case .tensor: return .tensor(try call.engine.value(value.node))
    case .string: return .string(value.string)
    case .list where value.listItems.allSatisfy({ $0.tag == .string }): return .strings(value.listItems.map(\.string))
    case .int:
      guard let number = Int32(exactly: value.bits) else { break }
      return .tensor(try Tensor([number], shape: []))
    case .float: return .tensor(try Tensor(dtype: .f64, shape: []) { _ in value.double })
    default: break
    }
    throw call.refuse(
      "an .npz file holds tensors, numbers and strings; `\(name)` is \(call.machine.describe(value))",
      hint: "convert a list of numbers: `tensor(list)`")
  }

  /// Charts are `Savable`, so `value` is not a chart.
  static func refuseChart(_ call: Call, _ value: Value, _ path: String) throws {
    throw call.refuse(
      "an .svg file holds a chart, got \(call.machine.describe(value))",
      hint: "`plot(x)` and `histogram(x)` return charts; save images as `\(path.dropLast(4)).png`")
  }

  /// Reports are `Savable`, so `value` is not a report.
  static func refuseReport(_ call: Call, _ value: Value, _ path: String) throws {
    throw call.refuse(
      "a file that ends in `\(path.hasSuffix(".json") ? ".json" : ".html")` holds a report, got \(call.machine.describe(value))",
      hint: "`report(m, test)` returns one")
  }
}
