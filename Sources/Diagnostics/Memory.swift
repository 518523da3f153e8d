import Glibc

/// Checks for available memory before a large allocation. Afterwards it is too late: Linux overcommits, and a Swift array
/// that cannot be allocated ends the process.
package enum Memory {
  /// Smaller allocations are not checked, in bytes.
  private static let small = 1 << 20
  /// For smaller allocations only the address space is checked, in bytes.
  private static let large = 64 << 20

  package static func holds(_ bytes: Int) -> Bool {
    guard bytes >= small else { return bytes >= 0 }
    // Only an allocation shows a limit on the address space (`ulimit -v`). No page of it is touched. The compiler would
    // remove a `malloc` that is followed by its `free`.
    let block = mmap(nil, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0)
    guard let block, block != MAP_FAILED else { return false }
    munmap(block, bytes)
    return bytes < large || bytes <= available()
  }

  /// Available memory in bytes, from /proc/meminfo.
  package static func available() -> Int {
    guard let file = fopen("/proc/meminfo", "r") else { return .max }
    defer { fclose(file) }
    var line = [CChar](repeating: 0, count: 256)
    while fgets(&line, 256, file) != nil {
      let text = String(decoding: line.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
      guard text.hasPrefix("MemAvailable:") else { continue }
      let digits = text.filter { $0.isNumber }
      return (Int(digits) ?? .max / 1024) * 1024
    }
    return .max
  }
}
