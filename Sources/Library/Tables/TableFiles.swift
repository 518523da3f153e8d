import DataSets
import Diagnostics
import Engine
import Machine
import Tables

// Tables in files.
extension Library {
  private static let file = Parameter("file", .string, "a file with a row on each line; .gz after its name: compressed")
  private static let kinds = Parameter(
    "kinds", optional: .any, "a record of columns and their kinds: \"number\", \"whole\", \"category\", \"boolean\", \"date\", \"time\" or \"text\"",
    shown: "found")
  private static let chosen = Parameter("columns", optional: .list, "the columns to read, by name or position", shown: "all")
  private static let header = Parameter("header", optional: .boolean, "whether the first line has the names of the columns", shown: "detected")
  private static let separator = Parameter("separator", optional: .string, "the character between fields", shown: "found")
  private static let decimal = Parameter("decimal", "the decimal mark of numbers", default: ".", choices: [".", ","])
  private static let missing = Parameter(
    "missing", optional: .list, "the texts that mean a missing value, besides empty ones", shown: "NA, N/A, NaN, null, ? and the like")
  private static let comment = Parameter("comment", optional: .string, "lines that begin with this character are skipped")
  private static let limit = Parameter("limit", optional: Kind(.int, in: 0...1 << 40), "the greatest number of rows", shown: "all")

  /// A program is checked in a moment.
  private static let mostCheckedRows = 100_000

  static let tableFiles: [Builtin] = [
    Builtin(
      "csv", "A table from a file of comma-separated values, or with tabs, semicolons or other separators; the kinds of its columns are found",
      [file, kinds, chosen, header, separator, decimal, missing, comment, limit],
      references: ["Y. Shafranovich, Common format and MIME type for comma-separated values, RFC 4180"], hasEffects: true,
      whenChecked: .instead { call in
        let path = try call[file]
        // The names and kinds of the columns, if the file exists. Kinds are found from all rows, so those of a large file are not known.
        var options = try options(call)
        let whole = options.limit ?? .max
        options.limit = min(whole, mostCheckedRows + 1)
        if let contents = try? TableFile.read(path, options, call.effects.files, workers(call)), contents.table.count <= min(whole, mostCheckedRows) {
          return call.machine.make(foreign: TableValue(contents.table, isKnown: false))
        }
        call.machine.policy.note("the content of `\(path)` is only known in a run", at: call.span)
        return .unknown
      }
    ) { call in try readTable(call, call[file], options(call)) }
  ]

  static func loadTable(_ call: Call, _ path: String) throws -> Value { try readTable(call, path, TableFile.Options()) }

  private static func readTable(_ call: Call, _ path: String, _ options: TableFile.Options) throws -> Value {
    let contents = try TableFile.read(path, options, call.effects.files, workers(call))
    for note in contents.notes { call.effects.progress.writeLine("note: `\(path)`: \(note)") }
    for mixed in contents.mixed { call.effects.progress.writeLine("note: `\(path)`: column `\(mixed.column)` has words: \(mixed.text)") }
    return call.machine.make(foreign: TableValue(try ordered(contents.table, path, call)))
  }

  /// With the classes in the order of the list that `save` wrote beside the file of a data set.
  private static func ordered(_ table: Table, _ path: String, _ call: Call) throws -> Table {
    let columns = table.columns.filter { $0.kind == .category || $0.kind == .text }
    guard let list = try ClassList(beside: path, columns: columns.map(\.name), call.effects.files) else { return table }
    let words = try table.column(list.label).converted(to: .category)
    guard Set(words.levels).isSubset(of: list.names) else { return table }
    return try table.adding(words.orderingLevels(list.names))
  }

  private static func options(_ call: Call) throws -> TableFile.Options {
    var options = TableFile.Options()
    options.separator = try character(call, separator)
    options.comment = try character(call, comment)
    options.decimalComma = try call[decimal] == ","
    options.header = try call[header].map { $0 ? .present : .absent } ?? .detected
    options.limit = try call[limit]
    options.missing = try call[missing].map { try $0.listItems.map { try call.machine.text($0) } }
    options.columns = try call[chosen].map { list in
      try list.listItems.map { item in
        if item.tag == .string { return .named(item.string) }
        guard let place = try call.machine.integer(item) else { throw call.wrong(chosen, expected: "a list of names or positions") }
        return .place(place)
      }
    }
    guard let record = try call[kinds] else { return options }
    guard record.tag == .record else { throw call.wrong(kinds, expected: "a record such as {year: \"category\"}") }
    for index in 0..<record.recordCount {
      let (name, word) = (call.machine.symbols.name(record.recordKey(index)), record.recordValue(index))
      guard word.tag == .string, let kind = ColumnKind(rawValue: word.string) else {
        let known = ColumnKind.allCases.map(\.rawValue)
        throw call.refuse(
          "`csv`: the kind of `\(name)` must be one of \(known.joined(separator: ", ")), got \(call.machine.describe(word))",
          hint: word.tag == .string ? Suggestion.hint(for: word.string, among: known) : nil)
      }
      options.kinds[name] = kind
    }
    return options
  }

  private static func character(_ call: Call, _ parameter: Parameter<String?>) throws -> Character? {
    guard let text = try call[parameter] else { return nil }
    guard text.count == 1 else { throw call.wrong(parameter, expected: "one character") }
    return text.first
  }
}
