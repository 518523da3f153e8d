import Glibc

/// Memory for small objects, in classes of 16 bytes: a freed one is the next to be handed out. What
/// is larger comes from the system. All its state lies behind plain pointers, which cost no checks.
struct Cells {
  /// Objects up to this size have classes; class 0 stands for all others.
  private static let largest = 512
  private static let chunkBytes = 1 << 16

  /// For each class the first free object, which holds the next.
  private let free: UnsafeMutablePointer<UnsafeMutableRawPointer?>
  private let fresh: UnsafeMutablePointer<Fresh>

  /// The rest of the last chunk; each chunk begins with the address of the one before.
  private struct Fresh {
    var next: UnsafeMutableRawPointer
    var end: UnsafeMutableRawPointer
    var lastChunk: UnsafeMutableRawPointer?
  }

  init() {
    free = .allocate(capacity: Cells.largest / 16 + 1)
    free.initialize(repeating: nil, count: Cells.largest / 16 + 1)
    fresh = .allocate(capacity: 1)
    fresh.initialize(to: Fresh(next: UnsafeMutableRawPointer(free), end: UnsafeMutableRawPointer(free), lastChunk: nil))
  }

  /// Gives everything back, the small objects' memory too.
  func deallocate() {
    while let chunk = fresh.pointee.lastChunk {
      fresh.pointee.lastChunk = chunk.load(as: UnsafeMutableRawPointer?.self)
      Glibc.free(chunk)
    }
    free.deallocate()
    fresh.deallocate()
  }

  @inline(__always)
  func allocate(_ bytes: Int) -> (object: UnsafeMutableRawPointer, sizeClass: UInt8) {
    guard bytes <= Cells.largest else { return (malloc(bytes).unsafelyUnwrapped, 0) }
    let sizeClass = (bytes &+ 15) >> 4
    if let object = free[sizeClass] {
      free[sizeClass] = object.load(as: UnsafeMutableRawPointer?.self)
      return (object, UInt8(truncatingIfNeeded: sizeClass))
    }
    return (takeFresh(sizeClass << 4), UInt8(truncatingIfNeeded: sizeClass))
  }

  @inline(__always)
  func release(_ object: UnsafeMutableRawPointer, _ sizeClass: UInt8) {
    guard sizeClass != 0 else { return Glibc.free(object) }
    object.storeBytes(of: free[Int(sizeClass)], as: UnsafeMutableRawPointer?.self)
    free[Int(sizeClass)] = object
  }

  @inline(never)
  private func takeFresh(_ size: Int) -> UnsafeMutableRawPointer {
    if fresh.pointee.end - fresh.pointee.next < size {
      let chunk = malloc(Cells.chunkBytes).unsafelyUnwrapped
      chunk.storeBytes(of: fresh.pointee.lastChunk, as: UnsafeMutableRawPointer?.self)
      fresh.pointee = Fresh(next: chunk + 16, end: chunk + Cells.chunkBytes, lastChunk: chunk)
    }
    defer { fresh.pointee.next += size }
    return fresh.pointee.next
  }
}
