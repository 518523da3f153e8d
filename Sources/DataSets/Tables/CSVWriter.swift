import Tensors

/// Tables as text: a line for each row, numbers with as few digits as tell them from their neighbours.
package struct CSVWriter {
  private let separator: String
  private var bytes: [UInt8] = []

  private init(_ separator: String) { self.separator = separator }

  /// With the columns' names, if there are any, and the labels as the last column, by their classes' names.
  package static func encode(
    _ numbers: Tensor, columns: [String] = [], label: String = "label", labels: [Int32]? = nil, names: [String] = [], separator: String = ","
  ) -> [UInt8] {
    var writer = CSVWriter(separator)
    writer.write(numbers, columns: columns, label: label, labels: labels, names: names)
    return writer.bytes
  }

  private mutating func write(_ numbers: Tensor, columns: [String], label: String, labels: [Int32]?, names: [String]) {
    if !columns.isEmpty { line((columns + (labels == nil ? [] : [label])).map(CSVWriter.field)) }
    let width = numbers.shape[1]
    for row in 0..<numbers.shape[0] {
      var fields = (0..<width).map { CSVWriter.number(numbers[row * width + $0], numbers.dtype) }
      if let label = labels?[row] {
        fields.append(names.indices.contains(Int(label)) ? CSVWriter.field(names[Int(label)]) : "\(label)")
      }
      line(fields)
    }
  }

  private mutating func line(_ fields: [String]) {
    bytes += fields.joined(separator: separator).utf8
    bytes.append(UInt8(ascii: "\n"))
  }

  /// In quotes where RFC 4180 asks for them, and where spaces at the ends would be lost.
  static func field(_ text: String) -> String {
    let asks = text.utf8.contains { [UInt8(ascii: ","), UInt8(ascii: ";"), UInt8(ascii: "\t"), UInt8(ascii: "\""), 0x0A, 0x0D].contains($0) }
    guard asks || text.hasPrefix(" ") || text.hasSuffix(" ") else { return text }
    return "\"" + text.unicodeScalars.map { $0 == "\"" ? "\"\"" : String($0) }.joined() + "\""
  }

  private static func number(_ value: Double, _ dtype: DType) -> String {
    guard dtype.isFloat else { return "\(Int(value))" }
    let text = dtype == .f32 ? Float(value).description : value.description
    return text.hasSuffix(".0") ? String(text.dropLast(2)) : text
  }
}
