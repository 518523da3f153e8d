import Diagnostics
import Images

// Annotations of all formats in one form, for tar shards and arrays. Of several formats, the first one that has boxes counts.
extension GrowAnnotations {
  /// Which of them there are.
  var kinds: SampleKinds {
    SampleKinds(
      hasBoxes: coco?.hasBoxes == true || labels != nil || documents != nil, hasOutlines: hasOutlines, hasKeypoints: coco?.hasKeypoints == true,
      hasMasks: masks != nil, minVisible: coco?.minVisible)
  }

  /// The names of the classes of boxes, by label; empty if they are not known.
  func boxClasses() throws -> [String] {
    if let coco, coco.hasBoxes || coco.hasKeypoints || !coco.names.isEmpty { return coco.names }
    if labels != nil { return labelNames }
    guard let documents else { return [] }
    if let documentClasses { return documentClasses }
    var names: Set<String> = []
    for picture in pictures {
      let file = documents.input(picture)
      // A damaged file is reported when its picture is read.
      if files.exists(file), let bytes = try? files.read(file) { names.formUnion(Pascal.names(bytes)) }
    }
    return names.sorted()
  }

  /// Of a picture of this shape; labels are positions in `classes`.
  func sample(_ index: Int, shape: [Int], classes: SampleClasses) throws -> SampleAnnotations {
    let found = try read(index, shape: shape)
    var result = SampleAnnotations(mask: found.mask)
    if let coco {
      let own = coco.annotations(index, in: shape)
      if coco.hasBoxes { (result.objects.boxes, result.objects.outlines) = (own.boxes, own.outlines) }
      if coco.hasKeypoints { (result.objects.keypoints, result.keypointNames) = (own.keypoints, coco.keypointNames) }
      result.minVisible = coco.minVisible
    }
    if result.objects.boxes == nil {
      result.objects.boxes = try found.labels ?? found.objects?.map { try labelled($0.box, $0.name, of: index, among: classes.ofBoxes) }
    }
    result.objects.boxes = result.objects.boxes?.map { box in
      var box = box
      box.label = box.label.map(classes.label)
      return box
    }
    return result
  }

  private func labelled(_ given: Box, _ name: String, of index: Int, among names: [String]) throws -> Box {
    guard let label = names.firstIndex(of: name) else {
      throw Fault(
        AnnotationErrors.badPascal, "`\(pictures[index])` has a box of the class `\(name)`, which is not in `\(ClassFile.name)`",
        hint: Suggestion.hint(for: name, among: names) ?? "add it to the list of classes, or remove the list")
    }
    var box = given
    box.label = Int32(label)
    return box
  }
}

/// What the pictures of an input have beside their classes.
package struct SampleKinds: Equatable {
  var hasBoxes = false
  /// Whether some boxes have polygons around their objects, which an array does not hold.
  package var hasOutlines = false
  var hasKeypoints = false
  var hasMasks = false
  /// The number of classes of soft labels; nil if there are none.
  var softClasses: Int?
  /// The share of a box that must stay visible; nil if it is the usual one.
  var minVisible: Double?

  /// Throws unless a picture has what each picture of an array or a folder needs, if one has it: a mask, and for an array a soft label. One
  /// without boxes or keypoints has none of them.
  func require(_ sample: SampleAnnotations, of name: String, inArray: Bool) throws {
    guard hasMasks == (sample.mask != nil) else {
      throw Fault(
        ShardErrors.badSample, "`\(name)` has no mask, but others have one", hint: "add it, or write tar shards, whose samples may differ: `--format tar`")
    }
    guard !inArray || sample.softLabel?.count == softClasses else {
      throw Fault(ShardErrors.badSample, "`\(name)` has not as many shares of classes as others", hint: "each has the share of every class")
    }
  }

  /// The formats in which a folder holds them.
  var formats: [String] { (hasBoxes || hasKeypoints ? [GrowAnnotations.cocoName] : []) + (hasMasks ? [GrowAnnotations.maskName] : []) }

  /// Names for messages.
  package var names: [String] {
    [hasMasks ? "masks" : nil, hasBoxes ? "boxes" : nil, hasKeypoints ? "keypoints" : nil, softClasses == nil ? nil : "soft labels"].compactMap { $0 }
  }
}

/// One list of the classes of pictures and of their boxes.
struct SampleClasses {
  /// The names of all.
  let all: [String]
  let ofBoxes: [String]
  /// The place of each class of boxes in the list.
  private let places: [Int32]

  init(pictures: [String], boxes: [String]) {
    ofBoxes = boxes
    guard !boxes.starts(with: pictures) else {
      (all, places) = (boxes, boxes.indices.map { Int32($0) })
      return
    }
    var (all, places) = (pictures, [Int32]())
    for name in boxes {
      if let place = all.firstIndex(of: name) {
        places.append(Int32(place))
      } else {
        places.append(Int32(all.count))
        all.append(name)
      }
    }
    (self.all, self.places) = (all, places)
  }

  func label(_ label: Int32) -> Int32 { places.indices.contains(Int(label)) ? places[Int(label)] : label }
}
