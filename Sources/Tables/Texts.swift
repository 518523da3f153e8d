import Glibc

/// The texts of a column in one buffer of UTF-8.
package struct Texts: Sendable, Equatable {
  private var bytes: [UInt8] = []
  /// The end of each text in `bytes`.
  private var ends: [Int] = []

  package init() {}

  package init(_ texts: some Sequence<String>) { for text in texts { append(text.utf8) } }

  package var count: Int { ends.count }
  package var byteCount: Int { bytes.count + 8 * ends.count }

  package mutating func append(_ text: some Collection<UInt8>) {
    bytes.append(contentsOf: text)
    ends.append(bytes.count)
  }

  mutating func append(_ text: UnsafeBufferPointer<UInt8>) {
    bytes.append(contentsOf: text)
    ends.append(bytes.count)
  }

  mutating func append(contentsOf other: Texts) {
    let start = bytes.count
    bytes.extend(with: other.bytes)
    ends.extend(with: other.ends.lazy.map { $0 + start })
  }

  mutating func reserveCapacity(_ count: Int, bytes size: Int) {
    ends.reserveCapacity(count)
    bytes.reserveCapacity(size)
  }

  func equals(_ index: Int, _ text: UnsafeBufferPointer<UInt8>) -> Bool {
    let start = index == 0 ? 0 : ends[index - 1]
    guard ends[index] - start == text.count else { return false }
    return bytes.withUnsafeBufferPointer { all in
      guard let base = all.baseAddress, let other = text.baseAddress else { return true }
      return memcmp(base + start, other, text.count) == 0
    }
  }

  package func utf8(_ index: Int) -> ArraySlice<UInt8> { bytes[(index == 0 ? 0 : ends[index - 1])..<ends[index]] }

  package subscript(_ index: Int) -> String { String(decoding: utf8(index), as: UTF8.self) }

  package func selecting(_ rows: [Int]) -> Texts {
    var result = Texts()
    result.ends.reserveCapacity(rows.count)
    for row in rows { result.append(utf8(row)) }
    return result
  }

  package func joined(_ other: Texts) -> Texts {
    var result = self
    result.ends += other.ends.map { $0 + bytes.count }
    result.bytes += other.bytes
    return result
  }
}
