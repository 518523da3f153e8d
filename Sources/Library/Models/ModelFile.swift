import Diagnostics
import Engine
import Machine
import Tensors
import Training

/// Model files: weights, states, optimiser, position of the training, and the source of all functions with their
/// arguments. Other programs can read the weights as safetensors, named by path.
package enum ModelFile {
  package static let ending = ".model"
  private static var kinds: [any Archivable.Type] {
    [
      TrainingState.self, OptimizerValue.self, ScheduleValue.self, MixtureValue.self, PrivateTableValue.self, TableCodingValue.self,
      PrivateCodingValue.self, TableValue.self,
    ]
  }

  package static func bytes(_ value: Value, _ machine: Machine) throws -> [UInt8] {
    let tree = ModelTree(machine, value)
    let paths = (tree.parameters + tree.states).map { ($0.identity, $0.path) }
    return try machine.archived(value, paths: Dictionary(paths) { first, _ in first }).bytes()
  }

  static func value(_ bytes: [UInt8], named path: String, _ machine: Machine) throws -> Value {
    try machine.restored(bytes, from: path, kinds: kinds)
  }
}

extension TrainingState: Archivable {
  static let archiveName = "training"

  func write(to archive: inout ArchivedParts) {
    position.put(in: &archive.writer)
    archive.writer.put(losses: history.latest)
    archive.writer.put(optimizers.sorted { $0.key < $1.key }) { writer, part in
      writer.put(part.key)
      part.value.put(in: &writer)
    }
    archive.put(first: first, second: second)
    history.put(in: &archive.writer)
    guard tableSchema != nil || resumption != nil else { return }
    archive.writer.put(tableSchema?.columns ?? []) { $0.put($1) }
    archive.writer.put(tableSchema?.label ?? "")
    archive.writer.put(tableSchema?.classes ?? []) { $0.put($1) }
    guard let resumption else { return }
    archive.writer.put(resumption.identity)
    archive.writer.put(resumption.last != nil)
    if let last = resumption.last {
      last.position.put(in: &archive.writer)
      archive.put(last.tensors, named: "last")
    }
    archive.writer.put(resumption.best != nil)
    guard let best = resumption.best else { return }
    best.putNumbers(in: &archive.writer)
    archive.put(best.tensors, named: "best")
  }

  convenience init(from archive: inout ArchivedPartsReader) throws {
    let position = try TrainingPosition(&archive.reader)
    let losses = try archive.reader.losses()
    let optimizers = try archive.reader.items { (try $0.text(), try Optimizer(&$0)) }
    let (first, second) = try archive.moments()
    // Files of earlier versions end here and have only the latest losses.
    let history = try archive.reader.isAtEnd ? LossHistory(only: losses, epoch: position.epoch) : LossHistory(&archive.reader)
    // There is no table schema if the training data had no column names.
    let names = archive.reader.isAtEnd ? nil : try TableSchema(&archive.reader)
    let resumption = archive.reader.isAtEnd ? nil : try Resumption(from: &archive)
    self.init(
      position, first: first, second: second, history: history, report: nil, optimizers: Dictionary(optimizers) { $1 },
      tableSchema: names?.columns.isEmpty == true ? nil : names, resumption: resumption)
  }
}

extension TrainingState.Resumption {
  fileprivate init(from archive: inout ArchivedPartsReader) throws {
    identity = try archive.reader.text()
    last = try archive.reader.flag() ? (TrainingPosition(&archive.reader), archive.trainingTensors()) : nil
    best = try archive.reader.flag() ? BestEpoch(BestEpoch.numbers(from: &archive.reader), archive.trainingTensors()) : nil
  }
}

extension TableSchema {
  fileprivate init(_ reader: inout ByteReader) throws {
    let columns = try reader.items { try $0.text() }
    self.init(columns: columns, label: try reader.text(), classes: try reader.items { try $0.text() })
  }
}

extension OptimizerValue: Archivable {
  package static let archiveName = "optimizer"

  package func write(to archive: inout ArchivedParts) {
    optimizer.put(in: &archive.writer)
    archive.writer.put(state != nil)
    guard let state else { return }
    archive.writer.put(state.updates)
    archive.put(first: state.first, second: state.second)
  }

  package convenience init(from archive: inout ArchivedPartsReader) throws {
    let optimizer = try Optimizer(&archive.reader)
    self.init(optimizer, state: try archive.reader.flag() ? OptimizerState(from: &archive) : nil)
  }
}

extension OptimizerState {
  fileprivate convenience init(from archive: inout ArchivedPartsReader) throws {
    let updates = try archive.reader.count()
    let (first, second) = try archive.moments()
    self.init(updates: updates, first: first, second: second)
  }
}

extension ScheduleValue: Archivable {
  package static let archiveName = "schedule"
  package func write(to archive: inout ArchivedParts) { schedule.put(in: &archive.writer) }
  package convenience init(from archive: inout ArchivedPartsReader) throws { self.init(try LearningRateSchedule(&archive.reader)) }
}

extension ArchivedParts {
  fileprivate mutating func put(_ tensors: TrainingTensors, named name: String) {
    writer.put(tensors.values.count)
    writer.put(tensors.states.count)
    for tensor in tensors.all { put(tensor, named: name) }
  }

  /// An optimiser's first and second moments, equally many.
  fileprivate mutating func put(first: [Tensor], second: [Tensor]) {
    writer.put(first.count)
    for tensor in first { put(tensor, named: "first moment") }
    for tensor in second { put(tensor, named: "second moment") }
  }
}

extension ArchivedPartsReader {
  fileprivate mutating func trainingTensors() throws -> TrainingTensors {
    let (weights, states) = (try reader.count(), try reader.count())
    return TrainingTensors(values: try tensors(weights), first: try tensors(weights), second: try tensors(weights), states: try tensors(states))
  }

  private mutating func tensors(_ count: Int) throws -> [Tensor] {
    var tensors: [Tensor] = []
    for _ in 0..<count { tensors.append(try tensor()) }
    return tensors
  }

  fileprivate mutating func moments() throws -> (first: [Tensor], second: [Tensor]) {
    let count = try reader.count()
    let (first, second) = (try tensors(count), try tensors(count))
    guard first.map(\.type) == second.map(\.type), first.allSatisfy({ $0.dtype == .f32 }) else { throw ByteReader.Malformed() }
    return (first, second)
  }
}
