import Glibc

/// Allocates small objects from free lists by size class, in steps of 16 bytes. Larger objects come from `malloc`. Its
/// state is behind plain pointers, which avoids exclusivity checks.
struct SizeClassAllocator {
  /// The maximum size with a class, in bytes; class 0 stands for larger objects.
  private static let maximumSize = 512
  private static let chunkBytes = 1 << 16

  /// For each class, the head of the free list.
  private let free: UnsafeMutablePointer<UnsafeMutableRawPointer?>
  private let fresh: UnsafeMutablePointer<Fresh>

  /// The unused rest of the last chunk. Each chunk begins with the address of the previous one.
  private struct Fresh {
    var next: UnsafeMutableRawPointer
    var end: UnsafeMutableRawPointer
    var lastChunk: UnsafeMutableRawPointer?
    /// Nil once it has been used.
    var reserve: UnsafeMutableRawPointer?
    /// The interrupt flag, set when the reserve is used: the machine checks it in every loop.
    let flag: UnsafeMutablePointer<Int32>
  }

  /// Memory that is freed when the system has none left, so that the current instruction can finish.
  private static let reserveBytes = 16 << 20

  init(interrupt flag: UnsafeMutablePointer<Int32>) {
    free = .allocate(capacity: SizeClassAllocator.maximumSize / 16 + 1)
    free.initialize(repeating: nil, count: SizeClassAllocator.maximumSize / 16 + 1)
    fresh = .allocate(capacity: 1)
    fresh.initialize(
      to: Fresh(
        next: UnsafeMutableRawPointer(free), end: UnsafeMutableRawPointer(free), lastChunk: nil, reserve: malloc(SizeClassAllocator.reserveBytes), flag: flag))
  }

  /// The value of the flag when memory has run out; requests of the user are counted from 1.
  static let exhausted = Int32.min

  var isExhausted: Bool { fresh.pointee.reserve == nil }

  /// Allocates the reserve again, after a collection.
  func restoreReserve() {
    guard isExhausted else { return }
    fresh.pointee.reserve = malloc(SizeClassAllocator.reserveBytes)
    if !isExhausted, fresh.pointee.flag.pointee == SizeClassAllocator.exhausted { fresh.pointee.flag.pointee = 0 }
  }

  /// Allocates memory from the system, using the reserve if necessary. Exits the process if that is not enough either;
  /// large allocations are checked first with `Machine.checkMemory`.
  @inline(never)
  func memory(_ bytes: Int, in place: UnsafeMutableRawPointer? = nil) -> UnsafeMutableRawPointer {
    if let memory = realloc(place, bytes) { return memory }
    Glibc.free(fresh.pointee.reserve)
    fresh.pointee.reserve = nil
    fresh.pointee.flag.pointee = SizeClassAllocator.exhausted
    if let memory = realloc(place, bytes) { return memory }
    let text = "loam: out of memory\n"
    write(2, text, text.utf8.count)
    exit(1)
  }

  /// Frees all memory.
  func deallocate() {
    while let chunk = fresh.pointee.lastChunk {
      fresh.pointee.lastChunk = chunk.load(as: UnsafeMutableRawPointer?.self)
      Glibc.free(chunk)
    }
    Glibc.free(fresh.pointee.reserve)
    free.deallocate()
    fresh.deallocate()
  }

  @inline(__always)
  func allocate(_ bytes: Int) -> (object: UnsafeMutableRawPointer, sizeClass: UInt8) {
    guard bytes <= SizeClassAllocator.maximumSize else { return (memory(bytes), 0) }
    let sizeClass = (bytes &+ 15) >> 4
    if let object = free[sizeClass] {
      free[sizeClass] = object.load(as: UnsafeMutableRawPointer?.self)
      return (object, UInt8(truncatingIfNeeded: sizeClass))
    }
    return (bumpAllocate(sizeClass << 4), UInt8(truncatingIfNeeded: sizeClass))
  }

  @inline(__always)
  func release(_ object: UnsafeMutableRawPointer, _ sizeClass: UInt8) {
    guard sizeClass != 0 else { return Glibc.free(object) }
    object.storeBytes(of: free[Int(sizeClass)], as: UnsafeMutableRawPointer?.self)
    free[Int(sizeClass)] = object
  }

  @inline(never)
  private func bumpAllocate(_ size: Int) -> UnsafeMutableRawPointer {
    if fresh.pointee.end - fresh.pointee.next < size {
      let chunk = memory(SizeClassAllocator.chunkBytes)
      chunk.storeBytes(of: fresh.pointee.lastChunk, as: UnsafeMutableRawPointer?.self)
      fresh.pointee.next = chunk + 16
      fresh.pointee.end = chunk + SizeClassAllocator.chunkBytes
      fresh.pointee.lastChunk = chunk
    }
    defer { fresh.pointee.next += size }
    return fresh.pointee.next
  }
}
