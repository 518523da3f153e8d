import Diagnostics
import Effects
import Tables

/// Tables as comma-separated values.
package enum CSV {
  /// A column by name or index; a negative index counts from the end.
  package enum Column: Sendable, Equatable {
    case named(String)
    case place(Int)
  }

  package struct Options: Sendable {
    /// The label column, which is not part of the rows.
    package var label: Column?
    /// Whether a last column of words is the label if none is given.
    package var infersLabel = false
    /// The columns to read, in this order; by default, all others.
    package var columns: [Column]?
    /// Whether the first line is a header; by default, inferred.
    package var hasNames: Bool?

    package init(label: Column? = nil, columns: [Column]? = nil, hasNames: Bool? = nil, infersLabel: Bool = false) {
      self.label = label
      self.infersLabel = infersLabel
      self.columns = columns
      self.hasNames = hasNames
    }
  }

  /// Reads a table and its class list, if there is one.
  package static func read(_ path: String, _ options: Options = Options(), _ files: any FileAccess) throws -> DataSet {
    try decode(files.read(path), name: path, options) { try ClassList(beside: path, label: $0, files) }
  }

  package static func decode(_ given: [UInt8], name: String, _ options: Options = Options()) throws -> DataSet {
    try decode(given, name: name, options) { _ in nil }
  }

  /// `classes` returns the class list for a label column, if there is one.
  private static func decode(
    _ given: [UInt8], name: String, _ options: Options, _ classes: (_ label: String) throws -> ClassList?
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
    return try reader.dataSet(options, classes)
  }
}
