import Synchronization
import Tensors

/// Decoded pictures that were asked for last, so that a few pictures which are mixed again and again are decoded once.
final class RecentPictures: Sendable {
  private struct Contents {
    var pictures: [Int: (picture: Tensor, use: Int)] = [:]
    var byteCount = 0
    var uses = 0
  }

  private let contents = Mutex(Contents())
  /// Of all pictures together, in bytes.
  static let limit = 64 << 20

  /// The picture with this number; decodes it if it is not there. Several threads may decode the same one at a time.
  func picture(_ index: Int, decoding decode: () throws -> Tensor) throws -> Tensor {
    let known = contents.withLock { contents -> Tensor? in
      contents.uses += 1
      contents.pictures[index]?.use = contents.uses
      return contents.pictures[index]?.picture
    }
    if let known { return known }
    let picture = try decode()
    contents.withLock { contents in
      guard contents.pictures[index] == nil else { return }
      contents.pictures[index] = (picture, contents.uses)
      contents.byteCount += picture.storage.byteCount
      while contents.byteCount > RecentPictures.limit, let oldest = contents.pictures.min(by: { $0.value.use < $1.value.use })?.key {
        contents.byteCount -= contents.pictures.removeValue(forKey: oldest)?.picture.storage.byteCount ?? 0
      }
    }
    return picture
  }
}
