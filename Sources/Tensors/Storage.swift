import Diagnostics
import Glibc

/// The memory of a tensor, 64-byte aligned. Written only by its creator before it is shared; the exception are the buffers
/// of a training, which owns them.
package final class Storage: @unchecked Sendable {
  package let bytes: UnsafeMutableRawPointer
  package let byteCount: Int
  /// The storage that this is a view of, kept alive.
  private let owner: Storage?
  /// Size of the memory mapping; 0 if the memory is not mapped.
  private let mappedBytes: Int
  /// What gets the memory back, and how much it is; nil for the system.
  private var recycler: MemoryRecycler?
  private var recycledBytes = 0
  /// Smaller allocations skip the check for free memory.
  private static let uncheckedBytes = 64 << 20
  private static let largePage = 2 << 20

  /// Throws if free memory does not suffice, because the system overcommits.
  package init(byteCount: Int, describing what: @autoclosure () -> String) throws {
    try Storage.checkFree(byteCount, what())
    bytes = try Storage.allocated(byteCount, what())
    self.byteCount = byteCount
    owner = nil
    mappedBytes = 0
  }

  /// Memory that was used before, if `recycler` has some; it goes back to it.
  package convenience init(byteCount: Int, from recycler: MemoryRecycler, describing what: @autoclosure () -> String) throws {
    guard byteCount >= MemoryRecycler.smallest else {
      try self.init(byteCount: byteCount, describing: what())
      return
    }
    if let block = recycler.take(byteCount) {
      self.init(memory: block.memory, byteCount: byteCount)
      recycledBytes = block.byteCount
    } else {
      try self.init(byteCount: byteCount, describing: what())
      recycledBytes = byteCount
    }
    self.recycler = recycler
  }

  private init(memory: UnsafeMutableRawPointer, byteCount: Int) {
    bytes = memory
    self.byteCount = byteCount
    owner = nil
    mappedBytes = 0
  }

  /// Zeroed memory; large allocations are mapped lazily, page by page.
  package init(zeroed byteCount: Int, describing what: @autoclosure () -> String) throws {
    try Storage.checkFree(byteCount, what())
    self.byteCount = byteCount
    owner = nil
    if byteCount < Storage.largePage {
      bytes = try Storage.allocated(byteCount, what())
      mappedBytes = 0
      memset(bytes, 0, byteCount)
    } else {
      let mapped = mmap(nil, byteCount, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0)
      guard let mapped, mapped != MAP_FAILED else { throw Storage.outOfMemory(what()) }
      madvise(mapped, byteCount, MADV_HUGEPAGE)
      bytes = mapped
      mappedBytes = byteCount
    }
  }

  private static func allocated(_ byteCount: Int, _ what: String) throws -> UnsafeMutableRawPointer {
    var pointer: UnsafeMutableRawPointer?
    // Huge pages, if available, reduce TLB misses.
    let isLarge = byteCount >= largePage
    guard posix_memalign(&pointer, isLarge ? largePage : 64, max(byteCount, 64)) == 0, let pointer else { throw outOfMemory(what) }
    if isLarge { madvise(pointer, byteCount, MADV_HUGEPAGE) }
    return pointer
  }

  private static func outOfMemory(_ what: String) -> Fault { Fault(TensorErrors.tooLarge, "out of memory allocating \(what)") }

  private static func checkFree(_ byteCount: Int, _ what: String) throws {
    guard byteCount < uncheckedBytes || byteCount <= Memory.available() else {
      throw Fault(
        TensorErrors.tooLarge, "\(what) needs \(formatBytes(byteCount)), but only \(formatBytes(Memory.available())) is free",
        hint: "process the data in parts, or use a smaller type such as u8")
    }
  }

  /// A view of `byteCount` bytes of another storage.
  package init(within owner: Storage, at offset: Int, byteCount: Int) {
    precondition(offset >= 0 && offset + byteCount <= owner.byteCount)
    bytes = owner.bytes + offset
    self.byteCount = byteCount
    self.owner = owner
    mappedBytes = 0
  }

  deinit {
    if let recycler {
      recycler.give(bytes, recycledBytes)
    } else if mappedBytes > 0 {
      munmap(bytes, mappedBytes)
    } else if owner == nil {
      free(bytes)
    }
  }

  /// The storage that owns the memory: for a view the outermost one, otherwise itself.
  package var base: Storage { owner?.base ?? self }

  package func bind<T>(_ type: T.Type) -> UnsafeMutablePointer<T> { bytes.assumingMemoryBound(to: type) }

  package static func formatBytes(_ bytes: Int) -> String {
    let units = ["bytes", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB"]
    var size = Double(bytes)
    var unit = 0
    while size >= 1024, unit + 1 < units.count {
      size /= 1024
      unit += 1
    }
    let rounded = (size * 10).rounded() / 10
    return unit == 0 ? "\(bytes) bytes" : "\(rounded) \(units[unit])"
  }
}
