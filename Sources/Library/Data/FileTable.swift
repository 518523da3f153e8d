import Effects
import Machine

// Files.
extension Library {
  static let files: [Builtin] = [
    Builtin(
      "save",
      "Writes images, a data set, tensors or a chart to a file, or a folder of pictures with a table of labels",
      [
        Parameter("x", .data, "an image, a batch, a data set, a tensor, a record of tensors or a chart"),
        Parameter("path", .string, "where to; its ending says how: `grown/`, `sheet.png`, `data.idx`, `few.csv`, `few.npz`, `loss.svg`"),
      ],
      hasEffects: true, whenChecked: .skip
    ) { call in
      try save(call, call[0], to: call.string(1))
      return .nothing
    },
    Builtin(
      "load", "What a file holds, by its ending: pictures and arrays as tensors, several as a record, a table as a data set",
      [Parameter("path", .string, "the file")], hasEffects: true
    ) { call in try load(call, call.string(0)) },
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
}
