import Effects
import Machine

// Files.
extension Library {
  private static let saved = Parameter(
    "x", .any, "an image, a batch, a data set, a tensor, a record of tensors, a chart, a model, or a function of a model")
  private static let target = Parameter(
    "path", .string,
    "the file; its extension selects the format: `grown/`, `sheet.png`, `data.idx`, `few.csv`, `few.npz`, `few.tar`, `loss.svg`, `clothes.model`, `clothes.onnx`"
  )
  static let savedLike = Parameter(
    "like", optional: .any,
    "for `.onnx`: an example of the function's input, a tensor whose first dimension counts the examples; a list for several inputs",
    shown: "the shape that the model was trained on")
  private static let path = Parameter("path", .string, "the file")
  private static let text = Parameter("text", .string, "the content of the file")

  static let files: [Builtin] = [
    Builtin(
      "save", "Writes images, a data set, tensors, a chart or a model to a file, or to a folder of pictures with a table of labels",
      [saved, target, savedLike],
      hasEffects: true,
      whenChecked: .instead { call in
        let path = call.value(target)
        if path.tag == .string { try checkSave(call, to: path.string) }
        return .nothing
      }
    ) { call in
      try save(call, call[saved], to: call[target])
      return .nothing
    },
    Builtin(
      "load", "The content of a file, by its extension: pictures and arrays as tensors, several arrays as a record, tar shards as a data set, a table, a model",
      [path],
      examples: [
        Example(
          "save(vae(latent=2, hidden=4, shape=(4, 4, 1)), \"small.model\")\nm = load(\"small.model\")\nprint(sample(m, 3).shape)", "(3, 4, 4, 1)")
      ],
      hasEffects: true, whenChecked: .unknown
    ) { call in try load(call, call[path]) },
    Builtin(
      "read_text", "The content of a file as a string", [path], hasEffects: true
    ) { call in
      let bytes = try call.effects.files.read(call[path])
      try call.machine.checkMemory(for: bytes.count, of: 2)
      return call.machine.make(string: String(decoding: bytes, as: UTF8.self))
    },
    Builtin(
      "write_text", "Writes a string to a file", [path, text], hasEffects: true, whenChecked: .skip
    ) { call in
      try call.effects.files.write(Array(call[text].utf8), to: call[path])
      return .nothing
    },
  ]
}
