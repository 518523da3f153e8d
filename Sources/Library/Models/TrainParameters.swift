import Machine
import Training

/// The parameters of `train`.
enum TrainParameters {
  static let model = Parameter("m", .model, "a model with `loss` or `losses`, or with `fit`")
  static let data = Parameter("data", .data, "a data set, a tensor of examples, or a table")
  static let epochs = Parameter("epochs", .int, "passes over the data", default: 10, in: 0...1_000_000)
  static let batch = Parameter("batch", optional: .batchSize, "examples per step", shown: "the model's, or 64")
  static let optimizer = Parameter(
    "optimizer", optional: .any, "an optimiser such as adam(1e-3), or a record with one for each part", shown: "the model's, or adam(1e-3)")
  static let augment = Parameter(
    "augment", optional: .foreign("a recipe such as `rotate(-15..15) |> flip(chance=0.5)`", RecipeValue.self),
    "a recipe, applied with new random numbers in each epoch")
  static let schedule = Parameter(
    "schedule", optional: .any, "\"cosine\" or \"linear\": all rates fall to zero by the last epoch; or a schedule that replaces them")
  static let clip = Parameter(
    "clip", optional: .number, "maximum norm of each part's gradient; a larger gradient is scaled down to it. With `privacy`, of each example: 1")
  static let validate = Parameter(
    "validate", optional: .any, "what the model is measured on after each epoch: other data, or a share of the data, such as 0.1, left out of the training")
  static let patience = Parameter(
    "patience", optional: Kind(.int, in: 1...1_000_000), "epochs without improvement after which the training ends; the model gets its best weights")
  static let watch = Parameter(
    "watch", optional: .string, "the column of the history that `patience` compares", shown: "the first loss of the validation, or of the training")
  static let checkpoint = Parameter(
    "checkpoint", optional: .string, "a file that ends in .model, saved after each epoch and every 30 seconds; the same program goes on from it")
  static let log = Parameter("log", optional: .string, "a .csv file, or a .tfevents file for TensorBoard, to which each epoch is added")
  static let privacy = Parameter(
    "privacy", optional: .number, "ε, such as 3: the training is differentially private, so the model hardly depends on any single example")
  static let delta = Parameter("delta", optional: .number, "with `privacy`, the probability with which the guarantee may fail", shown: "1e-6")
  static let secret = Parameter(
    "secret", optional: .string, "with `privacy`, a long random text from which the noise is computed", shown: "noise of the system")

  static let all: [any AnyParameter] = [
    model, data, epochs, batch, optimizer, augment, schedule, clip, validate, patience, watch, checkpoint, log, privacy, delta, secret,
  ]
}

extension Kind where Content == Int {
  static var batchSize: Kind { Kind(int, in: 1...1 << 20) }
}
