import Glibc

/// A buffer shared by several strings, each of which is a prefix of it. A string that ends at the last used byte can be
/// appended to without a copy, so that a loop of `s = s + t` takes linear time.
struct StringBuffer {
  /// The number of strings that share it.
  var holders: Int
  var used: Int
  let capacity: Int

  /// Shorter strings are copied instead, in bytes.
  static let minimumCount = 256

  static func bytes(_ buffer: UnsafeMutablePointer<StringBuffer>) -> UnsafeMutablePointer<UInt8> {
    (UnsafeMutableRawPointer(buffer) + MemoryLayout<StringBuffer>.stride).to(UInt8.self)
  }
}

extension Heap {
  /// Whether `more` bytes can be appended to a string in place.
  func hasCapacity(after string: UnsafeMutablePointer<StringObject>, for more: Int) -> Bool {
    guard let buffer = string.pointee.buffer else { return false }
    return buffer.pointee.used == string.pointee.count && buffer.pointee.capacity - buffer.pointee.used >= more
  }

  /// Concatenates two long strings, with spare capacity.
  func joined(_ a: UnsafeMutablePointer<StringObject>, _ b: UnsafeMutablePointer<StringObject>) -> Value {
    let (first, second) = (a.pointee.count, b.pointee.count)
    let buffer: UnsafeMutablePointer<StringBuffer>
    if hasCapacity(after: a, for: second), let own = a.pointee.buffer {
      buffer = own
    } else {
      buffer = newBuffer(capacity: 2 * (first + second))
      memcpy(StringBuffer.bytes(buffer), StringObject.bytes(a), first)
    }
    memcpy(StringBuffer.bytes(buffer) + first, StringObject.bytes(b), second)
    buffer.pointee.used = first + second
    buffer.pointee.holders += 1
    return string(count: first + second, isPlain: a.pointee.isPlain && b.pointee.isPlain, in: buffer)
  }

  func release(_ buffer: UnsafeMutablePointer<StringBuffer>) {
    buffer.pointee.holders -= 1
    if buffer.pointee.holders == 0 { free(buffer) }
  }
}
