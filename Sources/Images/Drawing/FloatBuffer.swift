import Tensors

/// Memory for numbers that grows as needed.
final class FloatBuffer {
  private var storage: Storage?

  func memory(_ count: Int) throws -> UnsafeMutablePointer<Float> {
    if let storage, storage.byteCount >= count * 4 { return storage.bind(Float.self) }
    storage = nil
    let grown = try Storage(byteCount: max(64, count * 4), describing: "an image while it is drawn")
    storage = grown
    return grown.bind(Float.self)
  }

  func holds(_ memory: UnsafeMutableRawPointer?) -> Bool { storage.map { $0.bytes == memory } ?? false }
}
