/// An open file that is read in parts.
package protocol FileReader: AnyObject {
  /// Fills the buffer with the bytes from `offset` on, and returns how many there were: fewer only at the end.
  func read(at offset: Int, into buffer: UnsafeMutableRawBufferPointer) throws -> Int
}

/// A file that is written in parts. Without `finish`, nothing is written.
package protocol FileWriter: AnyObject {
  func append(_ bytes: UnsafeRawBufferPointer) throws
  func finish() throws
}

extension FileWriter {
  package func append(_ bytes: [UInt8]) throws { try bytes.withUnsafeBytes { try append($0) } }
}

/// For implementations without ranges, and for pipes.
final class WholeFile: FileReader {
  private let bytes: [UInt8]

  init(_ bytes: [UInt8]) { self.bytes = bytes }

  func read(at offset: Int, into buffer: UnsafeMutableRawBufferPointer) -> Int {
    let count = max(0, min(buffer.count, bytes.count - offset))
    if count > 0 { bytes.withUnsafeBytes { buffer.copyMemory(from: UnsafeRawBufferPointer(rebasing: $0[offset..<offset + count])) } }
    return count
  }
}

/// Written at once at the end.
final class CollectedFile: FileWriter {
  private let path: String
  private let files: any FileAccess
  private var bytes: [UInt8] = []

  init(_ path: String, _ files: any FileAccess) {
    self.path = path
    self.files = files
  }

  func append(_ more: UnsafeRawBufferPointer) { bytes += more }

  func finish() throws { try files.write(bytes, to: path) }
}
