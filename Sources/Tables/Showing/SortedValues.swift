/// Numbers in ascending order, by a radix sort: summaries of a million rows sort every column.
enum SortedValues {
  private static let digitBits = 11

  /// Negative zero is 0.
  static func sorted(_ numbers: [Double]) -> [Double] {
    let sign: UInt64 = 1 << 63
    let keys = numbers.map { (number: Double) -> UInt64 in
      let bits = (number + 0).bitPattern
      return bits & sign == 0 ? bits | sign : ~bits
    }
    return sorted(keys: keys).map { Double(bitPattern: $0 & sign == 0 ? ~$0 : $0 & ~sign) }
  }

  static func sorted(_ numbers: [Int]) -> [Int] {
    let sign: UInt64 = 1 << 63
    return sorted(keys: numbers.map { UInt64(bitPattern: Int64($0)) ^ sign }).map { Int(Int64(bitPattern: $0 ^ sign)) }
  }

  private static func sorted(keys: [UInt64]) -> [UInt64] {
    guard keys.count > 2_000 else { return keys.sorted() }
    let size = 1 << digitBits
    let differing = keys.reduce(into: UInt64(0)) { $0 |= $1 ^ keys[0] }
    var (from, to) = (keys, [UInt64](repeating: 0, count: keys.count))
    var places = [Int](repeating: 0, count: size)
    for shift in stride(from: 0, to: 64, by: digitBits) {
      // All keys have the same digit.
      guard (differing >> UInt64(shift)) & UInt64(size - 1) != 0 else { continue }
      for digit in 0..<size { places[digit] = 0 }
      for key in from { places[Int((key >> UInt64(shift)) & UInt64(size - 1))] += 1 }
      var sum = 0
      for digit in 0..<size { (places[digit], sum) = (sum, sum + places[digit]) }
      for key in from {
        let digit = Int((key >> UInt64(shift)) & UInt64(size - 1))
        to[places[digit]] = key
        places[digit] += 1
      }
      swap(&from, &to)
    }
    return from
  }

  /// The value below which a part of the sorted values is, interpolated linearly between neighbours as in NumPy.
  static func quantile(_ part: Double, count: Int, _ value: (Int) -> Double) -> Double {
    let position = part * Double(count - 1)
    let lower = min(Int(position), count - 1)
    let upper = min(lower + 1, count - 1)
    let fraction = position - Double(lower)
    return Column.between(value(lower), value(upper), fraction)
  }
}
