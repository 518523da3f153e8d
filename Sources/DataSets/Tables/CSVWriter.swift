import Diagnostics
import Effects
import Tables
import Tensors

/// Writes tables as text: one line per row, each number in the fewest digits that determine it.
package struct CSVWriter {
  private let separator: String
  private var bytes: [UInt8] = []

  private init(_ separator: String) { self.separator = separator }

  /// Writes a data set of rows, and its class list if the table alone does not determine the classes.
  package static func write(_ rows: Rows, labels: [Int32]?, names: [String], separator: String = ",", to path: String, _ files: any FileAccess) throws {
    try refuseZeroBytes(in: rows.columns + names + [rows.label], path)
    if let labels, !names.isEmpty {
      guard Set(names.map { Array($0.utf8) }).count == names.count else {
        throw Fault(
          DataErrors.badCSV, "two classes have the same name, and a table identifies classes by name", hint: "name each class differently")
      }
      let list = ClassList.path(beside: path)
      let present = Levels.sorted(Array(Set(labels.map { names[Int($0)] })))
      // An existing list must not apply to the new table.
      if present != names || files.exists(list) { try files.write(ClassList.encode(names, label: rows.columns.isEmpty ? "label" : rows.label), to: list) }
    }
    try files.write(
      encode(rows.numbers, columns: rows.columns, label: rows.label, labels: labels, names: names, separator: separator), to: path)
  }

  /// With the column names, if there are any, and the labels as the last column, by class name.
  package static func encode(
    _ numbers: Tensor, columns: [String] = [], label: String = "label", labels: [Int32]? = nil, names: [String] = [], separator: String = ","
  ) -> [UInt8] {
    var writer = CSVWriter(separator)
    writer.write(numbers, columns: columns, label: label, labels: labels, names: names)
    return writer.bytes
  }

  private mutating func write(_ numbers: Tensor, columns: [String], label: String, labels: [Int32]?, names: [String]) {
    if !columns.isEmpty { line((columns + (labels == nil ? [] : [label])).map(CSVWriter.name)) }
    let width = numbers.shape[1]
    for row in 0..<numbers.shape[0] {
      var fields = (0..<width).map { CSVWriter.number(numbers[row * width + $0], numbers.dtype) }
      if let label = labels?[row] {
        fields.append(names.indices.contains(Int(label)) ? CSVWriter.name(names[Int(label)]) : "\(label)")
      }
      line(fields)
    }
  }

  private mutating func line(_ fields: [String]) {
    bytes += fields.joined(separator: separator).utf8
    bytes.append(UInt8(ascii: "\n"))
  }

  /// Quoted if RFC 4180 requires it, or if spaces at the ends would be lost.
  package static func field(_ text: String) -> String {
    let asks = text.utf8.contains { [UInt8(ascii: ","), UInt8(ascii: ";"), UInt8(ascii: "\t"), UInt8(ascii: "\""), 0x0A, 0x0D].contains($0) }
    guard asks || text.utf8.first == UInt8(ascii: " ") || text.utf8.last == UInt8(ascii: " ") || text.unicodeScalars.first == "\u{FEFF}" else { return text }
    return "\"" + text.unicodeScalars.map { $0 == "\"" ? "\"\"" : String($0) }.joined() + "\""
  }

  /// The name of a column or class: also quoted if it would be read as a value or a gap otherwise.
  static func name(_ text: String) -> String { FieldText.written(text) }

  private static func refuseZeroBytes(in texts: [String], _ path: String) throws {
    guard let name = texts.first(where: { $0.utf8.contains(0) }) else { return }
    throw Fault(
      DataErrors.badCSV, "`\(path)` cannot contain the name \"\(name.replacing("\0", with: "\\0"))\": it contains a zero byte",
      hint: "rename the column or class")
  }

  private static func number(_ value: Double, _ dtype: DType) -> String {
    if let whole = Int(exactly: value), abs(whole) <= 1 << 53 { return whole == 0 && value.sign == .minus ? "-0" : "\(whole)" }
    return dtype == .f32 ? Float(value).description : value.description
  }
}
