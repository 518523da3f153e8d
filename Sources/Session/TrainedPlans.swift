import Library
import Machine

extension Session {
  /// For each name that holds a model trained in this session: the report of its training step.
  package func trainedPlans() throws -> [(name: String, text: String)] {
    try machine.globalNames.compactMap { name in
      guard let value = machine.global(name), value.tag == .model, let text = try Library.planText(of: value, machine) else { return nil }
      return (name, text)
    }
  }
}
