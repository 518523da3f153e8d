/// Several lists of names as one: the first list, then the names that each of the others adds.
struct JoinedNames {
  private(set) var all: [String] = []
  /// For each list, the place of each of its names among all; nil if they keep their places.
  private var places: [[Int32]?] = []

  init(_ lists: [[String]]) {
    var known: [String: Int32] = [:]
    func add(_ name: String) -> Int32 {
      if let place = known[name] { return place }
      let place = Int32(all.count)
      known[name] = place
      all.append(name)
      return place
    }
    for list in lists {
      // A name may occur twice in a list.
      if all.starts(with: list) {
        places.append(nil)
      } else if list.starts(with: all) {
        for name in list.dropFirst(all.count) {
          if known[name] == nil { known[name] = Int32(all.count) }
          all.append(name)
        }
        places.append(nil)
      } else {
        places.append(list.map(add))
      }
    }
  }

  /// Whether the names of a list have other places among all.
  func moves(_ list: Int) -> Bool { places[list] != nil }

  /// Where the name at a place of a list is among all. A place without a name stays.
  func place(_ place: Int32, in list: Int) -> Int32 {
    guard let own = places[list], own.indices.contains(Int(place)) else { return place }
    return own[Int(place)]
  }
}
