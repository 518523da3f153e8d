/// What a table calls its columns, where a tensor holds rows of one: `sample` of a model that was trained on a table gives
/// such rows. Only that tensor knows them, not what is computed from it.
package struct TableSchema: Equatable, Sendable {
  package let columns: [String]
  /// The column of labels, and its classes; of no use to rows without labels.
  package let label: String
  package let classes: [String]

  package init(columns: [String], label: String, classes: [String]) {
    self.columns = columns
    self.label = label
    self.classes = classes
  }
}
