/// A count with its noun in the right number: `1 image`, `2 images`.
package func counted(_ count: Int, _ noun: String, _ plural: String? = nil) -> String { count == 1 ? "1 \(noun)" : "\(count) \(plural ?? noun + "s")" }
