import Testing

@testable import Tables

@Suite("Dates and times") struct CalendarTests {
  @Test(arguments: [
    ("1970-01-01", 0), ("2000-02-29", 11_016), ("1969-12-31", -1), ("1600-02-29", -135_081), ("9999-12-31", 2_932_896), ("0001-01-01", -719_162),
  ])
  func days(text: String, days: Int) {
    #expect(Calendar.days(Array(text.utf8)[...]) == days)
    #expect(Calendar.text(days: days) == text)
  }

  @Test func everyDayOfFourCenturies() {
    var previous = Calendar.days(year: 1799, month: 12, day: 31)
    for year in 1800..<2200 {
      for month in 1...12 {
        for day in 1...Calendar.daysInMonth(month, year: year) {
          let number = Calendar.days(year: year, month: month, day: day)
          #expect(number == previous + 1)
          #expect(Calendar.civil(days: number) == (year, month, day))
          previous = number
        }
      }
    }
  }

  @Test(arguments: ["2023-02-29", "2024-13-01", "2024-00-10", "2024-1-01", "24-01-01", "2024/01/01", "2024-01-32", ""])
  func invalidDates(text: String) { #expect(Calendar.days(Array(text.utf8)[...]) == nil) }

  @Test(arguments: [
    ("1970-01-01 00:00", 0, "1970-01-01 00:00:00"), ("1970-01-02T00:00:01", 86_401_000_000, "1970-01-02 00:00:01"),
    ("1969-12-31 23:59:59.5", -500_000, "1969-12-31 23:59:59.5"), ("2000-01-01 12:30:00.000001", 946_729_800_000_001, "2000-01-01 12:30:00.000001"),
  ])
  func times(text: String, microseconds: Int, written: String) {
    #expect(Calendar.microseconds(Array(text.utf8)[...]) == microseconds)
    #expect(Calendar.text(microseconds: microseconds) == written)
  }

  @Test(arguments: ["2024-01-01 24:00", "2024-01-01 12:60", "2024-01-01 12:00:61", "2024-01-01 12:00:00.", "2024-01-01 12:00:00.1234567", "2024-01-01"])
  func invalidTimes(text: String) { #expect(Calendar.microseconds(Array(text.utf8)[...]) == nil) }
}
