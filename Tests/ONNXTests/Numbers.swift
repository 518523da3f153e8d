import Testing

/// A tensor: elements as doubles, rounded to the element type, which is a number of ONNX's enumeration.
struct Numbers {
  static let (float, uint8, int32, int64, bool, double) = (1, 2, 6, 7, 9, 11)

  var type: Int
  var shape: [Int]
  var elements: [Double]

  init(_ type: Int, _ shape: [Int], _ elements: [Double]) {
    (self.type, self.shape) = (type, shape)
    self.elements = type == Numbers.float ? elements.map { Double(Float($0)) } : elements
  }

  init(_ type: Int, _ shape: [Int], _ element: ([Int]) -> Double) {
    let places = Numbers.places(shape)
    self.init(type, shape, places.map(element))
  }

  /// A `TensorProto`.
  init(_ message: ProtobufReader) throws {
    let type = try #require(message.integers(2).first)
    let shape = message.integers(1)
    let bytes = Array(try #require(message.blocks(9).first))
    let size = try #require([Numbers.float: 4, Numbers.uint8: 1, Numbers.int32: 4, Numbers.int64: 8, Numbers.bool: 1, Numbers.double: 8][type])
    let count = shape.reduce(1, *)
    try #require(bytes.count == count * size)
    self.init(
      type, shape,
      (0..<count).map { index in
        let word = bytes[(index * size)..<(index + 1) * size].reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
        switch type {
        case Numbers.float: return Double(Float(bitPattern: UInt32(word)))
        case Numbers.double: return Double(bitPattern: word)
        case Numbers.int32: return Double(Int32(bitPattern: UInt32(word)))
        case Numbers.int64: return Double(Int64(bitPattern: word))
        default: return Double(word)
        }
      })
  }

  var integers: [Int] { elements.map { Int($0) } }

  static func strides(_ shape: [Int]) -> [Int] {
    var strides = shape.map { _ in 1 }
    for axis in shape.indices.dropLast().reversed() { strides[axis] = strides[axis + 1] * shape[axis + 1] }
    return strides
  }

  /// The positions of all elements in row-major order.
  static func places(_ shape: [Int]) -> [[Int]] {
    let strides = strides(shape)
    return (0..<shape.reduce(1, *)).map { index in shape.indices.map { index / strides[$0] % shape[$0] } }
  }

  /// The element at a position; 0 outside.
  subscript(_ place: [Int]) -> Double {
    guard zip(place, shape).allSatisfy({ $0 >= 0 && $0 < $1 }) else { return 0 }
    return elements[zip(place, Numbers.strides(shape)).reduce(0) { $0 + $1.0 * $1.1 }]
  }

  func broadcast(to shape: [Int]) -> Numbers {
    let missing = shape.count - self.shape.count
    return Numbers(type, shape) { place in self[self.shape.indices.map { self.shape[$0] == 1 ? 0 : place[$0 + missing] }] }
  }

  static func joined(_ a: [Int], _ b: [Int]) -> [Int] {
    let rank = max(a.count, b.count)
    let (x, y) = (Array(repeating: 1, count: rank - a.count) + a, Array(repeating: 1, count: rank - b.count) + b)
    return zip(x, y).map { $0 == 1 ? $1 : $0 }
  }
}
