/// The header of an .npy file: a Python dictionary with three entries, as text (NumPy, NEP 1 and numpy.lib.format).
struct NPYHeader {
  /// The type, such as `<f4`: byte order, kind, size.
  let type: String
  let isFortran: Bool
  let shape: [Int]
  /// Offset of the elements.
  let start: Int

  enum Problem: Error {
    /// Not an .npy file.
    case notNumPy
    case cutShort
    case damaged
    /// The elements are structured.
    case structured
  }

  static let magic: [UInt8] = [0x93] + Array("NUMPY".utf8)

  init(_ bytes: [UInt8]) throws(Problem) {
    guard bytes.starts(with: NPYHeader.magic) else { throw .notNumPy }
    guard bytes.count >= 10 else { throw .cutShort }
    // The length of the header has two bytes in version 1, four in later versions.
    let isFirst = bytes[6] == 1
    guard (1...3).contains(bytes[6]) else { throw .damaged }
    let place = isFirst ? 10 : 12
    guard bytes.count >= place else { throw .cutShort }
    let length = bytes[8..<place].reversed().reduce(0) { $0 << 8 | Int($1) }
    guard length <= bytes.count - place else { throw .cutShort }
    start = place + length
    var text = PythonText(bytes[place..<start])
    var (type, order, shape): (String?, Bool?, [Int]?)
    guard text.takes("{") else { throw .damaged }
    while !text.takes("}") {
      guard let key = text.string(), text.takes(":") else { throw .damaged }
      switch key {
      case "descr":
        if text.takes("[") { throw .structured }
        type = text.string()
      case "fortran_order": order = text.boolean()
      case "shape": shape = text.tuple()
      default: throw .damaged
      }
      guard text.takes(",") || text.isBefore("}") else { throw .damaged }
    }
    guard let type, let order, let shape else { throw .damaged }
    (self.type, isFortran, self.shape) = (type, order, shape)
  }

  /// Version 1.0, padded with spaces to a multiple of 64 bytes.
  static func text(type: String, shape: [Int]) -> [UInt8] {
    let sizes = shape.map(String.init).joined(separator: ", ") + (shape.count == 1 ? "," : "")
    let entries = "{'descr': '\(type)', 'fortran_order': False, 'shape': (\(sizes)), }"
    let filled = (10 + entries.utf8.count + 1 + 63) / 64 * 64 - 10
    let padded = entries + String(repeating: " ", count: filled - entries.utf8.count - 1) + "\n"
    return magic + [1, 0, UInt8(filled & 0xFF), UInt8(filled >> 8)] + Array(padded.utf8)
  }
}

/// A parser for the subset of Python in a header.
private struct PythonText {
  private var rest: ArraySlice<UInt8>

  init(_ bytes: ArraySlice<UInt8>) { rest = bytes }

  private mutating func skipSpaces() { rest = rest.drop { $0 == 0x20 || $0 == 0x0A } }

  mutating func isBefore(_ mark: Character) -> Bool {
    skipSpaces()
    return rest.first == mark.asciiValue
  }

  mutating func takes(_ mark: Character) -> Bool {
    guard isBefore(mark) else { return false }
    rest.removeFirst()
    return true
  }

  mutating func string() -> String? {
    skipSpaces()
    guard let quote = rest.first, quote == UInt8(ascii: "'") || quote == UInt8(ascii: "\"") else { return nil }
    guard let end = rest.dropFirst().firstIndex(of: quote) else { return nil }
    let text = String(decoding: rest[(rest.startIndex + 1)..<end], as: UTF8.self)
    rest = rest[(end + 1)...]
    return text
  }

  mutating func boolean() -> Bool? {
    skipSpaces()
    for (word, truth) in [("True", true), ("False", false)] where rest.starts(with: word.utf8) {
      rest = rest.dropFirst(word.utf8.count)
      return truth
    }
    return nil
  }

  /// A tuple of sizes; a single one is followed by a comma.
  mutating func tuple() -> [Int]? {
    guard takes("(") else { return nil }
    var sizes: [Int] = []
    while !takes(")") {
      skipSpaces()
      let digits = rest.prefix { $0 >= 0x30 && $0 <= 0x39 }
      guard let size = Int(String(decoding: digits, as: UTF8.self)) else { return nil }
      rest = rest.dropFirst(digits.count)
      sizes.append(size)
      guard takes(",") || isBefore(")") else { return nil }
    }
    return sizes
  }
}
