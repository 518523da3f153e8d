import Diagnostics
import Engine
import Machine
import Tensors

/// The point at which a function is differentiated: a number, a tensor, a model, or lists and records of them. The function
/// gets a copy in which every number and weight is a separate node; the layers that it builds and the states that it
/// assigns belong to the copy.
struct Differentiable {
  let argument: Value
  private let machine: Machine
  private let hasModels: Bool

  init(_ call: Call, _ parameter: Parameter<Value>) throws {
    machine = call.machine
    hasModels = try Differentiable.holdsModels(call, parameter)
    argument = try Differentiable.entering(call, parameter, try call[parameter])
  }

  /// Runs `body` with the copy's layers built, and its states assigned, in place.
  func whileOwned<T>(training: Bool, _ body: () throws -> T) rethrows -> T {
    guard hasModels || training else { return try body() }
    let outer = machine.trace
    let trace = Trace(isTraining: training || outer?.isTraining == true, forbidsEffects: outer?.forbidsEffects == true, owned: [])
    machine.models.assignModels(in: argument, to: trace)
    machine.trace = trace
    defer { machine.trace = outer }
    return try body()
  }

  private static let deepest = 100
  /// A value that occurs several times counts each time, as it does in the gradient.
  private static let mostParts = 1_000_000

  /// Whether an argument contains models; throws if it is too deep or too large to traverse.
  @discardableResult
  static func holdsModels(_ call: Call, _ parameter: Parameter<Value>) throws -> Bool {
    // A shared value is traversed once.
    var known: [Int: (parts: Int, height: Int)] = [:]
    var hasModels = false
    func measure(_ value: Value, _ depth: Int) throws -> (parts: Int, height: Int) {
      if value.tag == .model { hasModels = true }
      guard value.tag == .list || value.tag == .record else { return (1, 0) }
      if let before = known[value.bits], depth + before.height < deepest { return before }
      guard depth < deepest else { throw call.refuse("the argument of `\(call.builtin.name)` is nested more than \(deepest) levels deep") }
      try call.machine.checkpoint()
      var whole = (parts: 1, height: 0)
      for child in value.children {
        let part = try measure(child, depth + 1)
        whole = (whole.parts + part.parts, max(whole.height, part.height + 1))
        guard whole.parts <= mostParts else { throw call.refuse("the argument of `\(call.builtin.name)` has more than a million parts") }
      }
      known[value.bits] = whole
      return whole
    }
    _ = try measure(call[parameter], 0)
    return hasModels
  }

  /// The argument with a separate node for every number and weight.
  private static func entering(_ call: Call, _ parameter: Parameter<Value>, _ value: Value) throws -> Value {
    let machine = call.machine
    func point(_ node: Node) throws -> Node {
      try call.term(of: node).cast(node.dtype.floating).applying(.identity).node
    }
    switch value.tag {
    case .int, .float: return machine.make(node: try point(machine.weak(value, for: .f32)))
    case .tensor: return machine.make(node: try point(value.node))
    case .model:
      let copy = machine.models.copy(value)
      for leaf in ModelTree(machine, copy).parameters { leaf.replace(with: try point(leaf.node)) }
      return copy
    case .list, .record: return try machine.mapChildren(of: value) { try entering(call, parameter, $0) }
    default:
      throw call.wrong(parameter, expected: "a number, a tensor, a model, or a list or record of them")
    }
  }

  // MARK: After the function has run

  /// Every number and weight, in order.
  func points() -> [Node] { Differentiable.nodes(in: argument, machine) }

  static func nodes(in value: Value, _ machine: Machine) -> [Node] {
    switch value.tag {
    case .tensor: [value.node]
    case .int, .float: [machine.engine.constant(value.number ?? 0, .f32)]
    case .model: ModelTree(machine, value).parameters.map(\.node)
    default: value.children.flatMap { nodes(in: $0, machine) }
    }
  }

  /// The states of the models in the argument, as the function left them.
  func states() -> [ModelTree.Leaf] { Differentiable.states(in: argument, machine) }

  private static func states(in value: Value, _ machine: Machine) -> [ModelTree.Leaf] {
    value.tag == .model ? ModelTree(machine, value).states : value.children.flatMap { states(in: $0, machine) }
  }

  /// A value with the structure of the argument and other numbers and weights.
  func rebuilt(_ nodes: [Node]) -> Value {
    var next = nodes.makeIterator()
    return Differentiable.rebuilt(argument, &next, machine)
  }

  static func rebuilt(_ value: Value, _ nodes: inout IndexingIterator<[Node]>, _ machine: Machine) -> Value {
    switch value.tag {
    case .model:
      let copy = machine.models.copy(value)
      for leaf in ModelTree(machine, copy).parameters { if let node = nodes.next() { leaf.replace(with: node) } }
      return copy
    case .list, .record: return machine.mapChildren(of: value) { rebuilt($0, &nodes, machine) }
    default: return nodes.next().map { machine.make(node: $0) } ?? value
    }
  }
}
