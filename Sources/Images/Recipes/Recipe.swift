import Engine
import Tensors

/// An operation with the key of its random stream.
package struct RecipeStep: Equatable, Sendable {
  package let operation: any ImageOperation
  package let key: RandomKey
  package let place: UInt32
  /// What the operation asks for; nil leaves it to the others.
  package let sampling: Sampling?
  /// As written in a program.
  package let text: String

  package init(_ operation: any ImageOperation, key: RandomKey, place: UInt32, sampling: Sampling? = nil, text: String = "") {
    self.text = text
    self.operation = operation
    self.key = key
    self.place = place
    self.sampling = sampling
  }

  package init(_ operation: GeometryOperation, key: RandomKey, place: UInt32, sampling: Sampling? = nil) {
    self.init(operation as any ImageOperation, key: key, place: place, sampling: sampling)
  }

  package static func == (a: RecipeStep, b: RecipeStep) -> Bool { a.key == b.key && a.place == b.place && a.doesTheSame(as: b) }

  /// Whether the operations are equal, whatever their streams.
  func doesTheSame(as other: RecipeStep) -> Bool { sampling == other.sampling && operation.isEqual(to: other.operation) }

  func repeated(_ copies: UInt32) -> RecipeStep { RecipeStep(operation.repeated(copies), key: key, place: place, sampling: sampling, text: text) }

  func apply(to plan: inout ImagePlan, _ sample: SampleID, _ log: DrawLog?) throws {
    if let sampling { plan.sampling = sampling }
    log?.begin(text)
    defer { log?.end() }
    try operation.apply(to: &plan, Draws(key, place, sample, log))
  }
}

/// A sequence of operations. Adjacent geometric operations are composed into one map: the image is sampled once, and
/// framed at the end, so that rotating and cropping back loses nothing.
package struct Recipe: Equatable, Sendable {
  private let sequence: SharedSequence<RecipeStep>
  /// Whether a step mixes images, which is asked for every image.
  package let mixes: Bool

  package init(_ steps: [RecipeStep] = []) { self.init(SharedSequence(steps), mixes: steps.contains { $0.operation.mixes }) }

  private init(_ sequence: SharedSequence<RecipeStep>, mixes: Bool) { (self.sequence, self.mixes) = (sequence, mixes) }

  package var steps: ArraySlice<RecipeStep> { sequence.elements }

  package func adding(_ steps: [RecipeStep]) -> Recipe {
    Recipe(sequence.adding(steps), mixes: mixes || steps.contains { $0.operation.mixes })
  }

  package static func == (a: Recipe, b: Recipe) -> Bool { a.steps == b.steps }

  /// As written in a program.
  package var text: String { steps.map(\.text).joined(separator: " |> ") }

  /// Whether results are not meant to be between 0 and 1.
  package var leavesRange: Bool { steps.contains { $0.operation.leavesRange } }

  package var isRandom: Bool { steps.contains { $0.operation.isRandom } }

  /// Whether the operations are equal, with equal streams if anything is random.
  package func isEquivalent(to other: Recipe) -> Bool {
    steps.count == other.steps.count
      && zip(steps, other.steps).allSatisfy { $0 == $1 || (!$0.operation.isRandom && $0.doesTheSame(as: $1)) }
  }

  package var isEmpty: Bool { steps.isEmpty }

  /// For `copies` of each result: operations with a result for each copy keep theirs.
  package func repeated(_ copies: Int) -> Recipe {
    copies > 1 ? Recipe(steps.map { $0.repeated(UInt32(truncatingIfNeeded: copies)) }) : self
  }

  /// The size of the result for a source of this size; independent of the draws unless a policy chooses among sizes.
  package func size(height: Int, width: Int, channels: Int) throws -> (height: Int, width: Int, channels: Int) {
    var plan = ImagePlan(height: height, width: width, channels: channels)
    plan.neighbours = .unknown
    try apply(to: &plan, SampleID(id: 0))
    return (plan.height, plan.width, plan.channels)
  }

  /// What happens to one image, with everything drawn. `neighbours`: what the step with this number may mix with.
  package func plan(
    height: Int, width: Int, channels: Int, _ sample: SampleID, log: DrawLog? = nil, neighbours: ((Int) -> Neighbours)? = nil
  ) throws -> ImagePlan {
    var plan = ImagePlan(height: height, width: width, channels: channels)
    guard let neighbours else {
      try apply(to: &plan, sample, log: log)
      return plan
    }
    for (index, step) in steps.enumerated() {
      if step.operation.mixes { (plan.neighbours, plan.step) = (neighbours(index), index) }
      try step.apply(to: &plan, sample, log)
    }
    plan.neighbours = .none
    return plan
  }

  package func apply(to plan: inout ImagePlan, _ sample: SampleID, log: DrawLog? = nil) throws {
    for step in steps { try step.apply(to: &plan, sample, log) }
  }
}
