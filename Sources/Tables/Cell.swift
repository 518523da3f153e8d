/// One value of a table.
package enum Cell: Sendable, Hashable {
  case gap
  case number(Double)
  case whole(Int)
  /// A text, or a level of a category.
  case text(String)
  case boolean(Bool)
  /// Days since 1970-01-01.
  case date(Int)
  /// Microseconds since 1970-01-01 00:00.
  case time(Int)

  /// As a file contains it; a missing value is empty.
  package var text: String {
    switch self {
    case .gap: ""
    case .number(let number): number.description
    case .whole(let number): number.description
    case .text(let text): text
    case .boolean(let value): value ? "true" : "false"
    case .date(let days): Calendar.text(days: days)
    case .time(let microseconds): Calendar.text(microseconds: microseconds)
    }
  }
}
