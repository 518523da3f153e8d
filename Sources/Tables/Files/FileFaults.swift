import Diagnostics

/// Errors in files of tables.
enum FileFaults {
  static func shown(_ text: String) -> String { text.count > 40 ? text.prefix(40) + "..." : text }

  static func syntax(_ kind: Tokenizer.Problem.Kind, width: Int, _ path: String, line: Int) -> Fault {
    switch kind {
    case .unclosed: Fault(TablesErrors.broken, "`\(path)`, line \(line): unclosed quote", hint: "write a quote within quotes twice: \"\"")
    case .afterQuote:
      Fault(
        TablesErrors.broken, "`\(path)`, line \(line): text after a closing quote",
        hint: "quote the whole field, and write a quote within it twice: \"\"")
    case .ragged(let found):
      Fault(
        TablesErrors.broken, "`\(path)`, line \(line): expected \(counted(width, "field")) as on the first line, got \(found)",
        hint: found > width
          ? "quote a string that contains a separator: \"Rome, Italy\"" : "is the line truncated? Empty fields need their separators")
    }
  }

  static func text(_ problem: TextCheck.Problem, _ path: String, line: Int) -> Fault {
    let hint = "in a spreadsheet, export it as \"CSV UTF-8\""
    switch problem {
    case .zero: return Fault(TablesErrors.broken, "`\(path)`, line \(line) is not UTF-8 text: it contains zero bytes", hint: hint)
    case .notUTF8:
      return Fault(
        TablesErrors.broken, "`\(path)`, line \(line) is not UTF-8 text",
        hint: "\(hint); if it is Latin-1, convert it: `iconv -f latin1 -t utf-8`")
    }
  }

  static func wide(_ path: String) -> Fault {
    Fault(
      TablesErrors.broken, "`\(path)` is UTF-16 text, expected UTF-8",
      hint: "in a spreadsheet, export it as \"CSV UTF-8\", or convert it: `iconv -f utf-16 -t utf-8`")
  }

  static func empty(_ path: String) -> Fault {
    Fault(TablesErrors.broken, "`\(path)` has no rows: the file is empty", hint: "write the names of the columns on its first line")
  }

  static func longRecord(_ path: String, line: Int, _ limit: Int) -> Fault {
    Fault(
      TablesErrors.broken, "`\(path)`, from line \(line) on: a row is longer than \(limit >> 20) MB",
      hint: "is a quote unclosed? Write a quote within quotes twice: \"\"")
  }

  static func changed(_ path: String) -> Fault {
    Fault(TablesErrors.broken, "`\(path)` changed while it was read", hint: "read it again when it is complete")
  }

  static func kind(_ problem: PieceParser.Problem, _ column: String, _ path: String, line: Int, decimalComma: Bool) -> Fault {
    let what =
      switch problem.kind {
      case .number: "number"
      case .whole: "whole number"
      case .boolean: "boolean"
      case .date: "date such as 2024-03-01"
      default: "time such as 2024-03-01 12:30"
      }
    let parts = problem.text.split(separator: ",", omittingEmptySubsequences: false)
    let isComma = problem.kind == .number && !decimalComma && parts.count == 2 && parts.allSatisfy { $0.allSatisfy { $0.isNumber || $0 == "-" } }
    return Fault(
      TablesErrors.cell, "`\(path)`, line \(line), column \"\(column)\": \"\(shown(problem.text))\" is not a \(what)",
      hint: isComma
        ? "numbers with a decimal comma need `decimal=\",\"`"
        : "correct it; if it denotes a gap, list it in `missing=`; if the column holds words, leave its kind out")
  }

  static func infinite(_ text: String, _ column: String, _ path: String, line: Int) -> Fault {
    Fault(
      TablesErrors.cell, "`\(path)`, line \(line), column \"\(column)\": \(shown(text)) is not a finite number",
      hint: "numbers are finite, up to 1.8e308; correct it, or read it as a gap: `missing=(\"NA\", \"\(shown(text))\")`")
  }

  static func tooLarge(_ column: String, rows: Int) -> Fault {
    Fault(
      TablesErrors.tooLarge, "column \"\(column)\" of \(counted(rows, "row")) does not fit in memory",
      hint: "read fewer columns: `columns=(...)`, or fewer rows: `limit=`")
  }

  static func tooLarge(file path: String, rows: Int) -> Fault {
    Fault(
      TablesErrors.tooLarge, "`\(path)` does not fit in memory: it was full after \(counted(rows, "row"))",
      hint: "read fewer columns: `columns=(...)`, or fewer rows: `limit=`")
  }

  static func character(_ what: String, _ given: Character) -> Fault {
    Fault(TablesErrors.option, "invalid \(what): expected one ASCII character other than a quote and a line break, got `\(given)`")
  }

  static func column(_ wanted: TableFile.Selector, of names: [String], hasHeader: Bool, _ path: String) -> Fault {
    switch wanted {
    case .named(let name):
      return Fault(
        TablesErrors.unknown, "`\(path)` has no column \"\(name)\"",
        hint: hasHeader
          ? Suggestion.hint(for: name, among: names) ?? "the columns are \(TablesErrors.listed(names))"
          : "its first line contains values, not names; give the column's index, counted from 0")
    case .place(let place):
      return Fault(TablesErrors.unknown, "`\(path)` has no column \(place); it has \(counted(names.count, "column")), counted from 0")
    }
  }
}
