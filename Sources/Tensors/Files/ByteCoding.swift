/// Puts numbers and texts one after the other: whole numbers as eight bytes, the smallest first.
package struct ByteWriter {
  package private(set) var bytes: [UInt8] = []

  package init() {}

  package mutating func put(_ number: Int) { put(UInt64(bitPattern: Int64(number))) }
  package mutating func put(_ number: UInt64) { withUnsafeBytes(of: number.littleEndian) { bytes += $0 } }
  package mutating func put(_ number: Double) { put(number.bitPattern) }
  package mutating func put(_ flag: Bool) { bytes.append(flag ? 1 : 0) }
  package mutating func put(byte: UInt8) { bytes.append(byte) }
  package mutating func put(_ text: String) { put(Array(text.utf8)) }

  package mutating func put(_ other: [UInt8]) {
    put(other.count)
    bytes += other
  }

  /// A count, then each.
  package mutating func put<T>(_ items: [T], _ each: (inout ByteWriter, T) -> Void) {
    put(items.count)
    for item in items { each(&self, item) }
  }
}

/// Reads what a `ByteWriter` has written. Bytes may come from anywhere, so nothing is believed: what goes beyond the
/// end throws, and so does a count that the rest cannot hold.
package struct ByteReader {
  package struct Malformed: Error {
    package init() {}
  }

  private let bytes: ArraySlice<UInt8>
  private var next: Int

  package init(_ bytes: ArraySlice<UInt8>) {
    self.bytes = bytes
    next = bytes.startIndex
  }

  package var isAtEnd: Bool { next == bytes.endIndex }

  private mutating func take(_ count: Int) throws -> ArraySlice<UInt8> {
    guard count >= 0, count <= bytes.endIndex - next else { throw Malformed() }
    defer { next += count }
    return bytes[next..<next + count]
  }

  package mutating func word() throws -> UInt64 {
    try take(8).reversed().reduce(0) { $0 << 8 | UInt64($1) }
  }

  package mutating func int() throws -> Int { Int(Int64(bitPattern: try word())) }
  /// A number of things, or of steps that were made.
  package mutating func count(upTo most: Int = 1 << 40, from least: Int = 0) throws -> Int {
    let count = try int()
    guard count >= least, count <= most else { throw Malformed() }
    return count
  }

  package mutating func double() throws -> Double { Double(bitPattern: try word()) }
  package mutating func byte() throws -> UInt8 { try take(1).first ?? 0 }

  package mutating func flag() throws -> Bool {
    let byte = try byte()
    guard byte <= 1 else { throw Malformed() }
    return byte == 1
  }

  package mutating func block() throws -> ArraySlice<UInt8> { try take(int()) }

  package mutating func text() throws -> String {
    guard let text = String(validating: try block(), as: UTF8.self) else { throw Malformed() }
    return text
  }

  /// As many items as were counted; each takes at least a byte, so that a wrong count ends soon.
  package mutating func items<T>(_ each: (inout ByteReader) throws -> T) throws -> [T] {
    let count = try int()
    guard count >= 0, count <= bytes.endIndex - next else { throw Malformed() }
    return try (0..<count).map { _ in try each(&self) }
  }
}
