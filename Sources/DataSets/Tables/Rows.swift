import Tensors

/// A table of numbers, one example per row.
package struct Rows: Sendable {
  /// f32[count, columns], or f64 if f32 would round a number of the file.
  package let numbers: Tensor
  /// The column names; empty if there are none.
  package let columns: [String]
  /// The name of the label column in a file.
  package let label: String
  /// The scalings that were applied, in order.
  package let scalings: [Scaling]
  /// False if a program is only checked and the numbers are unknown.
  package let isKnown: Bool

  package init(_ numbers: Tensor, columns: [String] = [], label: String = "label", scalings: [Scaling] = [], isKnown: Bool = true) {
    self.numbers = numbers
    self.columns = columns
    self.label = label
    self.scalings = scalings
    self.isKnown = isKnown
  }

  /// A column as error messages show it.
  package func title(_ column: Int) -> String { columns.indices.contains(column) ? "`\(columns[column])`" : "\(column)" }
}
