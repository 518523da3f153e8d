import Diagnostics
import Tensors

/// Converts one table to a data set.
struct TableReader {
  private(set) var records: CSVRecords
  let name: String
  private(set) var fields: [CSVRecords.Field] = []
  /// Empty if the file has no header.
  private(set) var headings: [String] = []
  private(set) var width = 0
  private(set) var label: Int?
  /// Whether quotes mark strings, as in R; not if the file quotes its numbers too.
  private var quotesMarkText = true

  init(_ bytes: [UInt8], name: String) {
    records = CSVRecords(bytes, name: name)
    self.name = name
  }

  mutating func dataSet(_ options: CSV.Options, _ classList: (_ label: String) throws -> ClassList?) throws -> DataSet {
    var line = try records.next(into: &fields)
    width = fields.count
    if line != nil, options.hasNames ?? holdsNames() {
      headings = fields.enumerated().map { $1.bytes.isEmpty && !$1.isQuoted ? "column \($0)" : records.text($1) }
      line = try records.next(into: &fields)
    }
    guard line != nil else {
      throw Fault(
        DataErrors.empty, "there are no rows in `\(name)`\(headings.isEmpty ? "" : ", only column names")", hint: "write one example per line")
    }
    quotesMarkText = !fields.contains { $0.isQuoted && records.number($0) != nil } || fields.contains { !$0.isQuoted && records.number($0) != nil }
    label = try options.label.map(place) ?? (options.infersLabel && width > 1 && fields.last.map(isWord) == true ? width - 1 : nil)
    let taken = try options.columns.map { try $0.map(place) } ?? (0..<width).filter { $0 != label }
    guard !taken.isEmpty else {
      throw Fault(DataErrors.badCSV, "`\(name)` has no columns besides the labels", hint: "add columns of numbers beside the label")
    }
    var numbers: [Double] = []
    var isWide = false
    var classes = Classes()
    while let at = line {
      guard fields.count == width else { throw ragged(at) }
      for column in taken {
        guard let number = records.number(fields[column]) else { throw notNumber(column, at) }
        guard number.isExact else { throw inexact(column, at) }
        if !number.fitsFloat { isWide = true }
        numbers.append(number.value)
      }
      if let label { try append(fields[label], to: &classes, label, at) }
      line = try records.next(into: &fields)
    }
    let shape = [numbers.count / taken.count, taken.count]
    let title = label.flatMap { headings.indices.contains($0) ? headings[$0] : nil } ?? "label"
    let rows = Rows(
      try Tensor(dtype: isWide ? .f64 : .f32, shape: shape) { numbers[$0] }, columns: headings.isEmpty ? [] : taken.map { headings[$0] }, label: title)
    guard let label else { return try DataSet(.rows(rows)) }
    let list = try classList(title)
    do {
      let (labels, names) = try classes.numbered(list)
      return try DataSet(.rows(rows), labels: labels, names: names)
    } catch let problem as Classes.Problem {
      throw notLabel(problem, label)
    }
  }

  /// A first line with a number is an example, not a header, unless the number is quoted and the same field of the next
  /// line is not.
  private func holdsNames() -> Bool {
    var (ahead, next): (CSVRecords, [CSVRecords.Field]) = (records, [])
    if (try? ahead.next(into: &next)) ?? nil == nil { next = [] }
    let isNumber = fields.indices.contains { place in
      guard records.number(fields[place]) != nil else { return false }
      return !(fields[place].isQuoted && next.indices.contains(place) && !next[place].isQuoted)
    }
    return !isNumber && !fields.allSatisfy(records.isNotFinite)
  }

  private func isWord(_ field: CSVRecords.Field) -> Bool {
    (field.isQuoted && quotesMarkText) || (records.number(field) == nil && !records.isMissing(field))
  }

  private func append(_ field: CSVRecords.Field, to classes: inout Classes, _ label: Int, _ line: Int) throws {
    let isText = field.isQuoted && quotesMarkText
    guard isText || !records.isMissingWord(field) else { throw missing(label, line) }
    classes.append(records.text(field), number: isText ? nil : records.number(field)?.value, line: line)
  }

  private func place(_ column: CSV.Column) throws -> Int {
    switch column {
    case .named(let wanted):
      if let place = headings.firstIndex(of: wanted) { return place }
      throw Fault(
        DataErrors.badCSV, "`\(name)` has no column \"\(wanted)\"",
        hint: headings.isEmpty
          ? "its first line contains numbers, not names; give the column's index, counted from 0"
          : Suggestion.hint(for: wanted, among: headings) ?? "columns: \(headings.prefix(12).map { "\"\($0)\"" }.joined(separator: ", "))")
    case .place(let wanted):
      let place = wanted < 0 ? wanted + width : wanted
      guard (0..<width).contains(place) else {
        throw Fault(DataErrors.badCSV, "`\(name)` has no column \(wanted); it has \(counted(width, "column")), counted from 0")
      }
      return place
    }
  }
}
