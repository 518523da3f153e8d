import CZlib
import Diagnostics
import Effects

/// The contents of a file in order, decompressed if it is a gzip file.
final class ByteSource {
  private let file: any FileReader
  private let name: String
  private var offset = 0
  private var gzip: GzipInput?

  init(_ path: String, _ files: any FileAccess) throws {
    file = try files.reader(path)
    name = path
    var start = [UInt8](repeating: 0, count: 3)
    let count = try start.withUnsafeMutableBytes { try file.read(at: 0, into: $0) }
    if count == 3, Gzip.isCompressed(start) { gzip = try GzipInput(path) }
  }

  /// Fills the buffer with the next bytes and returns how many there were: fewer only at the end.
  func read(into buffer: UnsafeMutableRawBufferPointer) throws -> Int {
    guard let gzip else {
      let count = try file.read(at: offset, into: buffer)
      offset += count
      return count
    }
    return try gzip.read(into: buffer) { input in
      let count = try file.read(at: offset, into: input)
      offset += count
      return count
    }
  }
}

/// Decompresses a gzip file of any number of members (RFC 1952, 2.2) in parts.
final class GzipInput {
  private var stream = z_stream()
  private let input = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 18, alignment: 16)
  private let name: String
  private var total = 0
  private var isAtEnd = false

  init(_ name: String) throws {
    self.name = name
    // 15 bits of window, and 16 to expect a gzip header.
    guard inflateInit2_(&stream, 31, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size)) == Z_OK else {
      throw Fault(TablesErrors.badGzip, "cannot initialise zlib")
    }
  }

  deinit {
    inflateEnd(&stream)
    input.deallocate()
  }

  func read(into buffer: UnsafeMutableRawBufferPointer, refill: (UnsafeMutableRawBufferPointer) throws -> Int) throws -> Int {
    var done = 0
    while done < buffer.count, !isAtEnd {
      if stream.avail_in == 0 { try fill(refill) }
      stream.next_out = buffer.baseAddress.map { ($0 + done).assumingMemoryBound(to: UInt8.self) }
      stream.avail_out = UInt32(clamping: buffer.count - done)
      let capacity = stream.avail_out
      let status = CZlib.inflate(&stream, Z_NO_FLUSH)
      done += Int(capacity - stream.avail_out)
      if status == Z_STREAM_END {
        if stream.avail_in == 0 { try fill(refill) }
        // What follows the last member and is not one is ignored, as gzip does.
        isAtEnd = stream.avail_in == 0 || stream.next_in[0] != 0x1F || inflateReset(&stream) != Z_OK
      } else if try status != Z_OK && status != Z_BUF_ERROR || (capacity == stream.avail_out && stream.avail_in == 0 && fill(refill) == 0) {
        throw Fault(
          TablesErrors.badGzip, "`\(name)` is not a complete gzip file: it is truncated or damaged after \(total + done) bytes",
          hint: "was the download cut short? Download it again")
      }
    }
    total += done
    return done
  }

  @discardableResult private func fill(_ refill: (UnsafeMutableRawBufferPointer) throws -> Int) throws -> Int {
    let count = try refill(input)
    stream.next_in = input.baseAddress?.assumingMemoryBound(to: UInt8.self)
    stream.avail_in = UInt32(count)
    return count
  }
}
