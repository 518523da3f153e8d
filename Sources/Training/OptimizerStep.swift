import Engine
import Glibc
import Tensors

/// An optimiser update of a range of the flat buffers. Built once and run at every step.
package final class OptimizerStep {
  private let optimizer: Optimizer
  private let engine: Engine
  private let decline: PlannedDecline?
  /// Rate, scale and corrections change from step to step.
  private var update: WeightUpdate
  /// Number of updates so far, for schedules and for Adam's bias correction.
  package var updates: Int

  init(_ optimizer: Optimizer, _ buffer: ParameterBuffer, _ range: Range<Int>, updates: Int, _ decline: PlannedDecline?, _ engine: Engine) {
    self.optimizer = optimizer
    self.engine = engine
    self.updates = updates
    self.decline = decline
    func start(_ storage: Storage) -> UnsafeMutablePointer<Float> { storage.bind(Float.self) + range.lowerBound }
    update = WeightUpdate(
      optimizer.rule, count: range.count, weights: start(buffer.values), gradients: UnsafePointer(start(buffer.gradients)), first: start(buffer.first),
      second: start(buffer.second))
  }

  /// The squared norm of the gradient; finite only if every element is.
  package var squaredNorm: Double { engine.backend.squaredSum(update.gradients, count: update.count) }

  package convenience init(_ optimizer: Optimizer, _ buffer: ParameterBuffer, _ range: Range<Int>, updates: Int, _ engine: Engine) {
    self.init(optimizer, buffer, range, updates: updates, nil, engine)
  }

  package func run(squaredNorm: Double) {
    update.rate = optimizer.rate.rate(at: updates) * (decline?.factor(at: updates) ?? 1)
    updates += 1
    update.scale = optimizer.clipNorm.map { squaredNorm > $0 * $0 ? $0 / squaredNorm.squareRoot() : 1 } ?? 1
    if case .adam(let beta1, let beta2, _, _) = optimizer.rule {
      update.correction1 = 1 - pow(beta1, Double(updates))
      update.correction2 = 1 - pow(beta2, Double(updates))
    }
    engine.backend.run(update)
  }
}
