/// What the cells of a column are.
package enum ColumnKind: String, Sendable, CaseIterable {
  /// A 64-bit float.
  case number
  /// A 64-bit integer.
  case whole
  /// One of a few words.
  case category
  case boolean
  /// A day of the proleptic Gregorian calendar.
  case date
  /// A day and a time of day to the microsecond, without a time zone.
  case time
  /// Free text, which is kept but not modelled.
  case text

  /// As in "a column of whole numbers".
  package var plural: String {
    switch self {
    case .number: "numbers"
    case .whole: "whole numbers"
    case .category: "categories"
    case .boolean: "booleans"
    case .date: "dates"
    case .time: "times"
    case .text: "texts"
    }
  }

  package var isNumeric: Bool { self == .number || self == .whole }
}
