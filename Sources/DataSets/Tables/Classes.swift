/// The order of classes that are known by name.
enum Classes {
  /// The order of folders: numbers by value, then words by code points.
  static func precedes(_ a: String, _ b: String) -> Bool {
    switch (number(a), number(b)) {
    case (let x?, let y?) where x != y: x < y
    case (.some, nil): true
    case (nil, .some): false
    default: a.unicodeScalars.lexicographicallyPrecedes(b.unicodeScalars)
    }
  }

  private static func number(_ text: String) -> Int? {
    let digits = text.utf8.first == UInt8(ascii: "-") ? text.utf8.dropFirst() : text.utf8[...]
    return !digits.isEmpty && digits.count <= 18 && digits.allSatisfy { $0 >= 0x30 && $0 <= 0x39 } ? Int(text) : nil
  }
}
