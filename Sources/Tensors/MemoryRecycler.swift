import Glibc
import Synchronization

/// Keeps large blocks that are free again for the next use: the system clears fresh memory page by page, which costs more
/// than filling it with small images.
package final class MemoryRecycler: Sendable {
  private struct Block {
    let address: UInt
    let byteCount: Int
  }

  private let blocks = Mutex<[Block]>([])
  private static let limit = 256 << 20
  /// Smaller blocks are recycled by the allocator of the system.
  package static let smallest = 1 << 20

  package init() {}

  /// A block of at least `byteCount` bytes and at most twice as many; nil if there is none.
  func take(_ byteCount: Int) -> (memory: UnsafeMutableRawPointer, byteCount: Int)? {
    blocks.withLock { blocks in
      // Of equal blocks the one that was given back last: it may still be in a cache.
      let fitting = blocks.indices.reversed().filter { (byteCount...2 * byteCount).contains(blocks[$0].byteCount) }
      guard let best = fitting.min(by: { blocks[$0].byteCount < blocks[$1].byteCount }) else { return nil }
      let block = blocks.remove(at: best)
      return UnsafeMutableRawPointer(bitPattern: block.address).map { ($0, block.byteCount) }
    }
  }

  func give(_ memory: UnsafeMutableRawPointer, _ byteCount: Int) {
    let freed = blocks.withLock { blocks -> [Block] in
      blocks.append(Block(address: UInt(bitPattern: memory), byteCount: byteCount))
      var freed: [Block] = []
      // The oldest go first.
      while blocks.reduce(0, { $0 + $1.byteCount }) > MemoryRecycler.limit { freed.append(blocks.removeFirst()) }
      return freed
    }
    for block in freed { Glibc.free(UnsafeMutableRawPointer(bitPattern: block.address)) }
  }

  deinit {
    blocks.withLock { blocks in
      for block in blocks { Glibc.free(UnsafeMutableRawPointer(bitPattern: block.address)) }
    }
  }
}
