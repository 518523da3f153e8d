import Engine
import Tensors

/// A function, recorded as graphs for one or several numbers of examples. With several, the number of examples is free in the
/// file; everything that differs between the graphs must follow from it.
package struct Recording {
  /// An input or output, with its node in each of the graphs.
  package struct Value {
    package let name: String
    package let documentation: String
    package let nodes: [Node]

    package init(_ name: String, documentation: String = "", nodes: [Node]) {
      self.name = name
      self.documentation = documentation
      self.nodes = nodes
    }
  }

  package let batches: [Int]
  package let inputs: [Value]
  package let outputs: [Value]

  package init(batches: [Int], inputs: [Value], outputs: [Value]) {
    self.batches = batches
    self.inputs = inputs
    self.outputs = outputs
  }
}

/// What a file says about its function.
package struct Description {
  package let name: String
  package let documentation: String
  package let metadata: [(key: String, value: String)]
  /// The names of weights, by their nodes.
  package let weights: [ObjectIdentifier: String]

  package init(name: String, documentation: String, metadata: [(key: String, value: String)], weights: [ObjectIdentifier: String]) {
    self.name = name
    self.documentation = documentation
    self.metadata = metadata
    self.weights = weights
  }
}
