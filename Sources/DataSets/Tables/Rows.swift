import Tensors

/// A table of numbers, an example in each row.
package struct Rows: Sendable {
  /// f32[count, columns], or f64 where f32 would round what a file holds.
  package let numbers: Tensor
  /// The columns' names; none where nobody named them.
  package let columns: [String]
  /// What the column of labels is called in a file.
  package let label: String

  package init(_ numbers: Tensor, columns: [String] = [], label: String = "label") {
    self.numbers = numbers
    self.columns = columns
    self.label = label
  }
}
