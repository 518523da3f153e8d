import Testing

/// A model as another program reads it.
struct ReadModel {
  struct Node {
    let type: String
    let inputs: [String]
    let outputs: [String]
    let attributes: [String: [Int]]
    let texts: [String: String]
  }

  struct Value {
    let name: String
    let type: Int
    /// Numbers, or names of sizes that are free.
    let shape: [String]
    let documentation: String
  }

  let irVersion: Int
  let operatorSet: Int
  let producer: String
  let name: String
  let documentation: String
  let metadata: [String: String]
  let inputs: [Value]
  let outputs: [Value]
  let constants: [String: Numbers]
  let nodes: [Node]

  init(_ bytes: [UInt8]) throws {
    let model = try ProtobufReader(bytes[...])
    irVersion = try #require(model.integers(1).first)
    producer = try model.text(2)
    documentation = try model.text(6)
    operatorSet = try #require(model.message(8).integers(2).first)
    metadata = try Dictionary(uniqueKeysWithValues: model.messages(14).map { (try $0.text(1), try $0.text(2)) })
    let graph = try model.message(7)
    name = try graph.text(2)
    nodes = try graph.messages(1).map { node in
      let attributes = try node.messages(5)
      return Node(
        type: try node.text(4), inputs: try node.texts(1), outputs: try node.texts(2),
        attributes: try Dictionary(uniqueKeysWithValues: attributes.map { (try $0.text(1), $0.integers(3) + $0.integers(8)) }),
        texts: try Dictionary(uniqueKeysWithValues: attributes.map { (try $0.text(1), try $0.text(4)) }))
    }
    constants = try Dictionary(uniqueKeysWithValues: graph.messages(5).map { (try $0.text(8), try Numbers($0)) })
    inputs = try graph.messages(11).map(Value.init)
    outputs = try graph.messages(12).map(Value.init)
  }

  /// Whether every operand is defined before it is used, nothing is defined twice, and every constant is used.
  func expectIsWellFormed(_ comment: String) {
    var known = Set(constants.keys)
    for input in inputs { #expect(known.insert(input.name).inserted, "\(comment): \(input.name)") }
    for node in nodes {
      // An empty name is an optional operand that is left out.
      for input in node.inputs where !input.isEmpty { #expect(known.contains(input), "\(comment): \(input) of \(node.type)") }
      for output in node.outputs { #expect(known.insert(output).inserted, "\(comment): \(output)") }
    }
    for output in outputs { #expect(known.contains(output.name), "\(comment): \(output.name)") }
    #expect(Set(outputs.map(\.name)).isDisjoint(with: inputs.map(\.name)))
    let used = Set(nodes.flatMap(\.inputs))
    for name in constants.keys { #expect(used.contains(name), "\(comment): \(name) is unused") }
  }
}

extension ReadModel.Value {
  init(_ message: ProtobufReader) throws {
    name = try message.text(1)
    documentation = try message.text(3)
    let tensor = try message.message(2).message(1)
    type = try #require(tensor.integers(1).first)
    shape = try tensor.message(2).messages(1).map { try $0.integers(1).first.map(String.init) ?? $0.text(2) }
  }
}
