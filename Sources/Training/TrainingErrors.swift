import Diagnostics

package enum TrainingErrors {
  package static let notFinite = DiagnosticID(
    "L0501", "loss-not-finite",
    """
    The loss or its gradient became infinite or not a number, so that no step could make the model better. Often the
    learning rate is too high, or `log` and `/` meet a zero. Lower the rate, or keep the argument away from zero, as
    in `log(x + 1e-6)`. The weights of the step before are in `rescued`.
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
    A training needs one number that it can make smaller by changing weights: the value of the model's `fn loss(x)`,
    or several such numbers in a record from `fn losses(x)`. Here it is missing, is not a single number, or depends on
    no weights. Let the last line of the loss be a number, often with `mean(...)`.
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
    A setting of the training, such as its optimiser or the steps of a part, has a value that it cannot have. An
    optimiser is made by `adam`, `adamw` or `sgd`, with the learning rate in parentheses; settings for parts name the
    entries of `losses`.
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
    A `state` of a model was given a value of another shape or kind than the one it started with. A training is
    planned once and then repeated, so that each state keeps its place and its size. Give it its full shape at the
    start, or assign a value of the same shape.
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
    A model or a loss works on values of a certain range, and the data has others. A model says so by `expects = 0..1`
    in its body; `vae` and `gan` do, since they make values from 0 to 1 only. Bring the columns of a table to that range
    by `rescale`, which keeps the scale, so that `unscale` gives samples in the units of the data; divide the bytes of
    images by 255.
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

  package static let all = [
    notFinite, badLoss, badSetting, badState, unexpectedValues,
  ]
}
