import Diagnostics

package enum TrainingErrors {
  package static let notFinite = DiagnosticID(
    "L0501", "loss-not-finite",
    """
    The loss or its gradient became infinite or NaN, so training cannot continue. Often the learning rate is too high, or
    the argument of `log` or a divisor is zero. Lower the learning rate, or keep the argument away from zero, as in
    `log(x + 1e-6)`. The variable `rescued` holds the model before this step.
    """,
    wrong: """
      model scale() {
        weight = param(zeros(1))
        fn loss(x) { mean(x / weight) }
      }
      m = train(scale(), ones(4, 1), epochs=1)
      """,
    right: """
      model scale() {
        weight = param(zeros(1))
        fn loss(x) { mean(x / (weight ^ 2 + 0.1)) }
      }
      m = train(scale(), ones(4, 1), epochs=1)
      """)

  package static let badLoss = DiagnosticID(
    "L0502", "wrong-loss",
    """
    Training minimises a scalar that depends on the weights: the value of the model's `fn loss(x)`, or each field of the
    record that `fn losses(x)` returns. Here the loss is missing, is not a scalar, or depends on no weights. Make the
    last line of the loss a scalar, often with `mean(...)`.
    """,
    wrong: """
      model code() {
        layer = dense(64)
        fn loss(x) { (layer(x) - x) ^ 2 }
      }
      m = train(code(), rand(4, 64), epochs=1)
      """,
    right: """
      model code() {
        layer = dense(64)
        fn loss(x) { mean((layer(x) - x) ^ 2) }
      }
      m = train(code(), rand(4, 64), epochs=1)
      """)

  package static let badSetting = DiagnosticID(
    "L0503", "wrong-training-setting",
    """
    A training option, such as the optimiser or the number of steps of a part, has an invalid value. `adam`, `adamw`,
    `sgd` and `rmsprop` create an optimiser from a learning rate; options for the parts of a model use the field names of
    `losses`.
    """,
    wrong: """
      few = digits()[:20]
      m = train(vae(latent=2, hidden=8), few, epochs=1, optimizer="adam")
      """,
    right: """
      few = digits()[:20]
      m = train(vae(latent=2, hidden=8), few, epochs=1, optimizer=adam(1e-3))
      """)

  package static let badState = DiagnosticID(
    "L0504", "state-changed-shape",
    """
    A `state` of a model was assigned a value of another shape or type than its initial value. A training step is planned
    once and then repeated, so the shape and type of each state are fixed. Initialise it with its full shape, or assign
    a value of the same shape.
    """,
    wrong: """
      model memory() {
        weight = param(ones(1))
        state last = zeros(1)
        fn loss(x) { last = x[0]; mean((x - weight) ^ 2) }
      }
      m = train(memory(), rand(4, 3), epochs=1)
      """,
    right: """
      model memory() {
        weight = param(ones(1))
        state last = zeros(3)
        fn loss(x) { last = x[0]; mean((x - weight) ^ 2) }
      }
      m = train(memory(), rand(4, 3), epochs=1)
      """)

  package static let unexpectedValues = DiagnosticID(
    "L0505", "unexpected-values",
    """
    A model or a loss expects values in a certain range, and the data contains others. A model declares the range with
    `expects = 0..1` in its body; `vae` and `gan` do, because they only generate values from 0 to 1. Scale the columns of
    a table with `rescale`, which records the scale, so that `unscale` returns samples in the original units; divide
    image bytes by 255.
    """,
    wrong: """
      heights = dataset([[150, 50], [160, 70], [170, 60]])
      m = train(vae(latent=1, hidden=4), heights, epochs=1)
      """,
    right: """
      heights = rescale(dataset([[150, 50], [160, 70], [170, 60]]))
      m = train(vae(latent=1, hidden=4), heights, epochs=1)
      few = unscale(sample(m, 2), like=heights)
      """)

  package static let otherCheckpoint = DiagnosticID(
    "L0506", "other-checkpoint",
    """
    The file that `checkpoint` names exists and does not belong to this training: it has other contents, or the model, the
    data, the seed or a setting has changed since it was written. A training never overwrites such a file. Choose another
    name, or remove the file if it is no longer needed. To train the model in it further, `load` it and pass it to `train`.
    """,
    wrong: """
      few = digits()[:20]
      m = train(vae(latent=2, hidden=8), few, epochs=1)
      save(m, "digits.model")
      m = train(vae(latent=2, hidden=8), few, epochs=2, checkpoint="digits.model")
      """,
    right: """
      few = digits()[:20]
      m = train(vae(latent=2, hidden=8), few, epochs=1)
      save(m, "digits.model")
      m = train(vae(latent=2, hidden=8), few, epochs=2, checkpoint="training.model")
      """)

  package static let notPrivate = DiagnosticID(
    "L0527", "cannot-be-private",
    """
    A training with `privacy=` publishes only sums of gradients with noise. This one would publish more of the examples: a state that is
    computed from them, such as the means of `batch_norm`; what was measured on a part of the data; or examples that are in several
    others, such as copies and mixed pictures. Use layers without such states, measure on other data, and grow pictures with
    `augment=`, which belongs to one example.
    """,
    wrong: """
      few = digits()[:20]
      m = train(classifier(width=4), few, epochs=1, privacy=5)
      """,
    right: """
      few = digits()[:20]
      m = train(vae(width=4, latent=2), few, epochs=1, privacy=5)
      """)

  package static let all = [
    notFinite, badLoss, badSetting, badState, unexpectedValues, otherCheckpoint, notPrivate,
  ]
}
