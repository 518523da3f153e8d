import Diagnostics
import Effects
import Engine

/// Tables in files: CSV and TSV, JSON lines, and JSON arrays of objects, each also compressed by gzip.
package enum TableFile {
  package enum Header: Sendable { case detected, present, absent }

  /// A column by name or index; a negative index counts from the end.
  package enum Selector: Sendable, Equatable {
    case named(String)
    case place(Int)
  }

  package struct Options: Sendable {
    /// One ASCII character; by default, found in the first lines.
    package var separator: Character?
    /// Whether numbers are written as `2,5`.
    package var decimalComma = false
    package var header = Header.detected
    /// The columns to read, in this order; by default, all.
    package var columns: [Selector]?
    /// Kinds by the name of the column, in place of the kinds that are found.
    package var kinds: [String: ColumnKind] = [:]
    /// Fields that are gaps, besides empty ones, compared exactly; by default `MissingWords.usual`.
    package var missing: [String]?
    /// Lines that begin with this ASCII character are skipped.
    package var comment: Character?
    /// At most this many rows.
    package var limit: Int?

    package init() {}
  }

  /// A column of words most of whose cells are numbers.
  package struct Mixed: Sendable, Equatable {
    package let column: String
    /// How many cells are not numbers, and of how many that are not missing.
    package let others: Int
    package let count: Int
    /// The first cell that is not a number, and its line in the file.
    package let word: String
    package let line: Int

    /// Such as "1 of 344 cells is not a number: line 17: `abc`".
    package var text: String { "\(others) of \(count) cells \(others == 1 ? "is" : "are") not a number: line \(line): `\(word)`" }
  }

  package struct Contents: Sendable {
    package let table: Table
    /// For the user: renamed columns and the like.
    package let notes: [String]
    package let mixed: [Mixed]
  }

  /// Reads a table. The kind of a column follows from all of its rows: whole numbers (of up to 18 digits, without leading
  /// zeros), numbers, booleans (`true` and `false`), dates, times, else words. Words are a category if there are at most 50
  /// different ones, or 5 % of the rows and 10,000, and they occur twice on average; else texts. The levels of a category
  /// are sorted, numbers by value and words by code points. A column of gaps only is of texts.
  ///
  /// In a file that does not quote all fields, a quoted field is a word, whatever it looks like, and an empty one in a column
  /// of words is an empty text. In a file that does, quotes have no meaning.
  ///
  /// A `.jsonl`, `.ndjson` or `.json` file consists of flat JSON objects. Throws if the file is damaged, contains infinite
  /// numbers, or does not fit in memory.
  package static func read(_ path: String, _ options: Options = Options(), _ files: any FileAccess, _ workers: Workers) throws -> Contents {
    if Format(path) == .json {
      return try JSONReader(path, options).read(files, workers)
    }
    return try CSVReader(path, options).read(files, workers)
  }

  /// Writes a table in the format of the path's ending: `.tsv`, `.jsonl`, `.ndjson`, else CSV; `.gz` after it compresses.
  /// Reading it with the table's kinds gives an equal table, apart from levels without rows.
  package static func write(_ table: Table, to path: String, _ files: any FileAccess, _ workers: Workers) throws {
    try TableWriter(table, path).write(files, workers)
  }

  package enum Format {
    case csv, tsv, json

    package init(_ path: String) {
      var name = path.lowercased()
      if name.hasSuffix(".gz") { name.removeLast(3) }
      self = [".jsonl", ".ndjson", ".json"].contains(where: name.hasSuffix) ? .json : name.hasSuffix(".tsv") || name.hasSuffix(".tab") ? .tsv : .csv
    }
  }
}

extension Table {
  package var kinds: [String: ColumnKind] { Dictionary(columns.map { ($0.name, $0.kind) }) { first, _ in first } }
}
