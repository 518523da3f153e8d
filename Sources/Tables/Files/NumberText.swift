/// Numbers as fields contain them.
enum NumberText {
  typealias Bytes = UnsafeBufferPointer<UInt8>

  /// An integer of up to 18 digits without leading zeros, which f64 columns could not give back.
  @inline(__always) static func whole(_ field: Bytes) -> Int? {
    var place = 0
    let count = field.count
    guard count > 0, let bytes = field.baseAddress else { return nil }
    let isNegative = bytes[0] == UInt8(ascii: "-")
    if isNegative || bytes[0] == UInt8(ascii: "+") { place = 1 }
    let digits = count - place
    guard digits >= 1, digits <= 18, digits == 1 || bytes[place] != UInt8(ascii: "0") else { return nil }
    var value = 0
    while place < count {
      let digit = bytes[place] &- 0x30
      guard digit < 10 else { return nil }
      value = value &* 10 &+ Int(digit)
      place += 1
    }
    return isNegative ? -value : value
  }

  /// Any 64-bit integer, also with leading zeros or written as `5.0`.
  static func lenientWhole(_ field: Bytes, decimal: UInt8) -> Int? {
    Int(String(decoding: field, as: UTF8.self)) ?? number(field, decimal: decimal).flatMap(Int.init(exactly:))
  }

  /// A decimal number, rounded correctly; infinite if it is too large. Unless `isLenient`, integers with leading zeros or
  /// more than 18 digits are not numbers but identifiers.
  static func number(_ field: Bytes, decimal: UInt8 = UInt8(ascii: "."), isLenient: Bool = false) -> Double? {
    let count = field.count
    guard count > 0, let bytes = field.baseAddress else { return nil }
    var place = 0
    let isNegative = bytes[0] == UInt8(ascii: "-")
    if isNegative || bytes[0] == UInt8(ascii: "+") { place = 1 }
    let start = place
    var mantissa: UInt64 = 0
    var fraction = 0
    while place < count {
      let digit = bytes[place] &- 0x30
      guard digit < 10 else { break }
      mantissa = mantissa &* 10 &+ UInt64(digit)
      place += 1
    }
    var digits = place - start
    var isInteger = true
    if place < count, bytes[place] == decimal {
      isInteger = false
      place += 1
      let first = place
      while place + 8 <= count, let eight = eightDigits(bytes + place) {
        mantissa = mantissa &* 100_000_000 &+ eight
        place += 8
      }
      while place < count {
        let digit = bytes[place] &- 0x30
        guard digit < 10 else { break }
        mantissa = mantissa &* 10 &+ UInt64(digit)
        place += 1
      }
      fraction = place - first
      digits += fraction
    }
    guard digits > 0 else { return nil }
    var exponent = 0
    if place < count {
      guard bytes[place] | 0x20 == UInt8(ascii: "e") else { return nil }
      isInteger = false
      place += 1
      guard place < count else { return nil }
      let isSmall = bytes[place] == UInt8(ascii: "-")
      if isSmall || bytes[place] == UInt8(ascii: "+") { place += 1 }
      guard place < count else { return nil }
      while place < count {
        let digit = bytes[place] &- 0x30
        guard digit < 10 else { return nil }
        exponent = min(exponent * 10 + Int(digit), 100_000)
        place += 1
      }
      if isSmall { exponent = -exponent }
    }
    if isInteger, !isLenient, digits > 18 || (digits > 1 && bytes[start] == UInt8(ascii: "0")) { return nil }
    // More than 19 digits do not fit in 64 bits.
    guard digits <= 19 || significantDigits(bytes, count) <= 19, let magnitude = exact(mantissa, exponent - fraction) else { return slow(field, decimal) }
    return isNegative ? -magnitude : magnitude
  }

  /// The value of eight digits; nil if they are none (D. Lemire, "Number parsing at a gigabyte per second", Software: Practice
  /// and Experience 51, 2021).
  @inline(__always) private static func eightDigits(_ bytes: UnsafePointer<UInt8>) -> UInt64? {
    var block = UInt64(littleEndian: UnsafeRawPointer(bytes).loadUnaligned(as: UInt64.self))
    guard (block & (block &+ 0x0606_0606_0606_0606) & 0xF0F0_F0F0_F0F0_F0F0) == 0x3030_3030_3030_3030 else { return nil }
    block &-= 0x3030_3030_3030_3030
    block = block &* 10 &+ block >> 8
    let (mask, high, low): (UInt64, UInt64, UInt64) = (0x0000_00FF_0000_00FF, 0x000F_4240_0000_0064, 0x0000_2710_0000_0001)
    return ((block & mask) &* high &+ (block >> 16 & mask) &* low) >> 32
  }

  /// Digits of the mantissa without leading zeros.
  private static func significantDigits(_ bytes: UnsafePointer<UInt8>, _ count: Int) -> Int {
    var digits = 0
    for place in 0..<count {
      if bytes[place] | 0x20 == UInt8(ascii: "e") { break }
      let digit = bytes[place] &- 0x30
      if digit < 10, digits > 0 || digit > 0 { digits += 1 }
    }
    return digits
  }

  /// The double nearest to mantissa · 10^exponent if a single operation gives it (W. Clinger, "How to read floating point
  /// numbers accurately", PLDI 1990), in f64 or, for up to 19 digits, in the 80 bits of x87.
  @inline(__always) private static func exact(_ mantissa: UInt64, _ exponent: Int) -> Double? {
    if mantissa <= 1 << 53, exponent >= -22, exponent <= 22 {
      return exponent < 0 ? Double(mantissa) / powers[-exponent] : Double(mantissa) * powers[exponent]
    }
    #if arch(x86_64)
      guard mantissa != 0, exponent >= -27, exponent <= 27 else { return nil }
      let wide = exponent < 0 ? Float80(mantissa) / widePowers[-exponent] : Float80(mantissa) * widePowers[exponent]
      // The second rounding, to 53 bits, could go wrong only if the first one made the last 11 bits a tie.
      let rest = wide.significandBitPattern & 0x7FF
      return rest >= 0x3FF && rest <= 0x401 ? nil : Double(wide)
    #else
      return nil
    #endif
  }

  private static func slow(_ field: Bytes, _ decimal: UInt8) -> Double? {
    var text = Array(field)
    if decimal != UInt8(ascii: "."), let place = text.firstIndex(of: decimal) { text[place] = UInt8(ascii: ".") }
    return Double(String(decoding: text, as: UTF8.self))
  }

  private static let powers: [Double] = (0...22).map { Double("1e\($0)") ?? 1 }
  #if arch(x86_64)
    private static let widePowers: [Float80] = (0...27).reduce(into: []) { $0.append($1 == 0 ? 1 : $0[$1 - 1] * 10) }
  #endif

  /// Whether it spells an infinite number.
  static func isInfinite(_ field: Bytes) -> Bool {
    guard let first = field.first else { return false }
    let body = first == UInt8(ascii: "-") || first == UInt8(ascii: "+") ? field.dropFirst() : field[...]
    return ["inf", "infinity"].contains { $0.utf8.count == body.count && zip($0.utf8, body).allSatisfy { $0 == $1 | 0x20 } }
  }

  @inline(__always) static func boolean(_ field: Bytes) -> Bool? {
    guard field.count == 4 || field.count == 5, let bytes = field.baseAddress else { return nil }
    let word = UInt32(littleEndian: UnsafeRawPointer(bytes).loadUnaligned(as: UInt32.self))
    if field.count == 4 { return word == 0x6575_7274 || word == 0x6575_7254 || word == 0x4555_5254 ? true : nil }
    // true, True, TRUE; fals, Fals, FALS.
    let isFalse = bytes[4] == UInt8(ascii: "e") ? word == 0x736C_6166 || word == 0x736C_6146 : word == 0x534C_4146 && bytes[4] == UInt8(ascii: "E")
    return isFalse ? false : nil
  }
}
