import Diagnostics
import Language
import Tensors

extension Machine {
  /// Serializes a value. `paths`: names of tensors, by the heap address of the tensor.
  package func archived(_ value: Value, paths: [Int: String]) throws -> TensorFile {
    var writer = ArchiveWriter(self, paths)
    let file = try writer.file(value)
    // The file's bytes are in memory twice while it is assembled.
    let bytes = file.tensors.reduce(file.notes.count) { $0 + $1.tensor.type.byteCount }
    guard Memory.holds(2 * bytes) else { throw outOfMemory("the file needs \(Storage.formatBytes(bytes))") }
    return file
  }
}

/// Writes every object that is reachable from a value, each once.
struct ArchiveWriter {
  private let machine: Machine
  private let paths: [Int: String]
  private var objects: [Value] = []
  private var numbers: [Int: Int] = [:]
  private var tensors: [(name: String, tensor: Tensor)] = []
  private var statements = ArchivedStatements()
  /// For each module, the globals that its functions use, and their values.
  private var environments: [[(name: String, value: Value)]] = []

  init(_ machine: Machine, _ paths: [Int: String]) {
    self.machine = machine
    self.paths = paths
  }

  mutating func file(_ value: Value) throws -> TensorFile {
    var body = ByteWriter()
    try put(value, in: &body)
    // Writing an object can add further objects and globals.
    var written: [[UInt8]] = []
    while written.count < objects.count {
      var object = ByteWriter()
      try write(objects[written.count], to: &object)
      written.append(object.bytes)
    }
    do {
      try ArchiveCycleCheck(objects).check()
    } catch {
      throw unsupported("a value nested more than \(ArchiveFormat.maximumDepth) levels deep")
    }
    var notes = ByteWriter()
    notes.put(ArchiveFormat.version)
    notes.put(statements.all) { notes, statement in
      notes.put(statement.module)
      notes.put(statement.text)
      notes.put(statement.sourceName)
      notes.put(statement.line)
      notes.put(statement.isLibrary)
    }
    notes.put(written) { $0.put($1) }
    notes.put(environments.count)
    for environment in environments {
      notes.put(environment.count)
      for (name, value) in environment {
        notes.put(name)
        try put(value, in: &notes)
      }
    }
    notes.put(body.bytes)
    return TensorFile(tensors, notes: notes.bytes)
  }

  // MARK: Values

  /// A value's tag, followed by its bits or by the number of its object.
  private mutating func put(_ value: Value, in writer: inout ByteWriter) throws {
    writer.put(byte: value.tag.rawValue)
    switch value.tag {
    case .undefined, .nothing, .false, .true, .ellipsis: break
    case .int, .float: writer.put(value.bits)
    case .builtin: writer.put(machine.builtins[value.bits].name)
    case .unknown: throw unsupported("a value known only at run time")
    default: writer.put(number(of: value))
    }
  }

  private mutating func number(of value: Value) -> Int {
    if let known = numbers[value.bits] { return known }
    numbers[value.bits] = objects.count
    objects.append(value)
    return objects.count - 1
  }

  private mutating func put(_ values: [Value], in writer: inout ByteWriter) throws {
    writer.put(values.count)
    for value in values { try put(value, in: &writer) }
  }

  private mutating func write(_ value: Value, to writer: inout ByteWriter) throws {
    writer.put(byte: value.tag.rawValue)
    switch value.tag {
    case .string: writer.put(value.string)
    case .list: try put(value.listItems, in: &writer)
    case .record:
      writer.put(value.recordCount)
      for index in 0..<value.recordCount {
        writer.put(machine.symbols.name(value.recordKey(index)))
        try put(value.recordValue(index), in: &writer)
      }
    case .cell: try put(value.asCell.pointee.value, in: &writer)
    case .range, .slice:
      let (low, high, step) = value.rangeBounds
      try put([low, high, step], in: &writer)
      writer.put(value.rangeHasStep)
    case .tensor:
      writer.put(tensors.count)
      writer.put(value.isParameter)
      tensors.append((name(paths[value.bits] ?? "tensor"), try machine.engine.value(value.node)))
    case .closure: try write(closure: value, to: &writer)
    case .blueprint: try put([value.asBlueprint.pointee.body, value.asBlueprint.pointee.methods], in: &writer)
    case .model:
      let model = value.asModel.pointee
      try put([model.blueprint, model.arguments, model.fields, model.key, model.path, model.training], in: &writer)
    case .method: try put([value.asMethod.pointee.closure, value.asMethod.pointee.receiver], in: &writer)
    case .foreign:
      guard let own = value.foreign as? any Archivable else { throw unsupported("a \(value.foreign.typeName)") }
      var parts = ArchivedParts()
      try own.write(to: &parts)
      writer.put(type(of: own).archiveName)
      writer.put(parts.writer.bytes)
      writer.put(tensors.count)
      writer.put(parts.tensors.count)
      tensors += parts.tensors.map { (name($0.name), $0.tensor) }
    default: throw unsupported(machine.describe(value))
    }
  }

  /// A number makes each tensor's name unique.
  private var taken = TensorFile.reservedNames
  private mutating func name(_ wanted: String) -> String {
    var (name, count) = (wanted, 1)
    while !taken.insert(name).inserted {
      count += 1
      name = "\(wanted) \(count)"
    }
    return name
  }

  // MARK: Functions

  private mutating func write(closure: Value, to writer: inout ByteWriter) throws {
    let prototype = machine.prototype(of: closure)
    guard let function = statements.function(prototype) else {
      throw unsupported("function `\(machine.functionName(closure))`, which was created by a test,")
    }
    function.put(in: &writer)
    let object = closure.asClosure
    try put((0..<object.pointee.captureCount).map { Value(.cell, ClosureObject.captures(object)[$0]) }, in: &writer)
    try addNames(read: prototype)
  }

  /// Saves the current values of the globals that a function uses, so that the file is self-contained.
  private mutating func addNames(read prototype: Prototype) throws {
    let module = statements.number(of: prototype.module)
    while environments.count <= module { environments.append([]) }
    for symbol in prototype.globalsRead.sorted(by: { $0.id < $1.id }) {
      let name = machine.symbols.name(symbol)
      guard !environments[module].contains(where: { $0.name == name }) else { continue }
      let own = prototype.module[symbol]
      guard let value = own.isUndefined ? try machine.libraryValue(symbol) : own else { continue }
      // A built-in under its own name need not be saved.
      if value.tag == .builtin, machine.builtins[value.bits].name == name { continue }
      if value.tag == .foreign, !(value.foreign is any Archivable) {
        throw unsupported("`\(name)`, a \(value.foreign.typeName) that `\(prototype.name)` uses,")
      }
      environments[module].append((name, value))
      if value.isHeap { _ = number(of: value) }
    }
  }

  private func unsupported(_ what: String) -> Fault {
    Fault(
      ArchiveErrors.notSavable, "\(what) cannot be saved in a `.model` file",
      hint: "a `.model` file holds models, functions, tensors, numbers, strings, and lists and records of them")
  }
}
