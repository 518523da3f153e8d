import Diagnostics
import Engine
import Images
import Machine
import Tables
import Tensors
import Training

// `train(m, data, privacy=3)`.
extension Library {
  /// What `privacy=` asks for; nil without it. Throws for what would publish more of the examples than the training does.
  static func privacyGoal(_ call: Call) throws -> PrivacyGoal? {
    guard let epsilon = try call[TrainParameters.privacy] else {
      let without: [any AnyParameter] = [TrainParameters.delta, TrainParameters.secret]
      guard let given = without.first(where: { call.has($0) }) else { return nil }
      throw call.refuse("`\(given.name)` has no effect without `privacy`", hint: "as in `train(..., privacy=3)`")
    }
    let settings = try PrivacySettings(epsilon: epsilon, delta: call[TrainParameters.delta] ?? PrivacySettings.usualDelta)
    let others: [any AnyParameter] = [TrainParameters.checkpoint, TrainParameters.patience]
    if let other = others.first(where: { call.has($0) }) {
      throw call.refuse("a training with `privacy` has no `\(other.name)`", hint: "train for a fixed number of epochs")
    }
    if try TrainingData.validation(call).map({ $0.data == nil }) == true {
      throw Fault(
        TrainingErrors.notPrivate, "what is measured on a share of the data would be published without noise", at: call.span,
        hint: "pass examples that need no protection, as in `validate=others`")
    }
    if try call[TrainParameters.augment]?.recipe.mixes == true {
      throw Fault(
        TrainingErrors.notPrivate, "`augment` mixes examples, so that one of them changes the gradients of several", at: call.span,
        hint: "leave out `mixup`, `cutmix` and `mosaic`")
    }
    if try call[TrainParameters.data].foreign(as: DataSetValue.self)?.set.repeatsSources == true {
      throw Fault(
        TrainingErrors.notPrivate, "the data set has several examples of one picture or row, and only each example is protected", at: call.span,
        hint: "train on the originals, and vary pictures by `augment=`")
    }
    if let other = try TrainingData.validation(call)?.data, isShared(other, try call[TrainParameters.data]) {
      throw Fault(
        TrainingErrors.notPrivate, "`validate` has examples of the training, whose losses would be published", at: call.span,
        hint: "pass examples that need no protection")
    }
    let noise: PrivacyGoal.Noise
    if let secret = try call[TrainParameters.secret] {
      guard secret.count >= shortestSecret else {
        throw call.wrong(TrainParameters.secret, expected: "at least \(shortestSecret) characters, which nobody can guess")
      }
      noise = .secret(secret)
    } else {
      guard let entropy = call.effects.entropy else { throw TablesErrors.noNoise }
      noise = .system(entropy)
    }
    return PrivacyGoal(epsilon: settings.epsilon, delta: settings.delta, norm: try clip(call) ?? 1, noise: noise)
  }

  private static let shortestSecret = 16

  /// Whether two data sets or tensors contain the same examples, as far as that is known.
  private static func isShared(_ a: Value, _ b: Value) -> Bool {
    if let a = a.foreign(as: DataSetValue.self)?.set, let b = b.foreign(as: DataSetValue.self)?.set { return a.sharesSources(with: b) }
    guard a.tag == .tensor, b.tag == .tensor else { return false }
    return a.node === b.node
  }

  /// A batch for building the layers: what is in the examples must not matter.
  static func emptyBatch(_ examples: Examples, _ count: Int) throws -> (examples: Tensor, labels: Tensor?) {
    let labels = try examples.labelType(count).map { type in try Tensor(dtype: type.dtype, shape: type.shape) { _ in 0 } }
    return (try Tensor(dtype: .f32, shape: [count] + examples.shape) { _ in 0 }, labels)
  }
}
