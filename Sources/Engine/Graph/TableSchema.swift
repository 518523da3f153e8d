/// The column names of a tensor that holds rows of a table, such as a `sample` of a model trained on a table. They belong
/// to that tensor only and do not propagate through operations.
package struct TableSchema: Equatable, Sendable {
  package let columns: [String]
  /// The label column and its classes; unused for rows without labels.
  package let label: String
  package let classes: [String]

  package init(columns: [String], label: String, classes: [String]) {
    self.columns = columns
    self.label = label
    self.classes = classes
  }
}
