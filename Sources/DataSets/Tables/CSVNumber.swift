import Glibc

/// A number as written in a field, and the types that represent it exactly.
struct CSVNumber {
  let value: Double
  /// Whether f32 represents the same decimal number: 0.1 and 16777216, but not 16777217 or 3.14159265.
  let fitsFloat: Bool
  /// False for integers that f64 rounds, all beyond 2^53.
  let isExact: Bool

  /// Nil if it is not a finite number.
  init?(_ bytes: ArraySlice<UInt8>) {
    if let small = CSVNumber.small(bytes) {
      (value, fitsFloat, isExact) = (small, true, true)
      return
    }
    // Swift also parses hexadecimal and words such as `nan`, which are not numbers of a table.
    let allowed = bytes.allSatisfy { ($0 >= 0x30 && $0 <= 0x39) || [0x2B, 0x2D, 0x2E, 0x45, 0x65].contains($0) }
    guard allowed, let number = Double(String(decoding: bytes, as: UTF8.self)), number.isFinite else { return nil }
    value = number
    let isInteger = bytes.allSatisfy { $0 != UInt8(ascii: ".") && $0 | 0x20 != UInt8(ascii: "e") }
    // Any 15 digits are exact in f64 and any 6 in f32 (DBL_DIG and FLT_DIG of ISO C, 5.2.4.2.2).
    let digits = CSVNumber.significantDigits(bytes)
    isExact = !isInteger || digits <= 15 || CSVNumber.isExact(number, String(decoding: bytes, as: UTF8.self))
    let float = Float(number)
    let isNormal = number == 0 || (float.isFinite && abs(float) >= Float.leastNormalMagnitude)
    fitsFloat = isNormal && (digits <= 6 || Double(float.description) == number)
  }

  /// A fast path for integers of up to 7 digits, such as pixels, without conversion from text.
  private static func small(_ bytes: ArraySlice<UInt8>) -> Double? {
    guard bytes.count <= 7, !bytes.isEmpty else { return nil }
    var whole: Int32 = 0
    for byte in bytes {
      let digit = byte &- UInt8(ascii: "0")
      guard digit < 10 else { return nil }
      whole = whole * 10 + Int32(digit)
    }
    return Double(whole)
  }

  /// Significant digits of the mantissa, without leading zeros.
  private static func significantDigits(_ bytes: ArraySlice<UInt8>) -> Int {
    var count = 0
    for byte in bytes.prefix(while: { $0 | 0x20 != UInt8(ascii: "e") }) where byte >= 0x30 && byte <= 0x39 {
      if count > 0 || byte != 0x30 { count += 1 }
    }
    return count
  }

  private static func isExact(_ number: Double, _ text: String) -> Bool {
    guard let whole = Int(text) else { return false }
    return Int(exactly: number) == whole
  }
}
