import Images

/// A point of an object, in pixels from the outer corner of its image.
package struct Keypoint: Equatable, Sendable {
  package var point: ImagePoint
  /// Its index in the list of names; nil if it has none.
  package var name: Int32?
  /// The object that it belongs to, shared with boxes; nil if unknown.
  package var object: Int32?
  /// Whether it is inside the frame, and not hidden there.
  package var isSeen: Bool

  package init(_ point: ImagePoint, name: Int32? = nil, object: Int32? = nil, isSeen: Bool = true) {
    self.point = point
    self.name = name
    self.object = object
    self.isSeen = isSeen
  }

  func moved(by map: PointMap) -> Keypoint {
    var moved = self
    guard let place = map(point) else {
      // Far outside, like the points that approach the horizon.
      (moved.point, moved.isSeen) = (ImagePoint(row: -1e6, column: -1e6), false)
      return moved
    }
    moved.point = place
    let isInside = (0...Double(map.height)).contains(place.row) && (0...Double(map.width)).contains(place.column)
    moved.isSeen = isSeen && isInside
    return moved
  }
}

/// The names of keypoints, with those exchanged that differ in left and right: in a mirrored image, what was a left eye
/// looks like a right one. A name has parts, divided by `_`, `-`, `.`, a space, or a capital letter after a small one; left
/// and right, or l and r, are parts, in capital or small letters. Only names of which both occur are exchanged.
package struct KeypointNames: Equatable, Sendable {
  package let names: [String]
  /// For each name the index of the other one, or its own.
  let mirrored: [Int32]

  package init(_ names: [String]) {
    self.names = names
    let places = Dictionary(names.enumerated().map { ($1, Int32($0)) }) { first, _ in first }
    mirrored = names.enumerated().map { index, name in places[KeypointNames.exchanged(name)] ?? Int32(index) }
  }

  private static let sides = ["left": "right", "right": "left", "l": "r", "r": "l"]

  static func exchanged(_ name: String) -> String {
    var (result, part) = ("", "")
    func finish() {
      let other = sides[part.lowercased()] ?? part
      result += other == part ? part : styled(other, like: part)
      part = ""
    }
    for character in name {
      if "_-. ".contains(character) {
        finish()
        result.append(character)
        continue
      }
      if character.isUppercase, part.last?.isLowercase == true { finish() }
      part.append(character)
    }
    finish()
    return result
  }

  private static func styled(_ word: String, like other: String) -> String {
    if other == other.uppercased() { return word.uppercased() }
    return other.first?.isUppercase == true ? word.prefix(1).uppercased() + word.dropFirst() : word
  }

  /// The keypoints of a mirrored image. Where an object has both points of a pair, they change places in the list, so that
  /// its names keep their order.
  func mirroring(_ keypoints: [Keypoint]) -> [Keypoint] {
    struct Role: Hashable {
      let object: Int32?
      let name: Int32
    }
    var places: [Role: Int] = [:]
    for (index, keypoint) in keypoints.enumerated() {
      if let name = keypoint.name, places[Role(object: keypoint.object, name: name)] == nil { places[Role(object: keypoint.object, name: name)] = index }
    }
    return keypoints.enumerated().map { index, keypoint in
      guard let name = keypoint.name, mirrored[Int(name)] != name else { return keypoint }
      // The first point of each name; repeated ones are renamed where they are.
      if places[Role(object: keypoint.object, name: name)] == index, let partner = places[Role(object: keypoint.object, name: mirrored[Int(name)])] {
        var other = keypoints[partner]
        other.name = name
        return other
      }
      var renamed = keypoint
      renamed.name = mirrored[Int(name)]
      return renamed
    }
  }
}
