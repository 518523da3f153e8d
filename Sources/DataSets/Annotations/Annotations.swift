import Diagnostics
import Images
import Tensors

/// What is annotated in the source pictures of a data set, in pixels of each picture as read. The geometry of a recipe moves
/// it when an entry is looked at.
package struct Annotations: Sendable {
  package var masks: Masks?
  /// For each picture.
  package var boxes: [[Box]]?
  package var keypoints: [[Keypoint]]?
  package var keypointNames: KeypointNames
  /// A moved box is dropped if less than this share of it is inside the frame.
  package var minVisible: Double

  package static let defaultMinVisible = 0.1

  package init(
    masks: Masks? = nil, boxes: [[Box]]? = nil, keypoints: [[Keypoint]]? = nil, keypointNames: [String] = [],
    minVisible: Double = Annotations.defaultMinVisible
  ) {
    self.masks = masks
    self.boxes = boxes
    self.keypoints = keypoints
    self.keypointNames = KeypointNames(keypointNames)
    self.minVisible = minVisible
  }

  package var isEmpty: Bool { masks == nil && boxes == nil && keypoints == nil }

  /// Without what passes an edge of its picture by rounding.
  func clipped(shape: (Int) -> [Int]) -> Annotations {
    var result = self
    result.boxes = boxes?.enumerated().map { image, list in list.map { $0.clipped(to: shape(image)) } }
    return result
  }

  var storages: [Storage] { masks?.storages ?? [] }

  /// Memory outside of `storages`.
  var byteCount: Int {
    func size<T>(_ lists: [[T]]?) -> Int { lists?.reduce(0) { $0 + $1.count * MemoryLayout<T>.stride + 32 } ?? 0 }
    return (masks?.byteCount ?? 0) + size(boxes) + size(keypoints)
  }
}
