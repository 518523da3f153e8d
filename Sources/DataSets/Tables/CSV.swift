import Diagnostics
import Effects

/// Tables as text: comma-separated values.
package enum CSV {
  /// A column by its name or its place; a place below 0 counts from the last.
  package enum Column: Sendable, Equatable {
    case named(String)
    case place(Int)
  }

  package struct Choices: Sendable {
    /// The column that holds the classes, which is none of the numbers.
    package var label: Column?
    /// Whether a last column of words holds the classes, where none is named.
    package var findsLabel = false
    /// The columns to take, in this order; all others if none are named.
    package var columns: [Column]?
    /// Whether the first line holds names; found out where nobody says.
    package var hasNames: Bool?

    package init(label: Column? = nil, columns: [Column]? = nil, hasNames: Bool? = nil, findsLabel: Bool = false) {
      self.label = label
      self.findsLabel = findsLabel
      self.columns = columns
      self.hasNames = hasNames
    }
  }

  /// The table in a file, with the classes that a file beside it lists.
  package static func read(_ path: String, _ choices: Choices = Choices(), _ files: any FileAccess) throws -> DataSet {
    try decode(files.read(path), name: path, choices) { try ClassList(beside: path, label: $0, files) }
  }

  package static func decode(_ given: [UInt8], name: String, _ choices: Choices = Choices()) throws -> DataSet {
    try decode(given, name: name, choices) { _ in nil }
  }

  /// `classes` gives the list for a column of labels, if there is one.
  private static func decode(
    _ given: [UInt8], name: String, _ choices: Choices, _ classes: (_ label: String) throws -> ClassList?
  ) throws -> DataSet {
    let bytes = Gzip.isCompressed(given) ? try Gzip.inflate(given, name: name) : given
    guard !bytes.contains(0) else {
      throw Fault(
        DataErrors.badCSV, "`\(name)` is not UTF-8 text: it contains zero bytes", hint: "in a spreadsheet, export it as \"CSV UTF-8\"")
    }
    guard bytes.withUnsafeBytes({ String(validating: $0, as: UTF8.self) }) != nil else {
      throw Fault(DataErrors.badCSV, "`\(name)` is not UTF-8 text", hint: "in a spreadsheet, export it as \"CSV UTF-8\"")
    }
    var reader = TableReader(bytes, name: name)
    return try reader.dataSet(choices, classes)
  }
}
