import Diagnostics
import Engine
import Images
import Tensors

/// All that is annotated in one picture, apart from its class, in its pixels. Nil is what there is not.
package struct SampleAnnotations {
  var objects = PictureObjects()
  /// Of all keypoints of the data set.
  var keypointNames: [String] = []
  /// [height, width]
  var mask: Tensor?
  /// The share of each class.
  var softLabel: [Float]?
  /// Of the data set, if it says so.
  var minVisible: Double?
  /// The names of the classes of boxes that are known only from the picture itself.
  var boxNames: [Int32: String] = [:]

  var isEmpty: Bool { objects.boxes == nil && objects.keypoints == nil && softLabel == nil && mask == nil }

  /// After what a plan does to a picture of this shape, apart from the soft label. A box of which less than `minVisible` remains is dropped.
  /// `others` is what is annotated in the pictures that it is mixed with, by index.
  func moved(
    by plan: ImagePlan?, shape: [Int], others: [Int: (found: SampleAnnotations, shape: [Int])] = [:], minVisible: Double, _ backend: any Backend
  ) throws -> SampleAnnotations {
    guard let plan else { return self }
    var result = self
    let rules = PictureObjects.Rules(names: KeypointNames(keypointNames), minVisible: minVisible, backend)
    result.objects = try objects.moved(by: plan, shape: shape, rules) { item in
      others[item].map { ($0.found.objects, shape: $0.shape) } ?? (PictureObjects(), shape: shape)
    }
    result.mask = try mask.map { try Masks.draw($0, by: plan, others: others.compactMapValues(\.found.mask), backend) }
    return result
  }

  /// Throws if it does not fit a picture of this shape; `name` is that of the picture.
  func check(_ name: String, shape: [Int], classes: Int) throws {
    if let mask, mask.shape != Array(shape.prefix(2)) {
      throw Fault(
        AnnotationErrors.badMask, "the mask of `\(name)` is \(mask.shape[0])×\(mask.shape[1]), but the picture is \(shape[0])×\(shape[1])",
        hint: "a mask has one class for each pixel of its image")
    }
    for (index, box) in (objects.boxes ?? []).enumerated() {
      guard let problem = box.problem(in: shape, classes: classes) else { continue }
      throw Fault(AnnotationErrors.badBox, "`\(name)`, box \(index): \(problem)", hint: Box.hint)
    }
    for case (let index, .pixels(let pixels)?) in objects.outlines.enumerated() where [pixels.height, pixels.width] != Array(shape.prefix(2)) {
      throw Fault(
        AnnotationErrors.badBox, "`\(name)`, box \(index): its `pixels` are \(pixels.height)×\(pixels.width), but the picture is \(shape[0])×\(shape[1])",
        hint: "were the pictures resized or turned after they were annotated?")
    }
    for (index, keypoint) in (objects.keypoints ?? []).enumerated() {
      guard let problem = keypoint.problem(in: shape) else { continue }
      throw Fault(AnnotationErrors.badKeypoint, "`\(name)`, keypoint \(index): \(problem)", hint: Keypoint.hint)
    }
  }
}

extension DataSet {
  /// Those of an entry.
  func sampleAnnotations(_ position: Int, _ engine: Engine) throws -> SampleAnnotations {
    var result = SampleAnnotations(objects: annotations.hasNoObjects ? PictureObjects() : try objects(position), mask: try mask(position, engine))
    result.keypointNames = annotations.keypointNames.names
    if case .soft(let shares, let classes) = target { result.softLabel = Array(shares[position * classes..<(position + 1) * classes]) }
    if !annotations.isEmpty { result.minVisible = annotations.minVisible }
    return result
  }
}
