import Machine

extension Machine {
  package func plural(_ count: Int, _ noun: String) -> String { count == 1 ? "1 \(noun)" : "\(count) \(noun)s" }
  static func quoted(_ text: String) -> String { "\"\(text)\"" }
}
