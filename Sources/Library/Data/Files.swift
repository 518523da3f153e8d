import DataSets
import Diagnostics
import Effects
import Images
import Machine
import Tensors

// Files.
extension Library {
  static let files: [Builtin] = [
    Builtin(
      "save", "Writes images: a folder (its name ends in /) of PNG files with a table of labels, or one .png; a chart as .svg; a model as .model",
      [
        Parameter("x", .any, "an image, a batch, a data set, a chart or a model"),
        Parameter("path", .string, "where to, by its ending: `grown/`, `sheet.png`, `data.idx`, `loss.svg`, `clothes.model`"),
      ],
      hasEffects: true, whenChecked: .skip
    ) { call in
      try save(call, call[0], to: call.string(1))
      return .nothing
    },
    Builtin(
      "load", "What was saved in a file: a model, ready to sample from or to train on", [Parameter("path", .string, "the file, such as `clothes.model`")],
      examples: [
        Example(
          "save(vae(latent=2, hidden=4, shape=(4, 4, 1)), \"small.model\")\nm = load(\"small.model\")\nprint(sample(m, 3).shape)", "(3, 4, 4, 1)")
      ],
      hasEffects: true, whenChecked: .unknown
    ) { call in
      let path = call.string(0)
      guard path.hasSuffix(ModelFile.ending) else { throw call.refuse("`load` does not know the ending of `\(path)`", hint: "it reads models: `.model`") }
      return try ModelFile.value(call.effects.files.read(path), named: path, call.machine)
    },
    Builtin(
      "read_text", "The text of a file", [Parameter("path", .string, "the file")], hasEffects: true
    ) { call in call.machine.make(string: String(decoding: try call.effects.files.read(call.string(0)), as: UTF8.self)) },
    Builtin(
      "write_text", "Writes a text to a file", [Parameter("path", .string, "the file"), Parameter("text", .string, "the text")], hasEffects: true,
      whenChecked: .skip
    ) { call in
      try call.effects.files.write(Array(call.string(1).utf8), to: call.string(0))
      return .nothing
    },
  ]

  /// Images in any form as a batch.
  package static func batch(_ call: Call, _ value: Value) throws -> ImageBatch {
    if let data = value.foreign(as: DataSetValue.self) { return try ImageBatch(data.set.images(call.engine)) }
    if value.tag == .record, let image = call.machine.symbols.existing("image").flatMap({ value.recordField($0) }) {
      return try batch(call, image)
    }
    guard value.tag == .tensor else { throw call.wrong(0) }
    return try ImageBatch(call.engine.value(value.node))
  }

  private static func save(_ call: Call, _ value: Value, to path: String) throws {
    let files = call.effects.files
    if path.hasSuffix(ModelFile.ending) { return try files.write(ModelFile.bytes(value, call.machine), to: path) }
    if value.tag == .model {
      throw call.refuse("a model is saved in a file whose name ends in `.model`, not as `\(path)`", hint: "as in `save(m, \"clothes.model\")`")
    }
    if value.tag == .foreign, let own = value.foreign as? any Savable { return try own.save(to: path, call) }
    if path.hasSuffix(".svg") {
      throw call.refuse(
        "an .svg file holds a chart, this is \(call.machine.describe(value))",
        hint: "`plot(x)` and `histogram(x)` make charts; images are saved as `\(path.dropLast(4)).png`")
    }
    if path.hasSuffix("/") {
      let data = value.foreign(as: DataSetValue.self)
      return try Writers.folder(batch(call, value).tensor, labels: data?.set.labels, names: data?.set.names ?? [], to: path, files)
    }
    if path.hasSuffix(".png") {
      let images = try batch(call, value)
      let single = images.count == 1 ? images.tensor.reshaped(Array(images.tensor.shape.dropFirst())) : try images.sheet(columns: 8)
      return try files.write(PNG.encode(single), to: path)
    }
    if path.hasSuffix(".idx") {
      let images = try batch(call, value)
      let bytes = try Tensor(dtype: .u8, shape: images.channels == 1 ? Array(images.tensor.shape.dropLast()) : images.tensor.shape) {
        Double(PNG.byte(images.tensor[$0]))
      }
      try files.write(IDX.encode(bytes), to: path)
      if let labels = value.foreign(as: DataSetValue.self)?.set.labels {
        let tensor = try Tensor(dtype: .u8, shape: [labels.count]) { Double(labels[$0]) }
        try files.write(IDX.encode(tensor), to: path.dropLast(4) + "-labels.idx")
      }
      return
    }
    throw call.refuse(
      "`save` does not know the ending of `\(path)`",
      hint: "it writes a folder of PNG files (`grown/`), one picture (`sheet.png`), or IDX (`data.idx`)")
  }
}

extension Machine {
  package func plural(_ count: Int, _ noun: String) -> String { count == 1 ? "1 \(noun)" : "\(count) \(noun)s" }
  static func quoted(_ text: String) -> String { "\"\(text)\"" }
}
