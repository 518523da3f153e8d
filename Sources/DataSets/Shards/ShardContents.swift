import Diagnostics

/// What the samples of shards have beside their pictures, and the names that they use, in the order of the samples.
struct ShardContents {
  private(set) var kinds = SampleKinds()
  private(set) var keypointNames: [String] = []
  private var keypointPlaces: [String: Int32] = [:]
  /// The names that boxes give their classes.
  private var boxNames: [Int32: String] = [:]

  private static let mostClasses = 1 << 20

  mutating func add(_ annotations: SampleAnnotations) {
    kinds.hasBoxes = kinds.hasBoxes || annotations.objects.boxes != nil
    kinds.hasOutlines = kinds.hasOutlines || !annotations.objects.outlines.isEmpty
    kinds.hasKeypoints = kinds.hasKeypoints || annotations.objects.keypoints != nil
    kinds.softClasses = kinds.softClasses ?? annotations.softLabel?.count
    kinds.minVisible = kinds.minVisible ?? annotations.minVisible
    for name in annotations.keypointNames where keypointPlaces[name] == nil {
      keypointPlaces[name] = Int32(keypointNames.count)
      keypointNames.append(name)
    }
    boxNames.merge(annotations.boxNames) { first, _ in first }
  }

  mutating func addMask() { kinds.hasMasks = true }

  /// The keypoints of a sample, named by places in `keypointNames`: samples may list the names in different orders.
  func keypoints(of annotations: SampleAnnotations) -> [Keypoint] {
    (annotations.objects.keypoints ?? []).map { keypoint in
      var keypoint = keypoint
      keypoint.name = keypoint.name.flatMap { keypointPlaces[annotations.keypointNames[Int($0)]] }
      return keypoint
    }
  }

  /// With the names that boxes have, where no list says more.
  func merged(_ classes: [String]) -> [String] {
    guard let highest = boxNames.keys.max(), highest < ShardContents.mostClasses else { return classes }
    return (0..<max(classes.count, Int(highest) + 1)).map { boxNames[Int32($0)] ?? (classes.indices.contains($0) ? classes[$0] : "\($0)") }
  }
}
