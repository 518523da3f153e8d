import Diagnostics
import Tensors

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

  package static func decode(_ given: [UInt8], name: String, _ choices: Choices = Choices()) throws -> DataSet {
    let bytes = Gzip.isCompressed(given) ? try Gzip.inflate(given, name: name) : given
    guard !bytes.contains(0) else {
      throw Fault(
        DataErrors.badCSV, "`\(name)` is not text in UTF-8: it holds zero bytes", hint: "in a spreadsheet, export it as \"CSV UTF-8\"")
    }
    guard bytes.withUnsafeBytes({ String(validating: $0, as: UTF8.self) }) != nil else {
      throw Fault(DataErrors.badCSV, "`\(name)` is not text in UTF-8", hint: "in a spreadsheet, export it as \"CSV UTF-8\"")
    }
    var reader = TableReader(bytes, name: name)
    return try reader.dataSet(choices)
  }
}

/// One table on its way to a data set.
private struct TableReader {
  private var records: CSVRecords
  private let name: String
  private var fields: [CSVRecords.Field] = []
  /// Empty where the file names none.
  private var headings: [String] = []
  private var width = 0

  init(_ bytes: [UInt8], name: String) {
    records = CSVRecords(bytes, name: name)
    self.name = name
  }

  mutating func dataSet(_ choices: CSV.Choices) throws -> DataSet {
    var line = try records.next(into: &fields)
    width = fields.count
    // Names are words: a first line with a number in it is the first example.
    if line != nil, choices.hasNames ?? !fields.contains(where: { records.number($0) != nil }) {
      headings = fields.enumerated().map { $1.bytes.isEmpty ? "column \($0)" : records.text($1) }
      line = try records.next(into: &fields)
    }
    guard line != nil else {
      throw Fault(
        DataErrors.empty, "there are no rows in `\(name)`\(headings.isEmpty ? "" : " but the names of its columns")", hint: "an example stands on each line")
    }
    let isWord = fields.last.map { records.number($0) == nil && !records.isMissing($0) } ?? false
    let label = try choices.label.map(place) ?? (choices.findsLabel && isWord && width > 1 ? width - 1 : nil)
    let taken = try choices.columns.map { try $0.map(place) } ?? (0..<width).filter { $0 != label }
    guard !taken.isEmpty else {
      throw Fault(DataErrors.badCSV, "`\(name)` has no columns besides the labels", hint: "the numbers to learn from stand beside the label")
    }
    var numbers: [Float] = []
    var classes = Classes()
    while let at = line {
      guard fields.count == width else { throw ragged(at) }
      for column in taken {
        guard let number = records.number(fields[column]) else { throw notNumber(column, at) }
        numbers.append(number)
      }
      if let label {
        guard !records.isMissingWord(fields[label]) else { throw missing(label, at) }
        classes.append(records.text(fields[label]))
      }
      line = try records.next(into: &fields)
    }
    let rows = Rows(
      try Tensor(numbers, shape: [numbers.count / taken.count, taken.count]), columns: headings.isEmpty ? [] : taken.map { headings[$0] },
      label: label.flatMap { headings.indices.contains($0) ? headings[$0] : nil } ?? "label")
    guard let label else { return try DataSet(.rows(rows)) }
    guard let (labels, names) = classes.numbered else {
      throw Fault(
        DataErrors.badCSV, "`\(name)`, column \(title(label)): labels are words or whole numbers, and here are fractions",
        hint: "to learn from the column as a number, leave out `label=`")
    }
    return try DataSet(.rows(rows), labels: labels, names: names)
  }

  private func place(_ column: CSV.Column) throws -> Int {
    switch column {
    case .named(let wanted):
      if let place = headings.firstIndex(of: wanted) { return place }
      throw Fault(
        DataErrors.badCSV, "`\(name)` has no column \"\(wanted)\"",
        hint: headings.isEmpty
          ? "its first line holds numbers, not names; give the column's place, counted from 0"
          : Suggestion.hint(for: wanted, among: headings) ?? "its columns are \(headings.prefix(12).map { "\"\($0)\"" }.joined(separator: ", "))")
    case .place(let wanted):
      let place = wanted < 0 ? wanted + width : wanted
      guard (0..<width).contains(place) else {
        throw Fault(DataErrors.badCSV, "`\(name)` has no column \(wanted): it has \(width), counted from 0")
      }
      return place
    }
  }

  // MARK: What can be wrong with a line

  /// How a report names a column.
  private func title(_ column: Int) -> String { headings.indices.contains(column) ? "\"\(headings[column])\"" : "\(column)" }

  private func ragged(_ line: Int) -> Fault {
    Fault(
      DataErrors.badCSV, "`\(name)`, line \(line) has \(counted(fields.count, "field")), the first line has \(width)",
      hint: fields.count > width
        ? "a text that holds a separator stands in quotes: \"Rome, Italy\"" : "is the line cut off? Each has a field for each column, even if it is empty")
  }

  private func missing(_ column: Int, _ line: Int) -> Fault {
    Fault(
      DataErrors.badCSV, "`\(name)`, line \(line), column \(title(column)): there is no value",
      hint: "fill it in or take the line out, or take other columns: `columns=(...)`")
  }

  private func notNumber(_ column: Int, _ line: Int) -> Fault {
    if records.isMissing(fields[column]) { return missing(column, line) }
    let text = records.text(fields[column])
    let shown = text.count > 40 ? text.prefix(40) + "..." : text
    let parts = text.split(separator: ",", omittingEmptySubsequences: false)
    let hint =
      if parts.count == 2, parts.allSatisfy({ !$0.isEmpty && $0.allSatisfy { $0.isNumber || $0 == "-" } }) {
        "numbers are written with a point: \(parts[0]).\(parts[1])"
      } else if Float(text) != nil {
        "rows hold finite numbers, up to 3.4e38"
      } else {
        "if the column holds the classes: `csv(\"\(name)\", label=\(headings.isEmpty ? "\(column)" : title(column)))`; to leave it out, name the others: `columns=(...)`"
      }
    return Fault(DataErrors.badCSV, "`\(name)`, line \(line), column \(title(column)): \"\(shown)\" is not a number", hint: hint)
  }
}

/// Labels as a column has them.
private struct Classes {
  private var words: [String] = []
  private var places: [String: Int32] = [:]
  private var found: [Int32] = []

  mutating func append(_ word: String) {
    let place = places[word] ?? Int32(clamping: words.count)
    if Int(place) == words.count {
      places[word] = place
      words.append(word)
    }
    found.append(place)
  }

  /// Whole numbers are the labels themselves; words become classes in the order of the alphabet, as
  /// scikit-learn's LabelEncoder has it. Nil for fractions.
  var numbered: (labels: [Int32], names: [String])? {
    // Swift reads hexadecimal numbers, too, and infinity.
    let numbers = words.map { word in word.allSatisfy { "+-.eE0123456789".contains($0) } ? Double(word) : nil }
    if numbers.allSatisfy({ $0 != nil }) {
      let whole = numbers.map { $0.flatMap(Int32.init(exactly:)) }
      guard whole.allSatisfy({ $0 != nil }) else { return nil }
      let labels = whole.map { $0 ?? 0 }
      return (found.map { labels[Int($0)] }, [])
    }
    let order = words.indices.sorted { words[$0].unicodeScalars.lexicographicallyPrecedes(words[$1].unicodeScalars) }
    var labels = [Int32](repeating: 0, count: words.count)
    for (label, place) in order.enumerated() { labels[place] = Int32(label) }
    return (found.map { labels[Int($0)] }, order.map { words[$0] })
  }
}
