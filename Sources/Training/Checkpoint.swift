import Tensors

/// Where a training stands, with all that going on from there takes.
package struct Checkpoint {
  package let position: TrainingPosition
  /// Of the last epoch, by name.
  package let losses: [(name: String, value: Double)]
  /// Weights and both moments of the optimisers, in the order of the parameters.
  package let values: [Tensor]
  package let first: [Tensor]
  package let second: [Tensor]
  package let states: [Tensor]

  package func bytes(naming paths: [String]) -> [UInt8] {
    var tensors: [(name: String, tensor: Tensor)] = []
    for (prefix, group) in [("", values), ("first/", first), ("second/", second)] { tensors += zip(paths, group).map { (prefix + $0, $1) } }
    tensors += states.enumerated().map { ("state/\($0)", $1) }
    var notes = ByteWriter()
    position.put(in: &notes)
    notes.put(losses: losses)
    notes.put(values.count)
    return TensorFile(tensors, notes: notes.bytes).bytes()
  }

  package init(
    position: TrainingPosition, losses: [(name: String, value: Double)], values: [Tensor], first: [Tensor], second: [Tensor], states: [Tensor]
  ) {
    self.position = position
    self.losses = losses
    self.values = values
    self.first = first
    self.second = second
    self.states = states
  }

  /// Nil for bytes that are no checkpoint, whole and unchanged.
  package init?(_ bytes: [UInt8]) {
    guard let file = TensorFile(bytes) else { return nil }
    do {
      var notes = ByteReader(file.notes[...])
      position = try TrainingPosition(&notes)
      losses = try notes.losses()
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
