import Diagnostics
import Engine
import Tensors

/// Translates the graphs of a function into the nodes of one ONNX graph.
final class Translator {
  let engine: Engine
  let batches: [Int]
  private let weights: [ObjectIdentifier: String]
  private(set) var nodes: [ONNXNode] = []
  private(set) var initializers: [ONNXInitializer] = []
  /// The name of each translated value, and what it was in all graphs.
  private var known: [ObjectIdentifier: (name: String, node: AlignedNode)] = [:]
  private var usedNames: Set<String> = []
  private var lastNumbers: [String: Int] = [:]
  /// Constants that occur several times are written once.
  private var sharedConstants: [SharedConstant: String] = [:]
  /// The input whose first dimension counts the examples.
  private let counted: String?

  private enum SharedConstant: Hashable {
    case integers([Int])
    case scalar(UInt64, DType)
    case dimension(Dimension)
    case tensor(ObjectIdentifier, String)
  }

  init(_ recording: Recording, _ weights: [ObjectIdentifier: String], _ engine: Engine) {
    self.engine = engine
    self.weights = weights
    batches = recording.batches
    counted = recording.inputs.first?.name
    for value in recording.inputs {
      usedNames.insert(value.name)
      let node = AlignedNode(nodes: value.nodes)
      known[node.id] = (value.name, node)
    }
    // The names of outputs are taken by the outputs.
    for value in recording.outputs { usedNames.insert(value.name) }
  }

  // MARK: Graph

  /// The name of the value of a node, with everything that it needs before it. Iterative, because graphs are deep.
  func translate(_ root: AlignedNode) throws -> String {
    var stack: [(node: AlignedNode, operands: [AlignedNode]?)] = [(root, nil)]
    while let (node, operands) = stack.popLast() {
      try engine.cancellation?.check()
      if let before = known[node.id] {
        guard before.node.isSame(as: node) else { throw DependsOnBatch(node: node.first) }
      } else if let operands {
        let names = try operands.map { operand in
          guard let name = known[operand.id]?.name else { throw DependsOnBatch(node: node.first) }
          return name
        }
        known[node.id] = (try emit(node, operands, names), node)
      } else if let name = try constant(node) {
        known[node.id] = (name, node)
      } else {
        guard node.isConsistent else { throw DependsOnBatch(node: node.first) }
        let operands = node.inputs
        stack.append((node, operands))
        for operand in operands.reversed() { stack.append((operand, nil)) }
      }
    }
    guard let name = known[root.id]?.name else { throw DependsOnBatch(node: root.first) }
    return name
  }

  /// Gives a value the name of an output.
  func output(_ root: AlignedNode, as name: String) throws {
    nodes.append(ONNXNode(type: "Identity", inputs: [try translate(root)], output: name))
  }

  private func emit(_ node: AlignedNode, _ operands: [AlignedNode], _ names: [String]) throws -> String {
    switch node.operation {
    case let operation as Elementwise: return try elementwise(operation, node, operands, names)
    case let operation as Reduce: return try reduction(operation, node, operands[0], names[0])
    case let operation as CumulativeSum: return add("CumSum", [names[0], scalar(Double(operation.axis), .i32)])
    case let operation as MatMul: return product(operation, node, operands, names)
    case let operation as Convolution: return try convolution(operation, node, operands, names)
    case let operation as Pooling: return try pooling(operation, node, operands, names)
    case let operation as Unfold: return windows(operation, operation.outputSize(of: operands[0].first.shape), names[0])
    case let operation as Fold: return try fold(operation.unfold, node, operands[0], names[0])
    case is Reshape: return reshape(names[0], try sizes(operands[0]), try sizes(node))
    case is Broadcast: return add("Expand", [names[0], vector(try sizes(node))])
    case let operation as Transpose: return add("Transpose", names, [ONNXAttribute("perm", operation.order)])
    case is Slice: return try slice(node, of: sizes(operands[0]), names[0])
    case is SliceScatter: return try scatterSlice(node, operands[0], names[0])
    case let operation as Concatenate: return add("Concat", names, [ONNXAttribute("axis", operation.axis)])
    case is Gather: return add("Gather", names, [ONNXAttribute("axis", 0)])
    case is ScatterAdd: return try scatterAdd(node, operands, names)
    case is Arange: return try range(dimension(node.operations(Arange.self).map(\.count), node), .i32)
    case is Constant: return try varyingScalar(node, node.operations(Constant.self).map(\.value))
    case is RandomSample: throw ONNXErrors.random(node.first)
    case nil where node.dependsOnInput: throw ONNXErrors.valueRead(node.first)
    case nil: return try varyingConstant(node)
    case let operation?: throw ONNXErrors.unsupported("`\(operation.name)`", node.first)
    }
  }

  // MARK: Building

  /// A name that nothing else has.
  private func unique(_ base: String) -> String {
    if usedNames.insert(base).inserted { return base }
    var number = lastNumbers[base] ?? 1
    repeat { number += 1 } while !usedNames.insert("\(base)_\(number)").inserted
    lastNumbers[base] = number
    return "\(base)_\(number)"
  }

  /// Adds an operator, and returns the name of its result.
  func add(_ type: String, _ inputs: [String], _ attributes: [ONNXAttribute] = []) -> String {
    let name = unique(type.lowercased())
    nodes.append(ONNXNode(type: type, inputs: inputs, output: name, attributes: attributes))
    return name
  }

  func cast(_ name: String, from dtype: DType, to other: DType) -> String { dtype == other ? name : cast(name, to: ONNXType(other)) }

  func cast(_ name: String, to type: ONNXType) -> String { add("Cast", [name], [ONNXAttribute("to", type.rawValue)]) }

  // MARK: Constants

  /// The name of a node that is the same whatever the input, as a constant of the file; nil if it has to be computed.
  private func constant(_ node: AlignedNode) throws -> String? {
    guard let tensor = try constantTensor(node) else { return nil }
    if tensor.shape.isEmpty, weights[node.id] == nil { return scalar(tensor[0], tensor.dtype) }
    return initializer(tensor, named: weights[node.id] ?? "constant")
  }

  /// The value of a node that is the same whatever the input.
  private func constantTensor(_ node: AlignedNode) throws -> Tensor? {
    guard !node.dependsOnInput, node.nodes.allSatisfy({ $0.type == node.first.type }) else { return nil }
    // A large tensor that repeats a small one is repeated when it is used.
    if node.operation is Broadcast, node.first.type.count > 256 { return nil }
    let tensor = try value(node.first)
    for other in node.nodes.dropFirst() where other !== node.first {
      guard try tensor.hasSameBytes(as: value(other)) else { return nil }
    }
    return tensor
  }

  /// The value of a node, which keeps its inputs, because they are translated if the value varies.
  func value(_ node: Node) throws -> Tensor { try engine.recording { try engine.value(node) } }

  /// The tensor of a constant in another arrangement, written in place of the constant, which may then be unused.
  func rearranged(_ node: AlignedNode, _ arrangement: String, _ rearrange: (Tensor) throws -> Tensor) throws -> String? {
    guard !node.dependsOnInput, let tensor = try constantTensor(node) else { return nil }
    let key = SharedConstant.tensor(node.id, arrangement)
    if let name = sharedConstants[key] { return name }
    let name = initializer(try rearrange(tensor), named: (weights[node.id] ?? "constant") + "." + arrangement)
    sharedConstants[key] = name
    return name
  }

  func initializer(_ tensor: Tensor, named base: String) -> String {
    let name = unique(base)
    initializers.append(ONNXInitializer(name: name, content: .tensor(tensor)))
    return name
  }

  func scalar(_ value: Double, _ dtype: DType) -> String {
    let key = SharedConstant.scalar(value.bitPattern, dtype)
    if let name = sharedConstants[key] { return name }
    let name = unique("scalar")
    // Four or eight bytes can always be allocated.
    if let tensor = try? Tensor(dtype: dtype, shape: [], { _ in value }) {
      initializers.append(ONNXInitializer(name: name, content: .tensor(tensor)))
    }
    sharedConstants[key] = name
    return name
  }

  /// 64-bit integers, for axes and sizes.
  func integers(_ numbers: [Int]) -> String {
    if let name = sharedConstants[.integers(numbers)] { return name }
    let name = unique("integers")
    initializers.append(ONNXInitializer(name: name, content: .integers(numbers)))
    sharedConstants[.integers(numbers)] = name
    return name
  }

  // MARK: Sizes

  func dimension(_ values: [Int], _ node: AlignedNode) throws -> Dimension {
    guard let dimension = Dimension(values, at: batches) else { throw DependsOnBatch(node: node.first) }
    return dimension
  }

  func sizes(_ node: AlignedNode) throws -> [Dimension] {
    try (0..<node.rank).map { axis in try dimension(node.nodes.map { $0.shape[axis] }, node) }
  }

  /// Sizes as one vector of 64-bit integers.
  func vector(_ sizes: [Dimension]) -> String {
    if sizes.allSatisfy(\.isFixed) { return integers(sizes.map(\.offset)) }
    let parts = sizes.map(name)
    return parts.count == 1 ? parts[0] : add("Concat", parts, [ONNXAttribute("axis", 0)])
  }

  /// A size as a vector of one.
  func name(_ size: Dimension) -> String {
    if size.isFixed { return integers([size.offset]) }
    if let name = sharedConstants[.dimension(size)] { return name }
    var result: String
    if size == .batch {
      result = add("Shape", [counted ?? ""], [ONNXAttribute("start", 0), ONNXAttribute("end", 1)])
    } else {
      result = name(.batch)
      if size.scale != 1 { result = add("Mul", [result, integers([size.scale])]) }
      if size.offset != 0 { result = add("Add", [result, integers([size.offset])]) }
    }
    sharedConstants[.dimension(size)] = result
    return result
  }
}

extension Tensor {
  fileprivate func hasSameBytes(as other: Tensor) -> Bool {
    type == other.type
      && UnsafeRawBufferPointer(start: storage.bytes, count: type.byteCount)
        .elementsEqual(UnsafeRawBufferPointer(start: other.storage.bytes, count: type.byteCount))
  }
}
