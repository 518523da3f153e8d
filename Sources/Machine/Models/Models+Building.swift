import Diagnostics
import Engine
import Tensors

// A `model` statement creates a blueprint. Calling the blueprint creates a model, whose body runs once the shape of one
// example is known.
extension Models {
  /// Makes a blueprint from the closures of its body and its methods, in that order.
  @inline(never)
  func makeBlueprint(in result: Register, from closures: Register, methodCount: Int) {
    let methods = machine.heap.record(capacity: methodCount)
    let info = machine.prototype(of: closures[0]).model
    for index in 0..<methodCount {
      guard let name = info?.methodNames[index] else { continue }
      machine.heap.set(name, closures[1 + index], in: methods)
    }
    result.pointee = machine.heap.blueprint(body: closures[0], methods: Value(.record, methods))
  }

  /// Calls a blueprint: `vae(latent=8, shape=(28, 28, 1), key=3)`. Every model takes `shape`, `class_names` and `key` in
  /// addition to its own parameters.
  func make(from blueprint: Value, _ arguments: Register, _ positional: Int, _ names: [Symbol]) throws -> Value {
    let body = machine.prototype(of: blueprint.asBlueprint.pointee.body)
    var (shape, classNames, key): (Value?, [String], Value) = (nil, [], Value(0))
    var given = (0..<positional).map { arguments[$0] }
    var ownNames: [Symbol] = []
    for (offset, symbol) in names.enumerated() {
      let value = arguments[positional + offset]
      let isOwn = body.parameters.contains { $0.symbol == symbol }
      switch machine.symbols.name(symbol) {
      case "shape" where !isOwn: shape = value
      case "class_names" where !isOwn:
        guard value.tag == .list, value.listItems.allSatisfy({ $0.tag == .string }) else {
          throw Fault(
            MachineErrors.badArgument, "`class_names` must be a list of strings such as (\"shirt\", \"shoe\"), got \(machine.describe(value))")
        }
        classNames = value.listItems.map(\.string)
      case "key" where !isOwn:
        guard value.tag == .int else { throw Fault(MachineErrors.badArgument, "`key` must be an integer, got \(machine.describe(value))") }
        key = value
      default:
        given.append(value)
        ownNames.append(symbol)
      }
    }
    let values = try machine.arranged(body.parameters, given, positional, ownNames, of: "model `\(body.name)`")
    for value in values { machine.share(value) }
    let model = machine.keep(machine.heap.model(blueprint: blueprint, arguments: machine.make(list: values), key: key))
    guard let shape else {
      guard classNames.isEmpty else {
        throw Fault(MachineErrors.badArgument, "`class_names` needs `shape`", hint: "give both, or neither: a training takes them from its data")
      }
      return model
    }
    guard let sizes = try machine.wholeNumbers(shape), sizes.allSatisfy({ $0 > 0 }) else {
      throw Fault(
        MachineErrors.badArgument, "`shape` must be a list of positive integers such as (28, 28, 1), got \(machine.describe(shape))")
    }
    let own = copy(model)
    try build(own, shape: sizes, classNames: classNames)
    buildParts(of: own, shape: sizes)
    return own
  }

  /// Builds a model's parts by calling the model, or else its loss, on one example of zeros. Errors are ignored, since they
  /// occur again when the model is called or trained.
  private func buildParts(of model: Value, shape: [Int]) {
    let functions = ["call", "loss", "losses"]
    guard machine.trace == nil, let name = functions.first(where: { method($0, of: model) != nil }),
      let input = try? Tensor(dtype: .f32, shape: [1] + shape, { _ in 0 }), let label = try? Tensor([Int32(0)], shape: [1])
    else { return }
    let (outerStream, mark) = (machine.stream, machine.temporaries.count)
    machine.trace = Trace(isTraining: name != "call", forbidsEffects: true, isBuilding: true)
    defer {
      machine.trace = nil
      machine.stream = outerStream
      machine.fault = nil
      machine.temporaries.removeLast(machine.temporaries.count - mark)
    }
    machine.stream = RandomStream(key: RandomKey(bits: 0))
    let takesLabels = name != "call" && parameterCount(ofMethod: name, of: model) == 2
    _ = try? call(name, of: model, [machine.make(tensor: input)] + (takesLabels ? [machine.make(tensor: label)] : []))
  }

  /// The built model. An unbuilt part of a model in training is built in place; any other is copied first, since it may be
  /// shared.
  func built(_ model: Value, forCallWith input: Value) throws -> Value {
    guard model.asModel.pointee.fields.tag != .record else { return model }
    let shape: [Int]
    switch input.tag {
    case .tensor where input.node.type.rank > 0: shape = Array(input.node.shape.dropFirst())
    case .tensor, .int, .float: shape = []
    default:
      throw Fault(
        MachineErrors.badArgument, "argument of model `\(name(of: model))` must be a tensor of examples, got \(machine.describe(input))")
    }
    let isInPlace = machine.trace?.owns(model) ?? !model.asModel.pointee.path.isUndefined
    let own = isInPlace ? model : machine.keep(copy(model))
    do {
      try build(own, shape: shape)
    } catch let fault as Fault
      where shape.isEmpty && fault.diagnostic.id == MachineErrors.badIndex && fault.diagnostic.span?.source.isLibrary == true
    {
      // Library layers read the number of features from the shape of an example, which is empty here.
      throw Fault(
        MachineErrors.badArgument,
        "argument of layer `\(name(of: model))` must be a batch of shape [n, features], got \(machine.describe(input))",
        hint: input.tag == .tensor && input.node.type.rank == 1
          ? "write `[x]` for one example with several features, `reshape(x, len(x), 1)` for several examples with one"
          : "write `[[x]]` for one example with one feature")
    }
    return own
  }

  /// Runs the body, which sets the fields. Weights are drawn from streams keyed by the seed, the model's key, and the
  /// field's path.
  package func build(_ model: Value, shape: [Int], classNames: [String] = []) throws {
    let object = model.asModel
    guard object.pointee.fields.tag != .record else { return }
    guard object.pointee.path.tag != .string || object.pointee.path.asString.pointee.count < 4000 else {
      throw Fault(
        MachineErrors.recursion, "model `\(name(of: model))` contains itself endlessly",
        hint: "end the recursion: a model's body creates the same model again without end")
    }
    let fields = machine.heap.record(capacity: 8)
    object.pointee.fields = Value(.record, fields)
    machine.heap.set(machine.symbols.intern("shape"), machine.make(list: shape.map { Value($0) }), in: fields)
    machine.heap.set(machine.symbols.intern("class_names"), machine.make(list: classNames.map { machine.make(string: $0) }), in: fields)
    let outerStream = machine.stream
    defer { machine.stream = outerStream }
    do {
      let body = body(of: model)
      try runBody(body, model, object.pointee.arguments.listItems)
      for state in machine.prototype(of: body).model?.states ?? [] {
        if let value = object.pointee.fields.recordField(state) { machine.heap.set(state, try carried(value), in: object.pointee.fields.asRecord) }
      }
      guard isShallow(object.pointee.fields, 200) else {
        throw Fault(MachineErrors.recursion, "fields of model `\(name(of: model))` are nested too deeply")
      }
    } catch {
      object.pointee.fields = .nothing
      throw error
    }
    nameParts(model)
  }

  /// Whether lists and records in a value are nested at most `levels` deep.
  private func isShallow(_ value: Value, _ levels: Int) -> Bool {
    // The fewest remaining levels for which each value was visited, so that shared values are not visited again.
    var known: [Int: Int] = [:]
    func visit(_ value: Value, _ levels: Int) -> Bool {
      guard value.tag == .list || value.tag == .record else { return true }
      guard levels > 0 else { return false }
      if let before = known[value.bits], before <= levels { return true }
      known[value.bits] = levels
      return value.children.allSatisfy { visit($0, levels - 1) }
    }
    return visit(value, levels)
  }

  private func runBody(_ body: Value, _ model: Value, _ arguments: [Value]) throws {
    try machine.nested(room: arguments.count + machine.prototype(of: body).layout.pointee.windowBytes / 16) { a in
      a.pointee = model
      for (index, value) in arguments.enumerated() { a[1 + index] = value }
      machine.temporaries.append(model)
      try machine.run(body.asClosure, at: Raw(a))
    }
  }

  /// Starts the random stream of a field of the model.
  @inline(never)
  func enterField(_ field: Symbol, of model: Value) {
    let object = model.asModel.pointee
    let path = object.path.tag == .string ? object.path.string + "." : ""
    machine.stream = RandomStream(
      key: RandomKey(machine.seed, UInt64(bitPattern: Int64(object.key.bits)), Hash64.of(path + machine.symbols.name(field))))
  }

  /// Sets the paths of the models within this one, which name their weights.
  private func nameParts(_ model: Value) {
    let root = model.asModel.pointee
    let path = root.path.tag == .string ? root.path.string + "." : ""
    var seen: Set<Int> = [model.bits]
    func visit(_ value: Value, _ path: String) {
      switch value.tag {
      case .list where seen.insert(value.bits).inserted: for index in 0..<value.listCount { visit(value.listItem(index), "\(path)[\(index)]") }
      case .record where seen.insert(value.bits).inserted:
        for index in 0..<value.recordCount { visit(value.recordValue(index), "\(path).\(machine.symbols.name(value.recordKey(index)))") }
      case .model where seen.insert(value.bits).inserted:
        let part = value.asModel
        if machine.trace?.owns(model) == true { machine.trace?.own(value) }
        guard part.pointee.path.isUndefined else { return }
        part.pointee.path = machine.heap.string(path)
        part.pointee.key = root.key
      default: break
      }
    }
    let fields = root.fields
    for index in 0..<fields.recordCount { visit(fields.recordValue(index), path + machine.symbols.name(fields.recordKey(index))) }
  }
}
