import Diagnostics

/// The bytes of a file, a few megabytes at a time.
final class BatchReader {
  typealias Bytes = UnsafeBufferPointer<UInt8>

  private let source: ByteSource
  private let path: String
  private var buffer: UnsafeMutableRawBufferPointer
  private var start = 0
  private var end = 0
  private(set) var isAtEnd = false

  static let batch = 4 << 20
  /// A record of more bytes is an unclosed quote.
  static let longest = 64 << 20
  /// What a reader of fields or values may reserve for each byte of the buffer.
  private static let reserved = 8

  init(_ path: String, _ source: ByteSource) {
    self.path = path
    self.source = source
    buffer = .allocate(byteCount: BatchReader.batch, alignment: 16)
  }

  deinit { buffer.deallocate() }

  /// What was read and not yet skipped.
  var bytes: Bytes { Bytes(rebasing: buffer.bindMemory(to: UInt8.self)[start..<end]) }

  func skip(_ count: Int) { start += count }

  /// Reads on, into a larger buffer if this one is full; `line` is that of the first byte.
  func fill(line: Int) throws {
    let rest = end - start
    if rest > buffer.count / 2 {
      if let problem = TextCheck.zero(bytes) { throw FileFaults.text(problem, path, line: line + TextCheck.lines(before: problem.offset, of: bytes)) }
      guard buffer.count <= BatchReader.longest, Memory.holds(2 * buffer.count * (1 + BatchReader.reserved)) else {
        throw FileFaults.longRecord(path, line: line, BatchReader.longest)
      }
      let larger = UnsafeMutableRawBufferPointer.allocate(byteCount: 2 * buffer.count, alignment: 16)
      larger.copyMemory(from: UnsafeRawBufferPointer(rebasing: buffer[start..<end]))
      buffer.deallocate()
      buffer = larger
    } else if rest > 0, start > 0, let base = buffer.baseAddress {
      base.copyMemory(from: base + start, byteCount: rest)
    }
    (start, end) = (0, rest)
    let capacity = buffer.count - rest
    let count = try source.read(into: UnsafeMutableRawBufferPointer(rebasing: buffer[rest...]))
    end += count
    isAtEnd = count < capacity
  }
}
