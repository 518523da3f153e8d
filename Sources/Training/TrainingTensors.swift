import Tensors

/// Everything that a training changes in a model: weights and both moments of the optimiser, in the order of the weights,
/// and the states that its steps assign.
package struct TrainingTensors {
  package let values: [Tensor]
  package let first: [Tensor]
  package let second: [Tensor]
  package let states: [Tensor]

  package init(values: [Tensor], first: [Tensor], second: [Tensor], states: [Tensor]) {
    self.values = values
    self.first = first
    self.second = second
    self.states = states
  }

  /// In the memory of the training.
  init(_ buffer: ParameterBuffer, states: [Tensor]) {
    self.init(
      values: buffer.tensors(in: buffer.values), first: buffer.tensors(in: buffer.first), second: buffer.tensors(in: buffer.second), states: states)
  }

  package var all: [Tensor] { values + first + second + states }
  var byteCount: Int { all.reduce(0) { $0 + $1.type.byteCount } }

  /// A copy in memory of its own.
  func copied() throws -> TrainingTensors {
    func copies(_ tensors: [Tensor]) throws -> [Tensor] {
      try tensors.map { tensor in
        let copy = try Tensor(uninitialized: tensor.type)
        copy.storage.bytes.copyMemory(from: tensor.storage.bytes, byteCount: tensor.type.byteCount)
        return copy
      }
    }
    return TrainingTensors(values: try copies(values), first: try copies(first), second: try copies(second), states: try copies(states))
  }
}

/// The best epoch of a training with `patience`.
package struct BestEpoch {
  /// Counted from 1.
  package let epoch: Int
  /// The watched value.
  package let value: Double
  package let updates: [String: Int]
  package let tensors: TrainingTensors

  package init(epoch: Int, value: Double, updates: [String: Int], tensors: TrainingTensors) {
    self.epoch = epoch
    self.value = value
    self.updates = updates
    self.tensors = tensors
  }
}
