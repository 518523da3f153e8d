/// What is known while a loss is traced.
package final class Trace {
  /// Whether layers behave as in training, and states may be assigned.
  package let isTraining: Bool
  package let forbidsEffects: Bool
  /// The loss runs only so that its layers are built: states keep their first values.
  package let isBuilding: Bool
  /// The models that belong to whoever traces: built in place, and their states assigned. Nil: all.
  private var owned: Set<Int>?

  package init(isTraining: Bool, forbidsEffects: Bool, isBuilding: Bool = false, owned: Set<Int>? = nil) {
    self.isTraining = isTraining
    self.forbidsEffects = forbidsEffects
    self.isBuilding = isBuilding
    self.owned = owned
  }

  /// Nil where nobody is said to own anything.
  func owns(_ model: Value) -> Bool? { owned.map { $0.contains(model.bits) } }
  func own(_ model: Value) { owned?.insert(model.bits) }
}
