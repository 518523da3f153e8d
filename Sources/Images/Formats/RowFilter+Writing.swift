// The filters that `PNGWriter` uses, sixteen bytes at a time.
extension RowFilter {
  /// The filter of Sub (1), Up (2) and Average (3) with the smallest sum of absolute differences. The first row has one of zeros above.
  static func best(_ own: UnsafePointer<UInt8>, _ above: UnsafePointer<UInt8>, _ count: Int, _ channels: Int) -> UInt8 {
    var (sub, up, average) = (0, 0, 0)
    func add(_ place: Int, _ left: UInt8) {
      sub &+= size(own[place] &- left)
      up &+= size(own[place] &- above[place])
      average &+= size(own[place] &- mean(left, above[place]))
    }
    var place = min(channels, count)
    for index in 0..<place { add(index, 0) }
    while place &+ 16 <= count {
      // Sums of at most 256 in 16 bits.
      let end = min(count &- 15, place &+ 16 * 255)
      var sums = (SIMD8<UInt16>(repeating: 0), SIMD8<UInt16>(repeating: 0), SIMD8<UInt16>(repeating: 0))
      while place < end {
        let (x, left, up) = (bytes(own, place), bytes(own, place &- channels), bytes(above, place))
        sums.0 &+= sizes(x &- left)
        sums.1 &+= sizes(x &- up)
        sums.2 &+= sizes(x &- mean(left, up))
        place &+= 16
      }
      for lane in 0..<8 { (sub, up, average) = (sub &+ Int(sums.0[lane]), up &+ Int(sums.1[lane]), average &+ Int(sums.2[lane])) }
    }
    while place < count {
      add(place, own[place &- channels])
      place &+= 1
    }
    return up < sub ? (average < up ? 3 : 2) : (average < sub ? 3 : 1)
  }

  /// A row with one of these filters.
  static func apply(
    _ filter: UInt8, _ own: UnsafePointer<UInt8>, _ above: UnsafePointer<UInt8>, _ count: Int, _ channels: Int, to output: UnsafeMutablePointer<UInt8>
  ) {
    switch filter {
    case 1: apply(own, above, count, channels, to: output, { left, _ in left }, { left, _ in left })
    case 2: apply(own, above, count, channels, to: output, { _, up in up }, { _, up in up })
    default: apply(own, above, count, channels, to: output, mean, mean)
    }
  }

  @inline(__always) private static func apply(
    _ own: UnsafePointer<UInt8>, _ above: UnsafePointer<UInt8>, _ count: Int, _ channels: Int, to output: UnsafeMutablePointer<UInt8>,
    _ predicted: (UInt8, UInt8) -> UInt8, _ allPredicted: (SIMD16<UInt8>, SIMD16<UInt8>) -> SIMD16<UInt8>
  ) {
    var place = min(channels, count)
    for index in 0..<place { output[index] = own[index] &- predicted(0, above[index]) }
    while place &+ 16 <= count {
      let row = bytes(own, place) &- allPredicted(bytes(own, place &- channels), bytes(above, place))
      UnsafeMutableRawPointer(output + place).storeBytes(of: row, as: SIMD16<UInt8>.self)
      place &+= 16
    }
    while place < count {
      output[place] = own[place] &- predicted(own[place &- channels], above[place])
      place &+= 1
    }
  }

  // MARK: Bytes

  @inline(__always) private static func bytes(_ row: UnsafePointer<UInt8>, _ place: Int) -> SIMD16<UInt8> {
    UnsafeRawPointer(row + place).loadUnaligned(as: SIMD16<UInt8>.self)
  }

  /// The mean rounded down, without a wider type.
  private static func mean(_ a: UInt8, _ b: UInt8) -> UInt8 { (a & b) &+ (a ^ b) &>> 1 }
  @inline(__always) private static func mean(_ a: SIMD16<UInt8>, _ b: SIMD16<UInt8>) -> SIMD16<UInt8> { (a & b) &+ (a ^ b) &>> 1 }

  /// The absolute value of a difference that is a signed byte.
  private static func size(_ difference: UInt8) -> Int { Int(min(difference, 0 &- difference)) }

  /// The same of sixteen bytes, added up in pairs.
  @inline(__always) private static func sizes(_ differences: SIMD16<UInt8>) -> SIMD8<UInt16> {
    let pairs = unsafeBitCast(pointwiseMin(differences, 0 &- differences), to: SIMD8<UInt16>.self)
    return (pairs & 0xFF) &+ pairs &>> 8
  }
}
