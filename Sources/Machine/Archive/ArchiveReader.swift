import Diagnostics
import Language
import Tensors

extension Machine {
  /// Loads the value in a file. The file is untrusted: nothing in it is run, and everything is validated. `path` names it
  /// in reports; `kinds` are the types of foreign values that it can contain.
  package func restored(_ bytes: [UInt8], from path: String, kinds: [any Archivable.Type]) throws -> Value {
    do {
      guard let file = TensorFile(bytes) else { throw ByteReader.Malformed() }
      var reader = try ArchiveReader(self, file, kinds)
      return keep(try reader.value())
    } catch is ByteReader.Malformed {
      throw Fault(
        ArchiveErrors.broken, "`\(path)` is not a complete model file",
        hint: "copy it again, or save the model again: `save(m, \"name.model\")`")
    } catch let newer as ArchiveReader.UnsupportedVersion {
      throw Fault(
        ArchiveErrors.broken, "`\(path)` was saved by a newer Loam: expected format version \(ArchiveFormat.version), got \(newer.version)",
        hint: "update Loam, or train the model again")
    }
  }
}

/// Creates the objects of a file: first each as an empty shell, since they can refer to each other, then their contents.
struct ArchiveReader {
  struct UnsupportedVersion: Error {
    let version: Int
  }

  private let machine: Machine
  private let kinds: [any Archivable.Type]
  private let tensors: [Tensor]
  private let code: ArchivedCode
  /// Each object's tag and the bytes after it.
  private var payloads: [(tag: Tag, reader: ByteReader)]
  private var objects: [Value] = []
  /// Numbers of the records of models' functions.
  private var methodRecords: Set<Int> = []
  private var root: ByteReader
  private var environments: [[(name: String, value: ByteReader)]] = []

  init(_ machine: Machine, _ file: TensorFile, _ kinds: [any Archivable.Type]) throws {
    self.machine = machine
    self.kinds = kinds
    tensors = file.tensors.map(\.tensor)
    var notes = ByteReader(file.notes[...])
    let version = try notes.int()
    guard version >= 1 else { throw ByteReader.Malformed() }
    guard version == ArchiveFormat.version else { throw UnsupportedVersion(version: version) }
    code = ArchivedCode(
      machine,
      try notes.items { notes in
        ArchivedStatement(
          module: try notes.count(upTo: ArchiveFormat.maximumModules), text: try notes.text(), sourceName: try notes.text(),
          line: try notes.count(upTo: 1 << 30), isLibrary: try notes.flag())
      })
    payloads = try notes.items { notes in
      var reader = ByteReader(try notes.block())
      return (Tag(try reader.byte()), reader)
    }
    environments = try notes.items { notes in
      try notes.items { notes in
        let name = try notes.text()
        let start = notes
        try ArchiveReader.skipValue(&notes)
        return (name, start)
      }
    }
    root = ByteReader(try notes.block())
    guard notes.isAtEnd else { throw ByteReader.Malformed() }
  }

  mutating func value() throws -> Value {
    for (tag, reader) in payloads {
      var reader = reader
      objects.append(try shell(tag, &reader))
    }
    for index in payloads.indices { try fill(index) }
    for model in objects where model.tag == .model { try check(model: model) }
    for (module, environment) in environments.enumerated() {
      for (name, reader) in environment {
        var reader = reader
        try code.bind(name, try value(&reader), inModule: module)
      }
    }
    let result = try value(&root)
    try ArchiveCycleCheck(objects).check()
    // Objects may have several references.
    for object in objects { machine.share(object) }
    return result
  }

  // MARK: Values

  private static func skipValue(_ reader: inout ByteReader) throws {
    switch Tag(try reader.byte()) {
    case .undefined, .nothing, .false, .true, .ellipsis: break
    case .builtin: _ = try reader.text()
    default: _ = try reader.int()
    }
  }

  /// What a reference may point to. A model's functions expect their model in a register that only a method call sets, so
  /// only blueprints and methods may refer to them.
  private enum Role {
    case plain, method, methods
  }

  private func value(_ reader: inout ByteReader, _ role: Role = .plain) throws -> Value {
    let tag = Tag(try reader.byte())
    switch tag {
    case _ where role != .plain && tag != .closure && tag != .record: throw ByteReader.Malformed()
    case .undefined, .nothing, .false, .true, .ellipsis: return Value(tag: tag, bits: 0)
    case .int, .float: return Value(tag: tag, bits: try reader.int())
    case .builtin:
      let name = try reader.text()
      guard let number = machine.builtins.firstIndex(where: { $0.name == name }) else { throw ByteReader.Malformed() }
      return Value(tag: .builtin, bits: number)
    default:
      let number = try reader.int()
      guard objects.indices.contains(number), objects[number].tag == tag else { throw ByteReader.Malformed() }
      let object = objects[number]
      let own: Role =
        switch tag {
        case .closure where machine.prototype(of: object).hasReceiver: .method
        case .record where methodRecords.contains(number): .methods
        default: .plain
        }
      guard own == role else { throw ByteReader.Malformed() }
      return object
    }
  }

  private func values(_ reader: inout ByteReader, _ roles: Role...) throws -> [Value] {
    guard try reader.int() == roles.count else { throw ByteReader.Malformed() }
    return try roles.map { try value(&reader, $0) }
  }

  private func values(_ reader: inout ByteReader, count: Int) throws -> [Value] {
    guard try reader.int() == count else { throw ByteReader.Malformed() }
    return try (0..<count).map { _ in try value(&reader) }
  }

  // MARK: Objects

  private mutating func shell(_ tag: Tag, _ reader: inout ByteReader) throws -> Value {
    let heap = machine.heap
    switch tag {
    case .string: return heap.string(try reader.text())
    case .list: return Value(.list, heap.list(capacity: 0))
    case .record: return Value(.record, heap.record(capacity: 0))
    case .cell: return heap.cell(.nothing)
    case .range, .slice: return heap.range(.nothing, .nothing, .nothing, hasStep: false, as: tag)
    case .tensor:
      let number = try reader.int()
      guard tensors.indices.contains(number) else { throw ByteReader.Malformed() }
      return heap.tensor(machine.engine.leaf(tensors[number]), isParameter: try reader.flag())
    case .closure:
      let prototype = try code.prototype(of: ArchivedFunction(&reader))
      let count = prototype.layout.pointee.captureCount
      let closure = machine.makeClosure(prototype, captures: count)
      let empty = heap.cell(.nothing).asCell
      for index in 0..<count { ClosureObject.captures(closure)[index] = empty }
      return Value(.closure, closure)
    case .blueprint:
      var look = reader
      _ = try look.int()
      try ArchiveReader.skipValue(&look)
      guard Tag(try look.byte()) == .record else { throw ByteReader.Malformed() }
      methodRecords.insert(try look.int())
      return heap.blueprint(body: .nothing, methods: .nothing)
    case .model: return heap.model(blueprint: .nothing, arguments: .nothing, key: Value(0))
    case .method: return heap.method(.nothing, of: .nothing)
    case .foreign:
      let name = try reader.text()
      guard let kind = kinds.first(where: { $0.archiveName == name }) else { throw ByteReader.Malformed() }
      let bytes = try reader.block()
      let (first, count) = (try reader.int(), try reader.int())
      guard first >= 0, count >= 0, first <= tensors.count, count <= tensors.count - first else { throw ByteReader.Malformed() }
      var parts = ArchivedPartsReader(ByteReader(bytes), tensors[first..<first + count])
      return heap.foreign(try kind.init(from: &parts))
    default: throw ByteReader.Malformed()
    }
  }

  private func fill(_ index: Int) throws {
    let (object, heap) = (objects[index], machine.heap)
    var reader = payloads[index].reader
    switch object.tag {
    case .list: for item in try reader.items({ try value(&$0) }) { heap.append(item, to: object.asList) }
    case .record:
      let role: Role = methodRecords.contains(index) ? .method : .plain
      for (name, item) in try reader.items({ (try $0.text(), try value(&$0, role)) }) {
        heap.set(machine.symbols.intern(name), item, in: object.asRecord)
      }
    case .cell: object.asCell.pointee.value = try value(&reader)
    case .range, .slice:
      let bounds = try values(&reader, count: 3)
      guard bounds.allSatisfy({ $0.isNumber || (object.tag == .slice && $0.isUndefined) }), bounds[2].number != 0 else { throw ByteReader.Malformed() }
      let range = object.asRange
      (range.pointee.low, range.pointee.high, range.pointee.step) = (bounds[0], bounds[1], bounds[2])
      range.pointee.hasStep = try reader.flag()
    case .closure:
      _ = try ArchivedFunction(&reader)
      let captures = try values(&reader, count: object.asClosure.pointee.captureCount)
      for (place, cell) in captures.enumerated() {
        guard cell.tag == .cell else { throw ByteReader.Malformed() }
        ClosureObject.captures(object.asClosure)[place] = cell.asCell
      }
    case .blueprint:
      let parts = try values(&reader, .method, .methods)
      guard machine.prototype(of: parts[0]).model != nil else { throw ByteReader.Malformed() }
      (object.asBlueprint.pointee.body, object.asBlueprint.pointee.methods) = (parts[0], parts[1])
    case .model: try fill(model: object, &reader)
    case .method:
      let parts = try values(&reader, .method, .plain)
      guard parts[1].tag == .model else { throw ByteReader.Malformed() }
      (object.asMethod.pointee.closure, object.asMethod.pointee.receiver) = (parts[0], parts[1])
    default: break
    }
  }

  /// A model's body expects one argument for each parameter.
  private func check(model: Value) throws {
    let object = model.asModel.pointee
    guard object.arguments.listCount == machine.prototype(of: object.blueprint.asBlueprint.pointee.body).parameters.count else {
      throw ByteReader.Malformed()
    }
  }

  private func fill(model: Value, _ reader: inout ByteReader) throws {
    let parts = try values(&reader, count: 6)
    let object = model.asModel
    guard parts[0].tag == .blueprint, parts[1].tag == .list, parts[2].tag == .record || parts[2].tag == .nothing, parts[3].tag == .int,
      parts[4].tag == .string || parts[4].isUndefined, parts[5].tag == .foreign || parts[5].tag == .nothing
    else { throw ByteReader.Malformed() }
    object.pointee.blueprint = parts[0]
    object.pointee.arguments = parts[1]
    object.pointee.fields = parts[2]
    object.pointee.key = parts[3]
    object.pointee.path = parts[4]
    object.pointee.training = parts[5]
  }
}
