import Glibc

/// Whether the machine has memory for something large: asked before it is made, since neither an array of Swift's nor
/// the system can refuse later. The system hands out more than it has, and an array that gets nothing ends the process.
package enum Memory {
  /// Up to here nobody asks the system first.
  private static let small = 1 << 20
  /// Up to here it is enough that the address space has room.
  private static let large = 64 << 20

  package static func holds(_ bytes: Int) -> Bool {
    guard bytes >= small else { return bytes >= 0 }
    // A bound on the address space (`ulimit -v`) shows only here. No page of it is touched. (Of `malloc` and `free` in
    // a row the compiler would leave nothing.)
    let block = mmap(nil, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0)
    guard let block, block != MAP_FAILED else { return false }
    munmap(block, bytes)
    return bytes < large || bytes <= available()
  }

  /// The memory that can be had, from /proc/meminfo.
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
