import Effects
import Machine

// Files.
extension Library {
  static let files: [Builtin] = [
    Builtin(
      "save",
      "Writes images, a data set, tensors, a chart or a model to a file, or a folder of pictures with a table of labels",
      [
        Parameter("x", .any, "an image, a batch, a data set, a tensor, a record of tensors, a chart or a model"),
        Parameter("path", .string, "where to; its ending says how: `grown/`, `sheet.png`, `data.idx`, `few.csv`, `few.npz`, `loss.svg`, `clothes.model`"),
      ],
      hasEffects: true, whenChecked: .instead { try checkedSave($0) }
    ) { call in
      try save(call, call[0], to: call.string(1))
      return .nothing
    },
    Builtin(
      "load", "What a file holds, by its ending: pictures and arrays as tensors, several as a record, a table as a data set, a model as it was saved",
      [Parameter("path", .string, "the file")],
      examples: [
        Example(
          "save(vae(latent=2, hidden=4, shape=(4, 4, 1)), \"small.model\")\nm = load(\"small.model\")\nprint(sample(m, 3).shape)", "(3, 4, 4, 1)")
      ],
      hasEffects: true, whenChecked: .unknown
    ) { call in try load(call, call.string(0)) },
    Builtin(
      "read_text", "The text of a file", [Parameter("path", .string, "the file")], hasEffects: true
    ) { call in
      let bytes = try call.effects.files.read(call.string(0))
      try call.machine.checkMemory(for: bytes.count, of: 2)
      return call.machine.make(string: String(decoding: bytes, as: UTF8.self))
    },
    Builtin(
      "write_text", "Writes a text to a file", [Parameter("path", .string, "the file"), Parameter("text", .string, "the text")], hasEffects: true,
      whenChecked: .skip
    ) { call in
      try call.effects.files.write(Array(call.string(1).utf8), to: call.string(0))
      return .nothing
    },
  ]
}
