import DataSets
import Diagnostics
import Effects
import Images
import Machine
import Tensors

// The readers of `fileFormats`.
extension Library {
  static func loadFolder(_ call: Call, _ path: String) throws -> Value {
    let set = try Readers.folder(path, call.effects.files, call.effects.cancellation) { call.effects.progress.writeLine("note: \($0)") }
    return call.machine.make(foreign: DataSetValue(set))
  }

  /// One shard, or several whose names are written with braces.
  static func loadShard(_ call: Call, _ path: String) throws -> Value {
    let files = call.effects.files
    if !files.exists(path), let name = ShardNames.withBraces(path) {
      throw Fault(FileErrors.missing, "no such file or folder: `\(path)`", hint: "in a string, the braces of a range are written twice: `\(name)`")
    }
    return call.machine.make(foreign: DataSetValue(try Readers.shards(ShardNames.expand(path, files), files, call.effects.cancellation)))
  }

  /// f32[height, width, channels], 0 to 1.
  static func loadPicture(_ call: Call, _ path: String) throws -> Value {
    try picture(call, call.effects.files.read(path), path)
  }

  /// A file without a known ending, if its content is a picture; else nil.
  static func loadUnnamed(_ call: Call, _ path: String) throws -> Value? {
    guard call.effects.files.exists(path), !call.effects.files.isFolder(path) else { return nil }
    let bytes = try call.effects.files.read(path)
    return PictureFormat(bytes) == nil ? nil : try picture(call, bytes, path)
  }

  private static func picture(_ call: Call, _ bytes: [UInt8], _ path: String) throws -> Value {
    let pixels = try PictureFormat.decode(bytes, name: path)
    if PictureFormat.header(bytes)?.hasMore == true { call.effects.progress.writeLine("note: `\(path)`: only the first picture is read") }
    return call.machine.make(tensor: pixels.dtype == .u8 ? try unit(pixels) : pixels)
  }

  /// Images 0 to 1; arrays of one or two dimensions, such as labels, and masks, as u8.
  static func loadIDX(_ call: Call, _ path: String) throws -> Value {
    let bytes = try IDX.decode(call.effects.files.read(path), name: path)
    return call.machine.make(tensor: bytes.type.rank >= 3 && !path.lowercased().hasSuffix(IDX.maskEnding) ? try unit(bytes) : bytes)
  }

  static func loadArray(_ call: Call, _ path: String) throws -> Value {
    value(call.machine, try NPY.decode(call.effects.files.read(path), name: path))
  }

  /// A record of the arrays, by name.
  static func loadArrays(_ call: Call, _ path: String) throws -> Value {
    let arrays = try NPZ.decode(call.effects.files.read(path), name: path)
    return call.machine.make(record: arrays.map { (name: $0.name, value: value(call.machine, $0.content)) })
  }

  static func loadModel(_ call: Call, _ path: String) throws -> Value {
    try ModelFile.value(call.effects.files.read(path), named: path, call.machine)
  }

  static func loadRecipe(_ call: Call, _ path: String) throws -> Value {
    let bytes = try call.effects.files.read(path)
    guard bytes.count <= 1 << 20, let text = String(validating: bytes, as: UTF8.self) else { throw call.refuse("`\(path)` is not a recipe: it is not text") }
    return try RecipeText(call.machine, file: path).recipe(text)
  }

  private static func value(_ machine: Machine, _ content: NPY.Content) -> Value {
    switch content {
    case .tensor(let tensor): machine.make(tensor: tensor)
    case .strings(let strings): machine.make(list: strings.map { machine.make(string: $0) })
    case .string(let string): machine.make(string: string)
    }
  }

  /// Bytes 0 to 255 as f32, 0 to 1.
  private static func unit(_ bytes: Tensor) throws -> Tensor {
    let result = try Tensor(uninitialized: TensorType(.f32, bytes.shape))
    let (from, to) = (bytes.storage.bind(UInt8.self), result.floats())
    for index in 0..<bytes.count { to[index] = Float(from[index]) / 255 }
    return result
  }
}
