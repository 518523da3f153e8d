import Tensors

/// A table of numbers, an example in each row.
package struct Rows: Sendable {
  /// f32[count, columns], or f64 where f32 would round what a file holds.
  package let numbers: Tensor
  /// The columns' names; none where nobody named them.
  package let columns: [String]
  /// What the column of labels is called in a file.
  package let label: String
  /// How the numbers were brought to another scale, in this order.
  package let scalings: [Scaling]
  /// False where a program is only checked and the numbers are not there.
  package let isKnown: Bool

  package init(_ numbers: Tensor, columns: [String] = [], label: String = "label", scalings: [Scaling] = [], isKnown: Bool = true) {
    self.numbers = numbers
    self.columns = columns
    self.label = label
    self.scalings = scalings
    self.isKnown = isKnown
  }

  /// A column as errors name it.
  package func title(_ column: Int) -> String { columns.indices.contains(column) ? "`\(columns[column])`" : "\(column)" }
}
