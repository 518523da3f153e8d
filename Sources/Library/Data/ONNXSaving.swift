import DataSets
import Diagnostics
import Engine
import Machine
import ONNX
import Tables
import Tensors

// Functions in ONNX files.
extension Library {
  static func saveONNX(_ call: Call, _ value: Value, _ path: String) throws {
    let machine = call.machine
    let function = try RecordedFunction(call, value)
    let inputs = try function.inputs(call, like: call[savedLike])
    let description = description(of: function, machine)
    let (bytes, note) = try FunctionRecorder(machine: machine, function: function).record(inputs) { recording in
      try ONNXFile.bytes(recording, description, call.engine)
    }
    if let note { call.effects.progress.writeLine("note: `\(path)`: \(note)") }
    try call.effects.files.write(bytes, to: path)
  }

  private static func description(of function: RecordedFunction, _ machine: Machine) -> Description {
    guard let model = function.model else {
      return Description(name: function.name, documentation: "A function of a Loam program.", metadata: [], weights: [:])
    }
    let (tree, names, name) = (ModelTree(machine, model), ModelNames(machine, model), machine.models.name(of: model))
    let weights = Dictionary((tree.parameters + tree.states).map { (ObjectIdentifier($0.node), $0.path) }) { first, _ in first }
    var metadata = [(key: "model", value: name), (key: "function", value: function.name)]
    if !names.classes.isEmpty { metadata.append((key: "class_names", value: json(names.classes))) }
    if !names.columns.isEmpty { metadata.append((key: "columns", value: json(names.columns))) }
    return Description(
      name: name, documentation: "The function `\(function.name)` of the Loam model `\(name)`. Images are [n, height, width, channels].",
      metadata: metadata, weights: weights)
  }

  /// A list of strings in JSON.
  private static func json(_ texts: [String]) -> String { "[\(texts.map(JSONText.string).joined(separator: ", "))]" }
}
