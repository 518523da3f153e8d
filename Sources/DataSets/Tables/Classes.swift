import Tables

/// The order of classes that are known by name.
enum Classes {
  /// The order of folders: numbers by value, then words by code points.
  static func precedes(_ a: String, _ b: String) -> Bool {
    switch (Levels.whole(a), Levels.whole(b)) {
    case (let x?, let y?) where x != y: x < y
    case (.some, nil): true
    case (nil, .some): false
    default: a.unicodeScalars.lexicographicallyPrecedes(b.unicodeScalars)
    }
  }
}
