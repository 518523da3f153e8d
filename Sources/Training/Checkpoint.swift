import Tensors

/// The state of a training, complete enough to resume it.
package struct Checkpoint {
  package let position: TrainingPosition
  package let history: LossHistory
  package let tensors: TrainingTensors
  /// The best epoch so far; nil without `patience`.
  package let best: BestEpoch?

  package init(position: TrainingPosition, history: LossHistory, tensors: TrainingTensors, best: BestEpoch?) {
    self.position = position
    self.history = history
    self.tensors = tensors
    self.best = best
  }

  /// `training` identifies the training and the program that ran it. It is part of the file, so a renamed checkpoint is
  /// still recognised.
  package func bytes(naming paths: [String], of training: String) -> [UInt8] {
    var notes = ByteWriter()
    notes.put(training)
    position.put(in: &notes)
    history.put(in: &notes)
    notes.put(tensors.values.count)
    notes.put(tensors.states.count)
    notes.put(best != nil)
    best?.putNumbers(in: &notes)
    let all = tensors.named(paths, after: "") + (best?.tensors.named(paths, after: "best/") ?? [])
    return TensorFile(all, notes: notes.bytes).bytes()
  }

  var tensorBytes: Int { tensors.byteCount + (best?.tensors.byteCount ?? 0) }

  /// Nil if the bytes are not a complete, unmodified checkpoint of this training.
  package init?(_ bytes: [UInt8], of training: String) {
    guard let file = TensorFile(bytes) else { return nil }
    do {
      var notes = ByteReader(file.notes[...])
      guard try notes.text() == training else { return nil }
      position = try TrainingPosition(&notes)
      history = try LossHistory(&notes)
      let (weights, states) = (try notes.count(), try notes.count())
      var rest = file.tensors.map(\.tensor)[...]
      tensors = try TrainingTensors(taking: weights, states, from: &rest)
      best = try notes.flag() ? BestEpoch(BestEpoch.numbers(from: &notes), TrainingTensors(taking: weights, states, from: &rest)) : nil
    } catch {
      return nil
    }
  }
}

extension BestEpoch {
  package func putNumbers(in writer: inout ByteWriter) {
    writer.put(epoch)
    writer.put(value)
    writer.put(updates: updates)
  }

  /// The tensors follow in the file.
  package static func numbers(from reader: inout ByteReader) throws -> (epoch: Int, value: Double, updates: [String: Int]) {
    (try reader.count(), try reader.double(), try reader.updates())
  }

  package init(_ numbers: (epoch: Int, value: Double, updates: [String: Int]), _ tensors: TrainingTensors) {
    self.init(epoch: numbers.epoch, value: numbers.value, updates: numbers.updates, tensors: tensors)
  }
}

extension TrainingTensors {
  fileprivate func named(_ paths: [String], after prefix: String) -> [(name: String, tensor: Tensor)] {
    var named: [(name: String, tensor: Tensor)] = []
    for (group, tensors) in [("", values), ("first/", first), ("second/", second)] { named += zip(paths, tensors).map { (prefix + group + $0, $1) } }
    return named + states.enumerated().map { (prefix + "state/\($0)", $1) }
  }

  /// Takes the tensors of `weights` weights and `states` states.
  package init(taking weights: Int, _ states: Int, from tensors: inout ArraySlice<Tensor>) throws {
    guard weights >= 0, states >= 0, weights <= tensors.count / 3, states <= tensors.count - 3 * weights else { throw ByteReader.Malformed() }
    func take(_ count: Int) -> [Tensor] {
      defer { tensors = tensors.dropFirst(count) }
      return Array(tensors.prefix(count))
    }
    self.init(values: take(weights), first: take(weights), second: take(weights), states: take(states))
  }
}
