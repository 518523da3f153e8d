import Engine
import Images

/// The boxes and keypoints of one picture, in its pixels; nil is what its data set does not have.
struct PictureObjects {
  var boxes: [Box]?
  /// Of the object of each box, or none at all.
  var outlines: [ObjectOutline?] = []
  var keypoints: [Keypoint]?

  var isEmpty: Bool { boxes?.isEmpty != false && keypoints?.isEmpty != false }
}

extension Annotations {
  func objects(_ picture: Int) -> PictureObjects { PictureObjects(boxes: boxes?[picture], keypoints: keypoints?[picture]) }

  var hasNoObjects: Bool { boxes == nil && keypoints == nil }
}

extension PictureObjects {
  /// How boxes and keypoints move.
  struct Rules {
    let names: KeypointNames
    let minVisible: Double
    /// Draws the pixels of objects; nil in a data set, whose objects have no outlines.
    let backend: (any Backend)?

    init(names: KeypointNames, minVisible: Double, _ backend: (any Backend)? = nil) {
      (self.names, self.minVisible, self.backend) = (names, minVisible, backend)
    }
    init(_ annotations: Annotations) { self.init(names: annotations.keypointNames, minVisible: annotations.minVisible) }
  }

  /// After what a plan does to a picture of this shape. `others` returns those of a picture that it is mixed with, by its index,
  /// and the shape of that picture.
  func moved(
    by plan: ImagePlan, shape: [Int], _ rules: Rules, others: (Int) throws -> (PictureObjects, shape: [Int]) = { _ in (PictureObjects(), [1, 1]) }
  ) throws -> PictureObjects {
    var (current, size) = (self, (height: shape[0], width: shape[1]))
    for move in plan.moves {
      switch move {
      case .maps(let maps):
        guard !current.isEmpty else {
          if let last = maps.last { size = (last.height, last.width) }
          continue
        }
        let map = try PointMap(maps, height: size.height, width: size.width)
        current = try current.moved(by: map, through: maps, rules)
        size = (map.height, map.width)
      case .mix(let mix):
        let more = try mix.others.map { other in
          let (objects, shape) = try others(other.item)
          return try objects.moved(by: other.plan, shape: shape, rules, others: others)
        }
        current = PictureObjects.mixed([current] + more, mix.layout, height: size.height, width: size.width, rules)
      }
    }
    return current
  }

  private func moved(by map: PointMap, through maps: [Framed], _ rules: Rules) throws -> PictureObjects {
    let points = keypoints?.map { $0.moved(by: map) }
    let (boxes, outlines) = try moving {
      $0.moved(by: map, minVisible: rules.minVisible)
    } outline: {
      try $0.moved(by: map, through: maps, rules.backend)
    }
    return PictureObjects(boxes: boxes, outlines: outlines, keypoints: remaining(map.mirrors ? points.map(rules.names.mirroring) : points, boxes))
  }

  /// The boxes that remain, and what remains of their outlines.
  private func moving(
    _ moved: (Box) throws -> Box?, outline: (ObjectOutline) throws -> ObjectOutline?
  ) rethrows -> (boxes: [Box]?, outlines: [ObjectOutline?]) {
    guard let boxes else { return (nil, []) }
    guard !outlines.isEmpty else { return (try boxes.compactMap(moved), []) }
    let kept = try zip(boxes, outlines).compactMap { box, own -> (Box, ObjectOutline?)? in
      guard let box = try moved(box) else { return nil }
      guard let own, own.area > 0 else { return (box, nil) }
      // An object that is only in a corner of its box may have left the frame before it.
      return try outline(own).map { (box, $0) }
    }
    return (kept.map(\.0), kept.map(\.1))
  }

  /// The keypoints of objects whose boxes remain, and those that never had a box.
  private func remaining(_ points: [Keypoint]?, _ kept: [Box]?) -> [Keypoint]? {
    let gone = Set((boxes ?? []).compactMap(\.object)).subtracting((kept ?? []).compactMap(\.object))
    return gone.isEmpty ? points : points?.filter { $0.object.map(gone.contains) != true }
  }

  // MARK: Mixing

  /// Those of an image that is mixed from several of this size. Blended images are both visible. Otherwise each shows a
  /// part: its edges are like those of a frame.
  private static func mixed(_ images: [PictureObjects], _ layout: Mix.Layout, height: Int, width: Int, _ rules: Rules) -> PictureObjects {
    let parts = layout.parts(height: height, width: width)
    var (result, free) = (images[0], Int32(0))
    (result.boxes, result.outlines, result.keypoints) = (result.boxes.map { _ in [] }, [], result.keypoints.map { _ in [] })
    let hasOutlines = images.contains { !$0.outlines.isEmpty }
    for (index, image) in images.enumerated() {
      var own = image.numbered(from: free)
      free = own.nextObject(after: free)
      if let place = parts.firstIndex(where: { $0.image == index }) { own = own.seen(in: parts[place], under: parts[(place + 1)...], rules) }
      result.boxes? += own.boxes ?? []
      if hasOutlines { result.outlines += own.outlines.isEmpty ? [ObjectOutline?](repeating: nil, count: own.boxes?.count ?? 0) : own.outlines }
      result.keypoints? += own.keypoints ?? []
    }
    return result
  }

  /// The part of an image that is drawn somewhere in the result. Later parts may cover it.
  private func seen(in part: MixPart, under later: ArraySlice<MixPart>, _ rules: Rules) -> PictureObjects {
    let (boxes, outlines) = moving { box in
      later.reduce(box.shown(in: part, rules.minVisible)) { shown, cover in shown.flatMap { $0.covered(by: cover, rules.minVisible) } }
    } outline: { outline in
      later.reduce(outline.shown(in: part)) { shown, cover in shown.flatMap { $0.outside(of: cover) } }
    }
    let points = keypoints?.map { keypoint in later.reduce(keypoint.shown(in: part)) { $0.covered(by: $1) } }
    return PictureObjects(boxes: boxes, outlines: outlines, keypoints: remaining(points, boxes))
  }

  /// Objects of different images keep different numbers.
  private func numbered(from first: Int32) -> PictureObjects {
    var result = self
    if first == 0 { return result }
    result.boxes = boxes?.map { box in
      var box = box
      box.object = box.object.map { $0 &+ first }
      return box
    }
    result.keypoints = keypoints?.map { keypoint in
      var keypoint = keypoint
      keypoint.object = keypoint.object.map { $0 &+ first }
      return keypoint
    }
    return result
  }

  private func nextObject(after first: Int32) -> Int32 {
    let highest = max(boxes?.compactMap(\.object).max() ?? -1, keypoints?.compactMap(\.object).max() ?? -1)
    return max(first, highest < Int32.max ? highest + 1 : highest)
  }
}

extension Box {
  /// As much of it as a part shows, where the part is; nil if less than `minVisible` of it remains. A rotated box stays whole.
  fileprivate func shown(in part: MixPart, _ minVisible: Double) -> Box? {
    let (rows, columns) = part.source
    let inside = outline.clipped(toRows: rows, columns: columns)
    guard var box = sharing(inside.area / outline.area, minVisible) else { return nil }
    let (down, right) = part.shift
    switch shape {
    case .upright:
      let bounds = inside.bounds
      box.shape = .upright(top: bounds.top + down, left: bounds.left + right, bottom: bounds.bottom + down, right: bounds.right + right)
    case .rotated(let row, let column, let height, let width, let angle):
      box.shape = .rotated(row: row + down, column: column + right, height: height, width: width, angle: angle)
    }
    return box
  }

  /// Under a part that covers it; an upright box is tight around the rest.
  fileprivate func covered(by part: MixPart, _ minVisible: Double) -> Box? {
    let (rows, columns) = part.target
    let hidden = outline.clipped(toRows: rows, columns: columns).area
    guard hidden > 0 else { return self }
    guard var box = sharing(1 - hidden / outline.area, minVisible) else { return nil }
    guard case .upright(var top, var left, var bottom, var right) = shape else { return box }
    if columns.lowerBound <= left, columns.upperBound >= right {
      if rows.lowerBound <= top { top = rows.upperBound } else if rows.upperBound >= bottom { bottom = rows.lowerBound }
    } else if rows.lowerBound <= top, rows.upperBound >= bottom {
      if columns.lowerBound <= left { left = columns.upperBound } else if columns.upperBound >= right { right = columns.lowerBound }
    }
    box.shape = .upright(top: top, left: left, bottom: bottom, right: right)
    return box
  }
}

extension Keypoint {
  fileprivate func shown(in part: MixPart) -> Keypoint {
    let ((rows, columns), (down, right)) = (part.source, part.shift)
    var moved = self
    moved.isSeen = isSeen && rows.contains(point.row) && columns.contains(point.column)
    moved.point = ImagePoint(row: point.row + down, column: point.column + right)
    return moved
  }

  fileprivate func covered(by part: MixPart) -> Keypoint {
    let (rows, columns) = part.target
    var result = self
    // Its edges are as much of one image as of the other.
    let isInside = point.row > rows.lowerBound && point.row < rows.upperBound && point.column > columns.lowerBound && point.column < columns.upperBound
    if isInside { result.isSeen = false }
    return result
  }
}
