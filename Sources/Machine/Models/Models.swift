import Diagnostics
import Engine
import Tensors

// A `model` statement creates a blueprint. Calling the blueprint creates a model, whose body runs once the shape of one
// example is known.
extension Machine {
  func makeBlueprint(_ result: Register, _ closures: Register, _ methodCount: Int) {
    let methods = heap.record(capacity: methodCount)
    let info = prototype(of: closures[0]).model
    for index in 0..<methodCount {
      guard let name = info?.methodNames[index] else { continue }
      heap.set(name, closures[1 + index], in: methods)
    }
    result.pointee = heap.blueprint(body: closures[0], methods: Value(.record, methods))
  }

  /// Calls a blueprint: `vae(latent=8, shape=(28, 28, 1), key=3)`. Every model takes `shape` and `key` in addition to its
  /// own parameters.
  func makeModel(_ blueprint: Value, _ arguments: Register, _ positional: Int, _ names: [Symbol]) throws -> Value {
    let body = prototype(of: blueprint.asBlueprint.pointee.body)
    var (shape, key): (Value?, Value) = (nil, Value(0))
    var given = (0..<positional).map { arguments[$0] }
    var ownNames: [Symbol] = []
    for (offset, symbol) in names.enumerated() {
      let value = arguments[positional + offset]
      let isOwn = body.parameters.contains { $0.symbol == symbol }
      switch symbols.name(symbol) {
      case "shape" where !isOwn: shape = value
      case "key" where !isOwn:
        guard value.tag == .int else { throw Fault(MachineErrors.badArgument, "`key` must be an integer, got \(describe(value))") }
        key = value
      default:
        given.append(value)
        ownNames.append(symbol)
      }
    }
    let values = try arranged(body.parameters, given, positional, ownNames, of: "model `\(body.name)`")
    for value in values { share(value) }
    let model = keep(heap.model(blueprint: blueprint, arguments: make(list: values), key: key))
    guard let shape else { return model }
    guard let sizes = try wholeNumbers(shape), sizes.allSatisfy({ $0 > 0 }) else {
      throw Fault(
        MachineErrors.badArgument, "`shape` must be a list of positive integers such as (28, 28, 1), got \(describe(shape))")
    }
    let own = deepCopy(model)
    try build(own, shape: sizes)
    buildParts(of: own, shape: sizes)
    return own
  }

  /// Builds a model's parts by calling the model, or else its loss, on one example of zeros. Errors are ignored, since they
  /// occur again when the model is called or trained.
  private func buildParts(of model: Value, shape: [Int]) {
    let functions = ["call", "loss", "losses"]
    guard trace == nil, let name = functions.first(where: { ((try? methodClosure(model, $0)) ?? nil) != nil }),
      let input = try? Tensor(dtype: .f32, shape: [1] + shape, { _ in 0 }), let label = try? Tensor([Int32(0)], shape: [1])
    else { return }
    let (outerStream, mark) = (stream, temporaries.count)
    trace = Trace(isTraining: name != "call", forbidsEffects: true, isBuilding: true)
    defer {
      trace = nil
      stream = outerStream
      fault = nil
      temporaries.removeLast(temporaries.count - mark)
    }
    stream = RandomStream(key: RandomKey(bits: 0))
    let takesLabels = name != "call" && (try? parameterCount(ofMethod: name, of: model)) ?? 1 == 2
    _ = try? callMethod(model, name, [make(tensor: input)] + (takesLabels ? [make(tensor: label)] : []))
  }

  /// The built model. An unbuilt part of a model in training is built in place; any other is copied first, since it may be
  /// shared.
  func builtModel(_ model: Value, forCallWith input: Value) throws -> Value {
    guard model.asModel.pointee.fields.tag != .record else { return model }
    let shape: [Int]
    switch input.tag {
    case .tensor where input.node.type.rank > 0: shape = Array(input.node.shape.dropFirst())
    case .tensor, .int, .float: shape = []
    default:
      throw Fault(
        MachineErrors.badArgument, "argument of model `\(modelName(model))` must be a tensor of examples, got \(describe(input))")
    }
    let isInPlace = trace?.owns(model) ?? !model.asModel.pointee.path.isUndefined
    let own = isInPlace ? model : keep(deepCopy(model))
    do {
      try build(own, shape: shape)
    } catch let fault as Fault where shape.isEmpty && fault.diagnostic.id == MachineErrors.badIndex && fault.diagnostic.span?.source.isLibrary == true {
      // Library layers read the number of features from the shape of an example, which is empty here.
      throw Fault(
        MachineErrors.badArgument,
        "argument of layer `\(modelName(model))` must be a batch of shape [n, features], got \(describe(input))",
        hint: input.tag == .tensor && input.node.type.rank == 1
          ? "write `[x]` for one example with several features, `reshape(x, len(x), 1)` for several examples with one"
          : "write `[[x]]` for one example with one feature")
    }
    return own
  }

  /// Runs the body, which sets the fields. Weights are drawn from streams keyed by the seed, the model's key, and the
  /// field's path.
  package func build(_ model: Value, shape: [Int]) throws {
    let object = model.asModel
    guard object.pointee.fields.tag != .record else { return }
    guard object.pointee.path.tag != .string || object.pointee.path.asString.pointee.count < 4000 else {
      throw Fault(
        MachineErrors.recursion, "model `\(modelName(model))` contains itself endlessly",
        hint: "end the recursion: a model's body creates the same model again without end")
    }
    let fields = heap.record(capacity: 8)
    object.pointee.fields = Value(.record, fields)
    heap.set(symbols.intern("shape"), make(list: shape.map { Value($0) }), in: fields)
    let outerStream = stream
    defer { stream = outerStream }
    do {
      let body = object.pointee.blueprint.asBlueprint.pointee.body
      try runBody(body, model, object.pointee.arguments.listItems)
      for state in prototype(of: body).model?.states ?? [] {
        if let value = object.pointee.fields.recordField(state) { heap.set(state, try carried(value), in: object.pointee.fields.asRecord) }
      }
      guard isShallow(object.pointee.fields, 200) else {
        throw Fault(MachineErrors.recursion, "fields of model `\(modelName(model))` are nested too deeply")
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
      return value.tag == .list
        ? (0..<value.listCount).allSatisfy { visit(value.listItem($0), levels - 1) }
        : (0..<value.recordCount).allSatisfy { visit(value.recordValue($0), levels - 1) }
    }
    return visit(value, levels)
  }

  private func runBody(_ body: Value, _ model: Value, _ arguments: [Value]) throws {
    try nested(room: arguments.count + prototype(of: body).layout.pointee.windowBytes / 16) { a in
      a.pointee = model
      for (index, value) in arguments.enumerated() { a[1 + index] = value }
      temporaries.append(model)
      try run(body.asClosure, at: Raw(a))
    }
  }

  /// Starts the random stream of a field of the model.
  func enterField(_ model: Value, _ field: Symbol) {
    let object = model.asModel.pointee
    let path = object.path.tag == .string ? object.path.string + "." : ""
    stream = RandomStream(
      key: RandomKey(seed, UInt64(bitPattern: Int64(object.key.bits)), Hash64.of(path + symbols.name(field))))
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
        for index in 0..<value.recordCount { visit(value.recordValue(index), "\(path).\(symbols.name(value.recordKey(index)))") }
      case .model where seen.insert(value.bits).inserted:
        let part = value.asModel
        if trace?.owns(model) == true { trace?.own(value) }
        guard part.pointee.path.isUndefined else { return }
        part.pointee.path = heap.string(path)
        part.pointee.key = root.key
      default: break
      }
    }
    let fields = root.fields
    for index in 0..<fields.recordCount { visit(fields.recordValue(index), path + symbols.name(fields.recordKey(index))) }
  }

  // MARK: Fields and functions

  package func modelName(_ model: Value) -> String { functionName(model.asModel.pointee.blueprint.asBlueprint.pointee.body) }

  func notBuilt(_ model: Value) -> Fault {
    let name = modelName(model)
    return Fault(
      MachineErrors.notBuilt, "model `\(name)` is not built yet: the shape of one example is unknown",
      hint: "train it, or pass the shape of one example: `\(name)(shape=(28, 28, 1))`")
  }

  private func info(_ model: Value) -> (body: Prototype, info: Prototype.ModelInfo?) {
    let body = prototype(of: model.asModel.pointee.blueprint.asBlueprint.pointee.body)
    return (body, body.model)
  }

  /// The assignment of a field in the model's body; nil for a parameter.
  package func span(ofField field: Symbol, of model: Value) -> Span? {
    let (body, info) = info(model)
    return info?.fields[field].map { Span(body.source, $0.start, $0.end) }
  }

  package func isState(_ field: Symbol, of model: Value) -> Bool { info(model).info?.states.contains(field) == true }

  package var isTraining: Bool { trace?.isTraining == true }

  package func isBuilt(_ model: Value) -> Bool { model.asModel.pointee.fields.tag == .record }

  package func methodClosure(_ model: Value, _ name: String) throws -> Value? {
    model.asModel.pointee.blueprint.asBlueprint.pointee.methods.recordField(symbols.intern(name))
  }

  package func modelField(_ model: Value, _ symbol: Symbol) throws -> Value {
    let object = model.asModel.pointee
    if object.fields.tag == .record, let value = object.fields.recordField(symbol) { return value }
    if let method = object.blueprint.asBlueprint.pointee.methods.recordField(symbol) {
      guard object.fields.tag == .record else { throw notBuilt(model) }
      // The method refers to the current state of the model.
      share(model)
      return keep(heap.method(method, of: model))
    }
    guard object.fields.tag == .record else { throw notBuilt(model) }
    throw unknownField(symbols.name(symbol), of: "model `\(modelName(model))`", modelFieldNames(model))
  }

  func modelFieldNames(_ model: Value) -> [String] {
    let object = model.asModel.pointee
    let methods = object.blueprint.asBlueprint.pointee.methods
    let fields = object.fields.tag == .record ? (0..<object.fields.recordCount).map { symbols.name(object.fields.recordKey($0)) } : []
    return fields + (0..<methods.recordCount).map { symbols.name(methods.recordKey($0)) }
  }

  /// A state is assigned in place, in the copy that the training owns.
  func setState(_ model: Value, _ symbol: Symbol, _ value: Value) -> Bool {
    guard isTraining else {
      fail(
        MachineErrors.stateOutsideTraining, "state `\(symbols.name(symbol))` is assigned outside training",
        hint: "write `if training() { \(symbols.name(symbol)) = ... }`")
      return false
    }
    guard model.tag == .model, model.asModel.pointee.fields.tag == .record else { return false }
    // A model that is only used in the loss of another keeps its states.
    if trace?.isBuilding == true || trace?.owns(model) == false { return true }
    share(value)
    do {
      heap.set(symbol, try carried(value), in: model.asModel.pointee.fields.asRecord)
      return true
    } catch {
      fail(error)
      return false
    }
  }

  /// A state is stored as a tensor of its own: numbers are converted, and a tensor that is also a weight is copied.
  private func carried(_ value: Value) throws -> Value {
    switch value.tag {
    case .int, .float, .true, .false: keep(heap.tensor(try weak(value, for: .f32, .refused)))
    case .tensor: keep(heap.tensor(value.node))
    case .model where isTraining && isBuilt(value): deepCopy(value)
    default: value
    }
  }

  package func callMethod(_ model: Value, _ name: String, _ arguments: [Value]) throws -> Value {
    guard let closure = try methodClosure(model, name) else {
      throw Fault(
        MachineErrors.unknownField, "model `\(modelName(model))` has no function `\(name)`",
        hint: "add `fn \(name)(...) { ... }` to its body")
    }
    guard isBuilt(model) else { throw notBuilt(model) }
    return try call(keep(heap.method(closure, of: model)), arguments)
  }

  package func parameterCount(ofMethod name: String, of model: Value) throws -> Int? {
    try methodClosure(model, name).map { prototype(of: $0).parameters.count }
  }

  // MARK: Training state

  package func training(of model: Value) -> Value { model.asModel.pointee.training }
  package func setTraining(_ value: Value, of model: Value) { model.asModel.pointee.training = value }
  package func key(of model: Value) -> Int { model.asModel.pointee.key.bits }

  func copyModel(_ value: Value) -> Value {
    let object = value.asModel.pointee
    let copy = heap.model(blueprint: object.blueprint, arguments: object.arguments, key: object.key)
    copy.asModel.pointee.fields = object.fields
    copy.asModel.pointee.path = object.path
    copy.asModel.pointee.training = object.training
    return copy
  }

  func modelText(_ model: Value) -> String {
    let object = model.asModel.pointee
    let parameters = prototype(of: object.blueprint.asBlueprint.pointee.body).parameters
    let arguments = zip(parameters, object.arguments.listItems).compactMap { parameter, value -> String? in
      guard !value.isUndefined, let text = try? text(value, quoted: true, depth: 50) else { return nil }
      return "\(parameter.name)=\(text)"
    }
    let head = "\(modelName(model))(\(arguments.joined(separator: ", ")))"
    guard isBuilt(model) else { return head }
    let count = ModelTree(self, model).parameters.reduce(0) { $0 + $1.type.count }
    return count > 0 ? "\(head) with \(count) parameters" : head
  }
}

extension Machine {
  /// The function of a method, or the body of a model.
  package func prototype(ofModelOrMethod value: Value) -> Prototype? {
    switch value.tag {
    case .method: prototype(of: value.asMethod.pointee.closure)
    case .blueprint: prototype(of: value.asBlueprint.pointee.body)
    case .model: prototype(of: value.asModel.pointee.blueprint.asBlueprint.pointee.body)
    default: nil
    }
  }
}
