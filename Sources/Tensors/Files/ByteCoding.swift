/// Serialises numbers and strings; integers are eight bytes, little-endian.
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

  /// The count, then each item.
  package mutating func put<T>(_ items: [T], _ each: (inout ByteWriter, T) -> Void) {
    put(items.count)
    for item in items { each(&self, item) }
  }
}

/// Reads the output of a `ByteWriter`. The input is untrusted: reading past the end throws, and so does a count larger
/// than the number of bytes left.
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
  /// A count within the given bounds.
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

  /// The count, then each item. Every item takes at least one byte, which bounds the count.
  package mutating func items<T>(_ each: (inout ByteReader) throws -> T) throws -> [T] {
    let count = try int()
    guard count >= 0, count <= bytes.endIndex - next else { throw Malformed() }
    return try (0..<count).map { _ in try each(&self) }
  }
}
