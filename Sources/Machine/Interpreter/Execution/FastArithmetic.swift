// The fast paths of the loop: pairs of integers and pairs of floats.

/// Handles integers without overflow, and floats, also mixed; returns false for all else.
@inline(__always)
func arithmetic(
  _ result: Register, _ a: Register, _ b: Register, _ integers: (Int, Int) -> (partialValue: Int, overflow: Bool),
  _ floats: (Double, Double) -> Double
) -> Bool {
  if a.pointee.tag == .int, b.pointee.tag == .int {
    let (value, overflow) = integers(a.pointee.bits, b.pointee.bits)
    if overflow { return false }
    result.pointee = Value(value)
    return true
  }
  if a.pointee.tag == .float, b.pointee.tag == .float {
    result.pointee = Value(floats(a.pointee.double, b.pointee.double))
    return true
  }
  guard let x = number(a), let y = number(b) else { return false }
  result.pointee = Value(floats(x, y))
  return true
}

/// An integer or float as a float.
@inline(__always)
private func number(_ a: Register) -> Double? {
  a.pointee.tag == .float ? a.pointee.double : a.pointee.tag == .int ? Double(a.pointee.bits) : nil
}

@inline(__always)
func divide(_ result: Register, _ a: Register, _ b: Register) -> Bool {
  guard let x = number(a), let y = number(b), y != 0 else { return false }
  result.pointee = Value(x / y)
  return true
}

/// Rounds down, for a positive divisor. A shift divides by a power of two in a tenth of the time.
@inline(__always)
func floorDivide(_ result: Register, _ a: Register, _ b: Register) -> Bool {
  guard a.pointee.tag == .int, b.pointee.tag == .int, b.pointee.bits > 0 else { return false }
  let (x, y) = (a.pointee.bits, b.pointee.bits)
  if y & (y &- 1) == 0 {
    result.pointee = Value(x &>> y.trailingZeroBitCount)
  } else {
    let (quotient, rest) = x.quotientAndRemainder(dividingBy: y)
    result.pointee = Value(rest < 0 ? quotient &- 1 : quotient)
  }
  return true
}

/// The rest of `floorDivide`. Dividing small numbers in 32 bits takes less than half as long.
@inline(__always)
func remainder(_ result: Register, _ a: Register, _ b: Register) -> Bool {
  guard a.pointee.tag == .int, b.pointee.tag == .int, b.pointee.bits > 0 else { return false }
  let (x, y) = (a.pointee.bits, b.pointee.bits)
  if y & (y &- 1) == 0 {
    result.pointee = Value(x & (y &- 1))
  } else if UInt(bitPattern: x | y) >> 32 == 0 {
    result.pointee = Value(Int(UInt32(truncatingIfNeeded: x) % UInt32(truncatingIfNeeded: y)))
  } else {
    let rest = x % y
    result.pointee = Value(rest < 0 ? rest &+ y : rest)
  }
  return true
}

// Comparisons return 1 or 0 for integers and floats, also mixed ones that a float can represent; -1 for all else.

@inline(__always)
func less(_ a: Register, _ b: Register) -> Int { comparison(a, b, { $0 < $1 }, { $0 < $1 }) }
@inline(__always)
func lessEqual(_ a: Register, _ b: Register) -> Int { comparison(a, b, { $0 <= $1 }, { $0 <= $1 }) }
@inline(__always)
func equal(_ a: Register, _ b: Register) -> Int { comparison(a, b, { $0 == $1 }, { $0 == $1 }) }

@inline(__always)
private func comparison(_ a: Register, _ b: Register, _ integers: (Int, Int) -> Bool, _ floats: (Double, Double) -> Bool) -> Int {
  if a.pointee.tag == .int, b.pointee.tag == .int { return integers(a.pointee.bits, b.pointee.bits) ? 1 : 0 }
  guard let x = exactNumber(a), let y = exactNumber(b) else { return -1 }
  return floats(x, y) ? 1 : 0
}

/// A float, or an integer that a float represents exactly.
@inline(__always)
private func exactNumber(_ a: Register) -> Double? {
  if a.pointee.tag == .float { return a.pointee.double }
  guard a.pointee.tag == .int, UInt(bitPattern: a.pointee.bits &+ 1 << 53) <= 1 << 54 else { return nil }
  return Double(a.pointee.bits)
}
