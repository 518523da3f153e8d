import Tensors

/// The state of a training, complete enough to resume it.
package struct Checkpoint {
  package let position: TrainingPosition
  package let history: LossHistory
  /// Weights and both optimiser moments, in the order of the parameters.
  package let values: [Tensor]
  package let first: [Tensor]
  package let second: [Tensor]
  package let states: [Tensor]

  /// `training` identifies the training and the program that ran it. It is part of the file, so a renamed checkpoint is
  /// still recognised.
  package func bytes(naming paths: [String], of training: String) -> [UInt8] {
    var tensors: [(name: String, tensor: Tensor)] = []
    for (prefix, group) in [("", values), ("first/", first), ("second/", second)] { tensors += zip(paths, group).map { (prefix + $0, $1) } }
    tensors += states.enumerated().map { ("state/\($0)", $1) }
    var notes = ByteWriter()
    notes.put(training)
    position.put(in: &notes)
    history.put(in: &notes)
    notes.put(values.count)
    return TensorFile(tensors, notes: notes.bytes).bytes()
  }

  package init(position: TrainingPosition, history: LossHistory, values: [Tensor], first: [Tensor], second: [Tensor], states: [Tensor]) {
    self.position = position
    self.history = history
    self.values = values
    self.first = first
    self.second = second
    self.states = states
  }

  var tensorBytes: Int { [values, first, second, states].joined().reduce(0) { $0 + $1.type.byteCount } }

  /// Nil if the bytes are not a complete, unmodified checkpoint of this training.
  package init?(_ bytes: [UInt8], of training: String) {
    guard let file = TensorFile(bytes) else { return nil }
    do {
      var notes = ByteReader(file.notes[...])
      guard try notes.text() == training else { return nil }
      position = try TrainingPosition(&notes)
      history = try LossHistory(&notes)
      let count = try notes.int()
      let tensors = file.tensors.map(\.tensor)
      guard count >= 0, count <= tensors.count / 3 else { return nil }
      values = Array(tensors[..<count])
      first = Array(tensors[count..<2 * count])
      second = Array(tensors[2 * count..<3 * count])
      states = Array(tensors[(3 * count)...])
    } catch {
      return nil
    }
  }
}
