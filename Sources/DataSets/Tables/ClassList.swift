import Diagnostics
import Effects

/// The classes of a table, in a file beside it, `few-classes.csv` for `few.csv`: one line per class, in order. It is
/// written if the label column does not determine them: classes without examples, or in a different order.
package struct ClassList {
  package let path: String
  /// The name of the column that has the classes.
  package let label: String
  package let names: [String]

  static func path(beside table: String) -> String {
    let name = table.lowercased()
    let ending = [".csv", ".tsv", ".csv.gz", ".tsv.gz"].first { name.hasSuffix($0) } ?? ""
    return table.dropLast(ending.count) + "-classes.csv"
  }

  /// Nil if there is no list for one of these columns.
  package init?(beside table: String, columns: [String], _ files: any FileAccess) throws {
    let path = ClassList.path(beside: table)
    guard files.exists(path) else { return nil }
    var records = CSVRecords(try files.read(path), name: path)
    var fields: [CSVRecords.Field] = []
    guard try records.next(into: &fields) != nil, fields.count == 2, records.text(fields[0]) == "class" else { return nil }
    let label = records.text(fields[1])
    guard columns.contains(label) else { return nil }
    var names: [String] = []
    while let line = try records.next(into: &fields) {
      guard fields.count == 2, records.text(fields[0]) == "\(names.count)" else {
        throw Fault(
          DataErrors.badCSV, "`\(path)`, line \(line): expected class \(names.count) and its name",
          hint: "the file lists the classes of `\(table)` in order from 0; correct the line, or delete the file")
      }
      names.append(records.text(fields[1]))
    }
    self.path = path
    self.label = label
    self.names = names
  }

  static func encode(_ names: [String], label: String) -> [UInt8] {
    var text = "class,\(CSVWriter.field(label))\n"
    for (index, name) in names.enumerated() { text += "\(index),\(CSVWriter.name(name))\n" }
    return Array(text.utf8)
  }
}
