import Synchronization
import Tensors

/// A decoded picture, and what is beside it in a tar shard.
struct RecentPicture {
  let picture: Tensor
  /// Without the encoded picture.
  let sample: SourceSample

  fileprivate var byteCount: Int { sample.others.reduce(picture.storage.byteCount) { $0 + $1.content.count } }
}

/// Pictures that were asked for last, so that a few pictures which are mixed again and again are read and decoded once.
final class RecentPictures: Sendable {
  private struct Contents {
    var pictures: [Int: (picture: RecentPicture, use: Int)] = [:]
    var byteCount = 0
    var uses = 0
  }

  private let contents = Mutex(Contents())
  /// Of all pictures together, in bytes.
  static let limit = 64 << 20

  /// The picture with this number; reads it if it is not there. Several threads may read the same one at a time.
  func picture(_ index: Int, reading read: () throws -> RecentPicture) throws -> RecentPicture {
    let known = contents.withLock { contents -> RecentPicture? in
      contents.uses += 1
      contents.pictures[index]?.use = contents.uses
      return contents.pictures[index]?.picture
    }
    if let known { return known }
    let picture = try read()
    contents.withLock { contents in
      guard contents.pictures[index] == nil else { return }
      contents.pictures[index] = (picture, contents.uses)
      contents.byteCount += picture.byteCount
      guard contents.byteCount > RecentPictures.limit else { return }
      // Half of them at a time, since it takes time to sort many small pictures.
      for (index, known) in contents.pictures.sorted(by: { $0.value.use < $1.value.use }) where contents.byteCount > RecentPictures.limit / 2 {
        contents.pictures[index] = nil
        contents.byteCount -= known.picture.byteCount
      }
    }
    return picture
  }
}
