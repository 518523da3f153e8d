/// Dates and times of the proleptic Gregorian calendar as in ISO 8601, without time zones.
package enum Calendar {
  package static let microsecondsPerDay = 86_400_000_000

  /// Days since 1970-01-01 (H. Hinnant, chrono-Compatible low-level date algorithms, `days_from_civil`).
  package static func days(year: Int, month: Int, day: Int) -> Int {
    let shifted = month <= 2 ? year - 1 : year
    let era = (shifted >= 0 ? shifted : shifted - 399) / 400
    let yearOfEra = shifted - era * 400
    let dayOfYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1
    return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
  }

  /// The inverse, `civil_from_days`.
  package static func civil(days: Int) -> (year: Int, month: Int, day: Int) {
    let shifted = days + 719_468
    let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
    let dayOfEra = shifted - era * 146_097
    let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let shiftedMonth = (5 * dayOfYear + 2) / 153
    let month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
    return (yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, dayOfYear - (153 * shiftedMonth + 2) / 5 + 1)
  }

  package static func daysInMonth(_ month: Int, year: Int) -> Int {
    let isLeap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
    return month == 2 ? (isLeap ? 29 : 28) : [4, 6, 9, 11].contains(month) ? 30 : 31
  }

  /// `2024-03-01`.
  package static func text(days: Int) -> String {
    let (year, month, day) = civil(days: days)
    return "\(padded(year, 4))-\(padded(month, 2))-\(padded(day, 2))"
  }

  /// `2024-03-01 12:30:00`, with as many decimals of the second as it needs.
  package static func text(microseconds: Int) -> String {
    let days = microseconds.floored(by: microsecondsPerDay)
    let rest = microseconds - days * microsecondsPerDay
    let (seconds, fraction) = rest.quotientAndRemainder(dividingBy: 1_000_000)
    var text = "\(text(days: days)) \(padded(seconds / 3600, 2)):\(padded(seconds / 60 % 60, 2)):\(padded(seconds % 60, 2))"
    if fraction > 0 {
      var digits = padded(fraction, 6)
      while digits.hasSuffix("0") { digits.removeLast() }
      text += ".\(digits)"
    }
    return text
  }

  private static func padded(_ number: Int, _ width: Int) -> String {
    let digits = "\(abs(number))"
    return (number < 0 ? "-" : "") + String(repeating: "0", count: max(0, width - digits.count)) + digits
  }

  /// Days of a text such as `2024-03-01`; nil if it is not a date.
  package static func days<Bytes: RandomAccessCollection<UInt8>>(_ text: Bytes) -> Int? where Bytes.Index == Int {
    guard text.count == 10 else { return nil }
    let start = text.startIndex
    guard text[start + 4] == UInt8(ascii: "-"), text[start + 7] == UInt8(ascii: "-"), let year = digits(text, start, 4),
      let month = digits(text, start + 5, 2), let day = digits(text, start + 8, 2), (1...12).contains(month),
      day >= 1, day <= daysInMonth(month, year: year)
    else { return nil }
    return days(year: year, month: month, day: day)
  }

  /// Microseconds of a text such as `2024-03-01 12:30`, with seconds and up to six decimals if there are any, and `T` or a
  /// space before the time; nil if it is not one.
  package static func microseconds<Bytes: RandomAccessCollection<UInt8>>(_ text: Bytes) -> Int? where Bytes.Index == Int {
    guard text.count >= 16, let days = days(text[text.startIndex..<text.startIndex + 10]) else { return nil }
    let start = text.startIndex
    guard text[start + 10] == UInt8(ascii: "T") || text[start + 10] == UInt8(ascii: " "), text[start + 13] == UInt8(ascii: ":"),
      let hour = digits(text, start + 11, 2), let minute = digits(text, start + 14, 2), hour < 24, minute < 60
    else { return nil }
    var seconds = hour * 3600 + minute * 60
    var fraction = 0
    if text.count > 16 {
      guard text.count >= 19, text[start + 16] == UInt8(ascii: ":"), let second = digits(text, start + 17, 2), second < 60 else { return nil }
      seconds += second
      if text.count > 19 {
        guard text[start + 19] == UInt8(ascii: "."), (21...26).contains(text.count), let decimals = digits(text, start + 20, text.count - 20) else {
          return nil
        }
        fraction = decimals
        for _ in text.count - 20..<6 { fraction *= 10 }
      }
    }
    return days * microsecondsPerDay + seconds * 1_000_000 + fraction
  }

  private static func digits<Bytes: RandomAccessCollection<UInt8>>(_ text: Bytes, _ start: Int, _ count: Int) -> Int? where Bytes.Index == Int {
    var number = 0
    for index in start..<start + count {
      let digit = text[index] &- UInt8(ascii: "0")
      guard digit < 10 else { return nil }
      number = number * 10 + Int(digit)
    }
    return number
  }
}

extension Int {
  fileprivate func floored(by divisor: Int) -> Int { self >= 0 ? self / divisor : -((-self + divisor - 1) / divisor) }
}
