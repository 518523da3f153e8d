/// Bounds-checked little-endian numbers and slices.
struct ZipView {
  private let bytes: [UInt8]

  init(_ bytes: [UInt8]) { self.bytes = bytes }

  var count: Int { bytes.count }

  /// Nil out of bounds, and for numbers that do not fit in an Int.
  func number(_ place: Int, _ size: Int) -> Int? {
    guard let part = slice(place, size) else { return nil }
    return Int(exactly: part.reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) })
  }

  func slice(_ place: Int, _ size: Int) -> ArraySlice<UInt8>? {
    guard place >= 0, size >= 0, place <= bytes.count, size <= bytes.count - place else { return nil }
    return bytes[place..<place + size]
  }
}
