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
      guard contents.byteCount > RecentPictures.limit else { return }
      // Half of them at a time, since it takes time to sort many small pictures.
      for (index, known) in contents.pictures.sorted(by: { $0.value.use < $1.value.use }) where contents.byteCount > RecentPictures.limit / 2 {
        contents.pictures[index] = nil
        contents.byteCount -= known.picture.storage.byteCount
      }
    }
    return picture
  }
}
