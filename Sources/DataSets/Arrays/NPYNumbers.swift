import Diagnostics
import Tensors

/// The elements of a NumPy array: integers that fit in an i32, floats up to f64, booleans, strings; in either byte
/// order, in row-major or column-major (Fortran) order.
struct NPYNumbers {
  private let bytes: [UInt8]
  private let header: NPYHeader
  private let name: String
  private let kind: Character
  /// Bytes per element; for strings, characters.
  private let size: Int
  private let isBigEndian: Bool

  init(_ bytes: [UInt8], _ header: NPYHeader, name: String) {
    self.bytes = bytes
    self.header = header
    self.name = name
    let type = header.type.drop { "<>|=".contains($0) }
    isBigEndian = header.type.first == ">"
    kind = type.first ?? "?"
    size = Int(type.dropFirst()) ?? 0
  }

  // MARK: Texts

  /// Bytes per string; nil if the elements are not strings.
  var textWidth: Int? {
    guard kind == "U" || kind == "S", size > 0, size < 1 << 24 else { return nil }
    return kind == "U" ? 4 * size : size
  }

  func strings(_ width: Int) throws -> [String] {
    guard header.shape.count <= 1 else { throw refused("strings in \(header.shape.count) dimensions") }
    let count = try count(width)
    return (0..<count).map { index in
      let part = bytes[header.start + index * width..<header.start + (index + 1) * width]
      guard kind == "U" else { return String(decoding: part.prefix { $0 != 0 }, as: UTF8.self) }
      var text = String.UnicodeScalarView()
      for place in stride(from: part.startIndex, to: part.endIndex, by: 4) {
        let value = UInt32(truncatingIfNeeded: bits(place, 4))
        // Strings are padded with zeros.
        if value == 0 { break }
        text.append(Unicode.Scalar(value) ?? "\u{FFFD}")
      }
      return String(text)
    }
  }

  // MARK: Numbers

  func tensor() throws -> Tensor {
    guard let type = type else { throw refused(described) }
    let count = try count(size)
    let tensor = try Tensor(uninitialized: TensorType(type, header.shape))
    guard count > 0 else { return tensor }
    if isPlain(type) {
      bytes.withUnsafeBytes { tensor.storage.bytes.copyMemory(from: $0.baseAddress.unsafelyUnwrapped + header.start, byteCount: count * size) }
      return tensor
    }
    var places = Places(header.shape, isFortran: header.isFortran)
    for index in 0..<count { try set(tensor, index, bits(header.start + places.next() * size, size)) }
    return tensor
  }

  /// Whether the bytes of the file can be used unchanged.
  private func isPlain(_ type: DType) -> Bool {
    let isSame = kind == "f" ? size == type.size : (kind == "i" && size == 4) || (kind == "u" && size == 1)
    return isSame && (!isBigEndian || size == 1) && (!header.isFortran || header.shape.count <= 1)
  }

  /// The element type of the tensor; nil if it is not supported.
  private var type: DType? {
    switch (kind, size) {
    case ("f", 2), ("f", 4): .f32
    case ("f", 8): .f64
    case ("b", 1): .bool
    case ("u", 1): .u8
    case ("i", 1), ("i", 2), ("i", 4), ("i", 8), ("u", 2), ("u", 4), ("u", 8): .i32
    default: nil
    }
  }

  private var described: String {
    switch kind {
    case "c": "complex numbers"
    case "O": "Python objects"
    case "M", "m": "dates or times"
    default: "elements of type `\(header.type.prefix(20))`"
    }
  }

  private func refused(_ what: String) -> Fault {
    Fault(
      DataErrors.badArrays, "`\(name)` contains \(what), which are not supported",
      hint: "in Python, convert them to numbers first: `numpy.save(file, array.astype(\"float32\"))`")
  }

  /// The number of elements, checked against the size of the data after the header.
  private func count(_ width: Int) throws -> Int {
    guard let count = Shapes.checkedCount(header.shape).map({ header.shape.contains(0) ? 0 : $0 }), count <= (bytes.count - header.start) / width else {
      throw Fault(
        DataErrors.badArrays,
        "the header of `\(name)` claims \(header.shape.shapeText) elements of \(width) bytes, but only \(bytes.count - header.start) bytes follow",
        hint: "was the download cut short? Download or save it again")
    }
    return count
  }

  private func bits(_ place: Int, _ size: Int) -> UInt64 {
    var bits: UInt64 = 0
    for index in 0..<size { bits = bits << 8 | UInt64(bytes[place + (isBigEndian ? index : size - 1 - index)]) }
    return bits
  }

  private func set(_ tensor: Tensor, _ index: Int, _ bits: UInt64) throws {
    switch (kind, size) {
    case ("f", 2): tensor.floats()[index] = Float(Float16(bitPattern: UInt16(truncatingIfNeeded: bits)))
    case ("f", 4): tensor.floats()[index] = Float(bitPattern: UInt32(truncatingIfNeeded: bits))
    case ("f", _): tensor.storage.bind(Double.self)[index] = Double(bitPattern: bits)
    case ("b", _): tensor.storage.bind(UInt8.self)[index] = bits == 0 ? 0 : 1
    case ("u", 1): tensor.storage.bind(UInt8.self)[index] = UInt8(bits)
    case ("u", _):
      guard let fitting = Int32(exactly: bits) else { throw tooLarge("\(bits)", index) }
      tensor.storage.bind(Int32.self)[index] = fitting
    default:
      // The sign is the highest bit of the element.
      let unused = 64 - 8 * size
      let number = Int64(bitPattern: bits << UInt64(unused)) >> Int64(unused)
      guard let fitting = Int32(exactly: number) else { throw tooLarge("\(number)", index) }
      tensor.storage.bind(Int32.self)[index] = fitting
    }
  }

  private func tooLarge(_ number: String, _ index: Int) -> Fault {
    Fault(
      DataErrors.badArrays, "`\(name)`: element \(index) is \(number), which does not fit in an i32",
      hint: "an i32 is at most 2,147,483,647; in Python, `array.astype(\"float64\")` keeps larger integers")
  }
}

/// The position of each element in the file, in row-major order.
private struct Places {
  private let shape: [Int]
  private let strides: [Int]
  private var position: [Int]
  private var place = 0

  init(_ shape: [Int], isFortran: Bool) {
    self.shape = shape
    position = [Int](repeating: 0, count: shape.count)
    var strides = [Int](repeating: 1, count: shape.count)
    var step = 1
    for axis in isFortran ? Array(shape.indices) : shape.indices.reversed() {
      strides[axis] = step
      step *= shape[axis]
    }
    self.strides = strides
  }

  mutating func next() -> Int {
    let result = place
    for axis in shape.indices.reversed() {
      position[axis] += 1
      place += strides[axis]
      if position[axis] < shape[axis] { break }
      place -= shape[axis] * strides[axis]
      position[axis] = 0
    }
    return result
  }
}
