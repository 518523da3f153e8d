import Diagnostics
import Images
import Tables

/// Annotations in COCO's format (https://cocodataset.org/#format-data): object instances and keypoints of persons. Boxes of
/// five numbers are rotated ones, as in Detectron2: column and row of the centre, width, height, angle. `COCOWriter` adds
/// members of its own, so that a data set comes back as it was: `visible`, `object`, `edges`, `rotated_bbox`
/// and `other_keypoints` of an annotation, and `loam` of the file.
struct COCO {
  /// Names of files, in the order of the images.
  private(set) var files: [String] = []
  /// As the file declares them; nil if it does not.
  private(set) var sizes: [[Int]?] = []
  private(set) var names: [String] = []
  /// By label.
  private(set) var categories: [COCOCategory] = []
  private(set) var boxes: [[Box]] = []
  private(set) var keypoints: [[Keypoint]] = []
  private(set) var keypointNames: [String] = []
  private(set) var hasBoxes = false
  private(set) var hasKeypoints = false
  private(set) var minVisible: Double?
  /// For each image, if they are read.
  private(set) var objects: [[ObjectMasks.Object]]?
  /// The number of annotations of crowds, whose boxes are only read with objects.
  private(set) var crowds = 0
  /// The number of files that `reordered` has left out.
  private(set) var leftOut = 0

  private let name: String
  private var places: [Int: Int] = [:]
  /// The label of each category.
  private var labels: [Int: Int32] = [:]
  /// The names of each category's keypoints, as indices in `keypointNames`.
  private var parts: [Int: [Int32]] = [:]
  private var unlabelled: Int?

  /// `readsObjects` is whether segmentations are read.
  init(_ bytes: consuming [UInt8], name: String, readsObjects: Bool = false) throws {
    self.name = name
    let root = try JSONDocument(bytes, name: name, AnnotationErrors.badCOCO).root
    guard root.isObject else { throw broken("it is not an object with the lists `images`, `annotations` and `categories`") }
    for list in ["images", "annotations"] as [StaticString] where root[list]?.isArray != true { throw broken("it has no list `\(list)`") }
    try root["images"]?.forEach { try add(image: $0) }
    guard !files.isEmpty else { throw broken("its list `images` is empty") }
    try read(categories: root["categories"])
    boxes = [[Box]](repeating: [], count: files.count)
    keypoints = [[Keypoint]](repeating: [], count: files.count)
    if readsObjects { objects = [[ObjectMasks.Object]](repeating: [], count: files.count) }
    var number = 0
    try root["annotations"]?.forEach {
      try add(annotation: $0, number)
      number += 1
    }
    if let own = root["loam"] {
      // An empty list is not the same as no list.
      hasBoxes = own["boxes"]?.boolean ?? hasBoxes
      hasKeypoints = own["keypoints"]?.boolean ?? hasKeypoints
      minVisible = own["min_visible"]?.number.flatMap { (0...1).contains($0) ? $0 : nil }
      if own["names"]?.boolean == false { names = [] }
    }
  }

  private func broken(_ what: String) -> Fault {
    Fault(AnnotationErrors.badCOCO, "`\(name)` is not a file of COCO annotations: \(what)", hint: "expected the format of instances_train2017.json")
  }

  private mutating func add(image: JSONValue) throws {
    let index = files.count
    guard let id = image["id"]?.int else { throw broken("image \(index) has no integer `id`") }
    guard let file = image["file_name"]?.string, !file.isEmpty else { throw broken("image \(index) has no `file_name`") }
    if let other = places.updateValue(index, forKey: id) { throw broken("images \(other) and \(index) have the same id \(id)") }
    files.append(file)
    if let height = image["height"]?.int, let width = image["width"]?.int { sizes.append([height, width]) } else { sizes.append(nil) }
  }

  /// Labels count the categories in the order of their ids.
  private mutating func read(categories given: JSONValue?) throws {
    var found: [COCOCategory] = []
    var indices: [String: Int32] = [:]
    var count = 0
    try given?.forEach { value in
      guard let id = value["id"]?.int else { throw broken("category \(count) has no integer `id`") }
      count += 1
      var category = COCOCategory(id: id, name: value["name"]?.string ?? "\(id)", supercategory: value["supercategory"]?.string)
      value["keypoints"]?.forEach { name in
        let name = name.string ?? ""
        if indices[name] == nil {
          indices[name] = Int32(keypointNames.count)
          keypointNames.append(name)
        }
        category.keypoints.append(indices[name] ?? 0)
      }
      value["skeleton"]?.forEach { category.skeleton.append(($0.numbers ?? []).compactMap { Int(exactly: $0) }) }
      parts[id] = category.keypoints
      if value["unlabelled"]?.boolean == true { unlabelled = id } else { found.append(category) }
    }
    categories = found.sorted { $0.id < $1.id }
    for (label, category) in categories.enumerated() {
      guard labels.updateValue(Int32(label), forKey: category.id) == nil else { throw broken("two categories have the same id \(category.id)") }
    }
    names = categories.map(\.name)
  }

  private mutating func add(annotation: JSONValue, _ number: Int) throws {
    guard let id = annotation["image_id"]?.int else { throw broken("annotation \(number) has no integer `image_id`") }
    guard let image = places[id] else { throw broken("annotation \(number) belongs to image \(id), which is not in `images`") }
    let category = annotation["category_id"]?.int
    let label = category.flatMap { labels[$0] }
    if let category, label == nil, category != unlabelled { throw broken("annotation \(number) has category \(category), which is not in `categories`") }
    let isCrowd = annotation["iscrowd"]?.int == 1 || annotation["iscrowd"]?.boolean == true
    try add(object: annotation["segmentation"], label, box: annotation["bbox"] == nil ? nil : boxes[image].count, isCrowd, image, number)
    if isCrowd {
      crowds += 1
      if let bbox = annotation["bbox"], objects != nil {
        var crowd = try box(bbox, of: annotation, label, object: nil, number)
        crowd.isCrowd = true
        boxes[image].append(crowd)
      }
      return
    }
    let given = annotation["keypoints"], others = annotation["other_keypoints"]
    let isShared = annotation["bbox"] != nil && given != nil
    // A person's box and keypoints belong to one object.
    let object = (annotation["object"]?.int ?? (isShared ? boxes[image].count : nil)).flatMap { Int32(exactly: $0) }
    if let bbox = annotation["bbox"] {
      hasBoxes = true
      boxes[image].append(try box(bbox, of: annotation, label, object: object, number))
    }
    if given != nil || others != nil { hasKeypoints = true }
    if let given, let category { try add(keypoints: given, names: parts[category] ?? [], object, image, number) }
    if let others { try add(others: others, object, image, number) }
  }

  private func box(_ bbox: JSONValue, of annotation: JSONValue, _ label: Int32?, object: Int32?, _ number: Int) throws -> Box {
    guard let numbers = (annotation["rotated_bbox"] ?? bbox).numbers, numbers.count == 4 || numbers.count == 5 else {
      throw broken("the `bbox` of annotation \(number) is not a list of four numbers")
    }
    let edges = annotation["edges"]?.numbers
    let shape: Box.Shape =
      edges?.count == 4
      ? BoxFormat.pascal.shape(edges ?? [], in: [])
      : numbers.count == 5
        ? .rotated(row: numbers[1], column: numbers[0], height: numbers[3], width: numbers[2], angle: numbers[4])
        : BoxFormat.coco.shape(numbers, in: [])
    return Box(shape, label: label, object: object, visible: annotation["visible"]?.number ?? 1)
  }

  private mutating func add(object value: JSONValue?, _ label: Int32?, box: Int?, _ isCrowd: Bool, _ image: Int, _ number: Int) throws {
    guard objects != nil, let value else { return }
    do {
      guard let outline = try Segmentation(value) else { return }
      guard let label else { throw Segmentation.Problem(what: "it has no category") }
      objects?[image].append(ObjectMasks.Object(label: label, outline: outline, box: box, isCrowd: isCrowd))
    } catch let problem as Segmentation.Problem { throw broken("the `segmentation` of annotation \(number): \(problem.what)") }
  }

  /// Triples of column, row and visibility: 0 not annotated, 1 hidden, 2 seen.
  private mutating func add(keypoints: JSONValue, names: [Int32], _ object: Int32?, _ image: Int, _ number: Int) throws {
    guard let numbers = keypoints.numbers, numbers.count % 3 == 0 else {
      throw broken("the `keypoints` of annotation \(number) are not a list of column, row and visibility of each")
    }
    guard names.isEmpty || names.count == numbers.count / 3 else {
      throw broken("annotation \(number) has \(counted(numbers.count / 3, "keypoint")), its category names \(names.count)")
    }
    for index in 0..<numbers.count / 3 where numbers[3 * index + 2] > 0 {
      self.keypoints[image].append(
        Keypoint(
          .init(row: numbers[3 * index + 1], column: numbers[3 * index]), name: names.isEmpty ? nil : names[index], object: object,
          isSeen: numbers[3 * index + 2] > 1))
    }
  }

  /// Column, row, visibility and name, or -1, of each.
  private mutating func add(others: JSONValue, _ object: Int32?, _ image: Int, _ number: Int) throws {
    guard let numbers = others.numbers, numbers.count % 4 == 0 else {
      throw broken("the `other_keypoints` of annotation \(number) are not groups of four numbers")
    }
    for index in 0..<numbers.count / 4 {
      let name = Int32(exactly: numbers[4 * index + 3]).flatMap { keypointNames.indices.contains(Int($0)) ? $0 : nil }
      keypoints[image].append(
        Keypoint(.init(row: numbers[4 * index + 1], column: numbers[4 * index]), name: name, object: object, isSeen: numbers[4 * index + 2] > 1))
    }
  }

  /// For images of these shapes: boxes that pass an edge are cut there, and those of which nothing is left are dropped, as
  /// files of annotations have such; what a file says of hidden keypoints may be anywhere. Returns the number of dropped boxes.
  func annotations(shape: (Int) -> [Int], minVisible given: Double) -> (Annotations, dropped: Int) {
    var dropped = 0
    var (clipped, points): ([[Box]], [[Keypoint]]) = ([], [])
    for image in files.indices {
      let own = annotations(image, in: shape(image))
      clipped.append(own.boxes.filter { !$0.isCrowd })
      points.append(own.keypoints)
      dropped += own.dropped
    }
    let masks = objects.map { list in Masks(.objects(ObjectMasks(list, shapes: list.indices.map { Array(shape($0).prefix(2)) }))) }
    let annotations = Annotations(
      masks: masks, boxes: hasBoxes ? clipped : nil, keypoints: hasKeypoints ? points : nil, keypointNames: hasKeypoints ? keypointNames : [],
      minVisible: minVisible ?? given)
    return (annotations, dropped)
  }
}

extension COCO {
  /// Those of one image of this shape; the outline of each box, if they are read, else none.
  func annotations(_ image: Int, in shape: [Int]) -> (boxes: [Box], outlines: [ObjectOutline?], keypoints: [Keypoint], dropped: Int) {
    let clipped = boxes[image].map { $0.clipped(to: shape) }
    let places = clipped.indices.filter { clipped[$0].problem(in: shape, classes: names.count) == nil }
    var outlines: [Int: ObjectOutline] = [:]
    for object in objects?[image] ?? [] { if let box = object.box { outlines[box] = object.outline.outline } }
    let points = keypoints[image].map { keypoint in
      var keypoint = keypoint
      if keypoint.problem(in: shape) != nil { keypoint.isSeen = false }
      return keypoint
    }
    return (places.map { clipped[$0] }, places.map { outlines[$0] }, points, clipped.count - places.count)
  }

  /// With a box around each object that has an outline and no box. Boxes of crowds count.
  func completed() -> COCO {
    var result = self
    for image in files.indices {
      for (index, object) in (objects?[image] ?? []).enumerated() where object.box == nil {
        guard let bounds = object.outline.outline?.bounds else { continue }
        result.objects?[image][index].box = result.boxes[image].count
        var box = Box(.upright(top: bounds.top, left: bounds.left, bottom: bounds.bottom, right: bounds.right), label: object.label)
        box.isCrowd = object.isCrowd
        result.boxes[image].append(box)
      }
    }
    result.hasBoxes = hasBoxes || result.boxes.contains { !$0.isEmpty }
    return result
  }

  /// For these files in this order; those that it does not mention have no annotations.
  func reordered(_ order: [String]) -> COCO {
    var result = self
    let places = Dictionary(files.enumerated().map { ($1, $0) }) { first, _ in first }
    result.files = order
    result.leftOut = Set(files).subtracting(order).count
    result.sizes = order.map { places[$0].flatMap { sizes[$0] } }
    result.boxes = order.map { places[$0].map { boxes[$0] } ?? [] }
    result.keypoints = order.map { places[$0].map { keypoints[$0] } ?? [] }
    result.objects = objects.map { objects in order.map { places[$0].map { objects[$0] } ?? [] } }
    return result
  }

  /// Throws unless the sizes that the file declares for images and segmentations are those of the images.
  func checkSizes(shape: (Int) -> [Int]) throws { for index in files.indices { try checkSize(index, shape: shape(index)) } }

  /// Throws unless the sizes that the file declares for an image and its segmentations are this one.
  func checkSize(_ index: Int, shape own: [Int]) throws {
    func wrong(_ what: String) -> Fault {
      Fault(AnnotationErrors.badCOCO, "`\(name)`\(what)", hint: "were the images resized or turned after they were annotated?")
    }
    if let size = sizes[index], size != Array(own.prefix(2)) {
      throw wrong(" says that `\(files[index])` is \(size[0])×\(size[1]), but it is \(own[0])×\(own[1])")
    }
    for case .pixels(let pixels) in (objects?[index] ?? []).map(\.outline) where [pixels.height, pixels.width] != Array(own.prefix(2)) {
      throw wrong(": a segmentation of `\(files[index])` is \(pixels.height)×\(pixels.width), but the image is \(own[0])×\(own[1])")
    }
  }
}
