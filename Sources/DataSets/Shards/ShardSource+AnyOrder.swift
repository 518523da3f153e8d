import Diagnostics
import Images

// Samples of tar files that are not compressed are read from where they begin.
extension ShardSource {
  package func requireAnyOrder() throws {
    guard let path = index.compressed else { return }
    throw Fault(
      ShardErrors.badChoice, "the recipe mixes pictures, which needs them in any order; `\(path)` is compressed, so it is read from front to back",
      hint: "decompress the shards first, or copy them to a folder, `loam grow shards/ pictures/`, and grow that")
  }

  package func header(_ number: Int) throws -> PictureHeader {
    try PictureFormat.header(of: sample(number).picture, name: name(number))
  }

  package func sample(_ number: Int) throws -> SourceSample { try sample(of: index.members(of: number), named: name(number)) }

  package func target() throws -> Labels? {
    guard hasSoftLabels else { return labels.map { .classes($0) } }
    return try Labels(soft: (0..<count).map { try annotations(of: sample($0)).softLabel }) { name($0) }
  }
}
