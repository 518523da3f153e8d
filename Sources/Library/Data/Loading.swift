import DataSets
import Diagnostics
import Images
import Machine
import Tensors

// What `load` makes of a file; the kinds stand in `fileFormats`.
extension Library {
  static func loadFolder(_ call: Call, _ path: String) throws -> Value {
    call.machine.make(foreign: DataSetValue(try Readers.folder(path, call.effects.files)))
  }

  /// f32[height, width, channels], 0 to 1.
  static func loadPicture(_ call: Call, _ path: String) throws -> Value {
    guard let format = PictureFormat(named: path) else { throw call.wrong(0) }
    return call.machine.make(tensor: try unit(format.decode(call.effects.files.read(path), name: path)))
  }

  /// Images 0 to 1; what has one size or two, such as labels, as the bytes that it is.
  static func loadIDX(_ call: Call, _ path: String) throws -> Value {
    let bytes = try IDX.decode(call.effects.files.read(path), name: path)
    return call.machine.make(tensor: bytes.type.rank >= 3 ? try unit(bytes) : bytes)
  }

  static func loadTable(_ call: Call, _ path: String) throws -> Value {
    call.machine.make(foreign: DataSetValue(try CSV.read(path, CSV.Choices(findsLabel: true), call.effects.files)))
  }

  static func loadArray(_ call: Call, _ path: String) throws -> Value {
    value(call.machine, try NPY.decode(call.effects.files.read(path), name: path))
  }

  /// A record, whatever the names are.
  static func loadArrays(_ call: Call, _ path: String) throws -> Value {
    let arrays = try NPZ.decode(call.effects.files.read(path), name: path)
    return call.machine.make(record: arrays.map { (name: $0.name, value: value(call.machine, $0.content)) })
  }

  static func loadModel(_ call: Call, _ path: String) throws -> Value {
    try ModelFile.value(call.effects.files.read(path), named: path, call.machine)
  }

  private static func value(_ machine: Machine, _ content: NPY.Content) -> Value {
    switch content {
    case .tensor(let tensor): machine.make(tensor: tensor)
    case .texts(let texts): machine.make(list: texts.map { machine.make(string: $0) })
    case .text(let text): machine.make(string: text)
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
