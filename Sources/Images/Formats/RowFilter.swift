/// Undoes the filter of a row of a PNG file (https://www.w3.org/TR/png-3, 9.2).
enum RowFilter {
  /// False if there is no such filter. `above` is nil for the first row.
  static func undo(
    _ filter: UInt8, _ input: UnsafePointer<UInt8>, _ own: UnsafeMutablePointer<UInt8>, _ above: UnsafePointer<UInt8>?, _ count: Int, _ channels: Int
  ) -> Bool {
    switch (filter, above) {
    case (0, _), (2, nil): own.update(from: input, count: count)
    // Without a row above, Paeth's predictor is the pixel to the left.
    case (1, _), (4, nil): sub(input, own, count, channels)
    case (2, let above?): for index in 0..<count { own[index] = input[index] &+ above[index] }
    case (3, _): average(input, own, above, count, channels)
    case (4, let above?): paeth(input, own, above, count, channels)
    default: return false
    }
    return true
  }

  private static func sub(_ input: UnsafePointer<UInt8>, _ own: UnsafeMutablePointer<UInt8>, _ count: Int, _ channels: Int) {
    var place = 0
    if channels >= 3 {
      var left = SIMD4<UInt8>(repeating: 0)
      while place + 4 <= count {
        left &+= pixel(input, place)
        put(left, own, place)
        place += channels
      }
    }
    while place < count {
      own[place] = input[place] &+ (place < channels ? 0 : own[place &- channels])
      place += 1
    }
  }

  private static func average(
    _ input: UnsafePointer<UInt8>, _ own: UnsafeMutablePointer<UInt8>, _ above: UnsafePointer<UInt8>?, _ count: Int, _ channels: Int
  ) {
    var place = 0
    if channels >= 3, let above {
      var left = SIMD4<UInt8>(repeating: 0)
      while place + 4 <= count {
        let up = pixel(above, place)
        // The mean rounded down, without a wider type.
        left = pixel(input, place) &+ (left & up) &+ (left ^ up) &>> 1
        put(left, own, place)
        place += channels
      }
    }
    while place < count {
      let (a, b) = (UInt16(place < channels ? 0 : own[place &- channels]), UInt16(above.map { $0[place] } ?? 0))
      own[place] = input[place] &+ UInt8(truncatingIfNeeded: (a &+ b) &>> 1)
      place += 1
    }
  }

  private static func paeth(
    _ input: UnsafePointer<UInt8>, _ own: UnsafeMutablePointer<UInt8>, _ above: UnsafePointer<UInt8>, _ count: Int, _ channels: Int
  ) {
    var place = 0
    if channels >= 3 {
      var (left, corner) = (SIMD4<Int16>(repeating: 0), SIMD4<Int16>(repeating: 0))
      while place + 4 <= count {
        let up = SIMD4<Int16>(truncatingIfNeeded: pixel(above, place))
        let (toLeft, toUp) = (up &- corner, left &- corner)
        let toCorner = toLeft &+ toUp
        let (pa, pb, pc) = (magnitude(toLeft), magnitude(toUp), magnitude(toCorner))
        let nearest = corner.replacing(with: up, where: pb .<= pc).replacing(with: left, where: (pa .<= pb) .& (pa .<= pc))
        let value = SIMD4<UInt8>(truncatingIfNeeded: nearest) &+ pixel(input, place)
        put(value, own, place)
        (left, corner) = (SIMD4<Int16>(truncatingIfNeeded: value), up)
        place += channels
      }
    }
    while place < count {
      let isFirst = place < channels
      let (a, b, c) = (Int16(isFirst ? 0 : own[place &- channels]), Int16(above[place]), Int16(isFirst ? 0 : above[place &- channels]))
      let (pa, pb, pc) = (abs(b &- c), abs(a &- c), abs(a &+ b &- c &- c))
      let nearest = pa <= pb && pa <= pc ? a : pb <= pc ? b : c
      own[place] = input[place] &+ UInt8(truncatingIfNeeded: nearest)
      place += 1
    }
  }

  // MARK: Pixels of 3 or 4 channels, as four bytes. Of 3, the last one belongs to the next pixel, and is written again.

  private static func pixel(_ bytes: UnsafePointer<UInt8>, _ place: Int) -> SIMD4<UInt8> {
    unsafeBitCast(UnsafeRawPointer(bytes + place).loadUnaligned(as: UInt32.self), to: SIMD4<UInt8>.self)
  }

  private static func put(_ pixel: SIMD4<UInt8>, _ bytes: UnsafeMutablePointer<UInt8>, _ place: Int) {
    UnsafeMutableRawPointer(bytes + place).storeBytes(of: unsafeBitCast(pixel, to: UInt32.self), as: UInt32.self)
  }

  private static func magnitude(_ numbers: SIMD4<Int16>) -> SIMD4<Int16> { pointwiseMax(numbers, 0 &- numbers) }
}
