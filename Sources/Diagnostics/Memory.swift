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

  /// Available memory in bytes: of the machine, or less in a container or job with a limit.
  package static func available() -> Int { min(ofMachine(), ControlGroup().availableMemory() ?? .max) }

  private static func ofMachine() -> Int {
    for line in (SystemFile.contents("/proc/meminfo") ?? "").split(separator: "\n") where line.hasPrefix("MemAvailable:") {
      return (Int(line.filter(\.isNumber)) ?? .max / 1024) * 1024
    }
    return .max
  }
}
