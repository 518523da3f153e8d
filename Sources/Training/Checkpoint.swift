import Tensors

/// The state of a training, with all that it takes to go on.
package struct Checkpoint {
  package let position: TrainingPosition
  package let history: LossHistory
  /// Weights and both moments of the optimisers, in the order of the parameters.
  package let values: [Tensor]
  package let first: [Tensor]
  package let second: [Tensor]
  package let states: [Tensor]

  /// `training` is the identity of the training and of the program that ran it; it is covered by the checksum of the
  /// file, so a checkpoint that is renamed is still known for what it is.
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

  /// Nil for bytes that are not a checkpoint of this training, whole and unchanged.
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
