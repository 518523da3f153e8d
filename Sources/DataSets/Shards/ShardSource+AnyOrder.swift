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

  package func annotations(of number: Int, shape: [Int], list: [String]?) throws -> SampleAnnotations {
    try annotations(of: number, sample(number), shape: shape, list: list)
  }

  package func target() throws -> Labels? {
    guard hasSoftLabels else { return (0..<count).allSatisfy { label($0) != nil } ? .classes((0..<count).compactMap { label($0) }) : nil }
    return try Labels(soft: (0..<count).map { try annotations(of: sample($0)).softLabel }) { name($0) }
  }
}
