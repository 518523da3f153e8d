/// A reusable buffer for building strings.
final class TextBuffer {
  private var start = UnsafeMutablePointer<UInt8>.allocate(capacity: 256)
  private var capacity = 256
  private var count = 0

  deinit { start.deallocate() }

  var bytes: UnsafeBufferPointer<UInt8> { UnsafeBufferPointer(start: start, count: count) }

  /// Empties the buffer; frees it if it has become large.
  func clear() {
    count = 0
    if capacity > 1 << 20 { grow(to: 256) }
  }

  func append(_ bytes: UnsafeBufferPointer<UInt8>) {
    guard let base = bytes.baseAddress else { return }
    reserve(bytes.count)
    (start + count).update(from: base, count: bytes.count)
    count += bytes.count
  }

  /// Appends an integer in decimal.
  func append(_ integer: Int) {
    reserve(20)
    var magnitude = integer.magnitude
    var digits = 1
    var rest = magnitude / 10
    while rest > 0 {
      digits += 1
      rest /= 10
    }
    if integer < 0 {
      start[count] = 0x2D
      count += 1
    }
    for place in (0..<digits).reversed() {
      start[count + place] = 0x30 + UInt8(truncatingIfNeeded: magnitude % 10)
      magnitude /= 10
    }
    count += digits
  }

  private func reserve(_ more: Int) { if count + more > capacity { grow(to: max(capacity * 2, count + more)) } }

  private func grow(to newCapacity: Int) {
    let larger = UnsafeMutablePointer<UInt8>.allocate(capacity: newCapacity)
    larger.update(from: start, count: count)
    start.deallocate()
    start = larger
    capacity = newCapacity
  }
}

extension String {
  func withUTF8Bytes<T>(_ body: (UnsafeBufferPointer<UInt8>) throws -> T) rethrows -> T {
    var copy = self
    return try copy.withUTF8(body)
  }
}
