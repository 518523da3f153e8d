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
