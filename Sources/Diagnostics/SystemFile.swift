import Glibc

/// Small files in which Linux describes itself.
package enum SystemFile {
  /// Its first 16 KiB; nil if it cannot be read.
  package static func contents(_ path: String) -> String? {
    guard let file = fopen(path, "r") else { return nil }
    defer { fclose(file) }
    let bytes = [UInt8](unsafeUninitializedCapacity: 16_384) { buffer, count in count = fread(buffer.baseAddress, 1, buffer.count, file) }
    return String(decoding: bytes, as: UTF8.self)
  }
}
