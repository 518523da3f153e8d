import Diagnostics
import Engine
import Tensors

/// A function in a file that onnxruntime and many other programs run.
package enum ONNXFile {
  package static let ending = ".onnx"
  /// A message of Protocol Buffers has less than 2 GiB.
  private static let largest = Int(Int32.max)

  package static func bytes(_ recording: Recording, _ description: Description, _ engine: Engine) throws -> [UInt8] {
    let message = try model(recording, description, engine).message()
    guard message.byteCount <= largest else {
      throw Fault(
        ONNXErrors.unrepresentable, "an ONNX file has at most 2 GB, but this function needs \(Storage.formatBytes(message.byteCount))",
        hint: "save a part of the model")
    }
    guard Memory.holds(message.byteCount) else {
      throw Fault(TensorErrors.tooLarge, "an ONNX file of \(Storage.formatBytes(message.byteCount)) does not fit into memory")
    }
    return message.bytes()
  }

  private static func model(_ recording: Recording, _ description: Description, _ engine: Engine) throws -> ONNXModel {
    let translator = Translator(recording, description.weights, engine)
    func value(_ value: Recording.Value) throws -> ONNXValue {
      let node = AlignedNode(nodes: value.nodes)
      guard node.nodes.allSatisfy({ $0.dtype == node.dtype && $0.type.rank == node.rank }) else { throw DependsOnBatch(node: node.first) }
      return ONNXValue(name: value.name, type: ONNXType(node.dtype), shape: try translator.sizes(node), documentation: value.documentation)
    }
    for output in recording.outputs { try translator.output(AlignedNode(nodes: output.nodes), as: output.name) }
    let used = Set(translator.nodes.flatMap(\.inputs))
    return ONNXModel(
      graphName: description.name, documentation: description.documentation, metadata: description.metadata,
      inputs: try recording.inputs.map(value), outputs: try recording.outputs.map(value),
      initializers: translator.initializers.filter { used.contains($0.name) }, nodes: translator.nodes)
  }
}
