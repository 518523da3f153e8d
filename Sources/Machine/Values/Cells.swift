import Glibc

/// Memory for small objects, in classes of 16 bytes: a freed one is the next to be handed out. What
/// is larger comes from the system.
struct Cells {
  /// Objects up to this size have classes; class 0 stands for all others.
  private static let largest = 512
  private static let chunkBytes = 1 << 16

  private let free: UnsafeMutablePointer<UnsafeMutableRawPointer?>
  private var chunks: [UnsafeMutableRawPointer] = []
  private var next: UnsafeMutableRawPointer
  private var end: UnsafeMutableRawPointer

  init() {
    free = .allocate(capacity: Cells.largest / 16 + 1)
    free.initialize(repeating: nil, count: Cells.largest / 16 + 1)
    next = UnsafeMutableRawPointer(free)
    end = next
  }

  /// Gives everything back, the objects' memory too.
  func deallocate() {
    for chunk in chunks { chunk.deallocate() }
    free.deallocate()
  }

  @inline(__always)
  mutating func allocate(_ bytes: Int) -> (object: UnsafeMutableRawPointer, sizeClass: UInt8) {
    guard bytes <= Cells.largest else { return (malloc(bytes).unsafelyUnwrapped, 0) }
    let sizeClass = (bytes &+ 15) >> 4
    if let object = free[sizeClass] {
      free[sizeClass] = object.load(as: UnsafeMutableRawPointer?.self)
      return (object, UInt8(truncatingIfNeeded: sizeClass))
    }
    let size = sizeClass << 4
    if end - next < size { takeChunk() }
    defer { next += size }
    return (next, UInt8(truncatingIfNeeded: sizeClass))
  }

  @inline(__always)
  mutating func release(_ object: UnsafeMutableRawPointer, _ sizeClass: UInt8) {
    guard sizeClass != 0 else { return Glibc.free(object) }
    object.storeBytes(of: free[Int(sizeClass)], as: UnsafeMutableRawPointer?.self)
    free[Int(sizeClass)] = object
  }

  private mutating func takeChunk() {
    next = .allocate(byteCount: Cells.chunkBytes, alignment: 16)
    end = next + Cells.chunkBytes
    chunks.append(next)
  }
}
