import Engine
import Tensors

/// What a training starts from: everything that determines its result, except the number of epochs.
struct TrainingStart {
  let settings: TrainingSettings
  let position: TrainingPosition
  let history: LossHistory
  let examples: Examples
  let buffer: ParameterBuffer
  let states: [Tensor]
  let inputs: StepInputs
  /// The graphs of a step, for each number of examples.
  let steps: [TracedStep]
  let backend: any Backend

  /// `validation`: what the model is measured on, if that can change the result.
  func hash(_ validation: Validation? = nil) throws -> Hash128 {
    var hash = Hash128()
    hash.combine(settings)
    hash.combine(position, history)
    try examples.combine(into: &hash)
    try validation?.combine(into: &hash)
    hash.combine(buffer)
    hash.combine(count: states.count)
    for state in states { hash.combine(state) }
    var graph = GraphHash(
      buffers: [("images", inputs.images), ("labels", inputs.labels), ("key", inputs.key), ("weights", buffer.values)]
        + states.enumerated().map { ("state \($0)", $1.storage) })
    for step in steps { graph.combine(step, states: states.map(\.storage)) }
    hash.combine(graph.value)
    // Results differ in their bits between processors with and without fused multiply-add.
    hash.combine(backend.rounding)
    return hash
  }
}
