import Diagnostics
import Tables
import Tensors

/// The pixels of an object as lengths of runs, column by column: pixels outside, pixels inside, and so on. These are the run-length
/// encodings of COCO's format.
struct ObjectPixels: Equatable, Sendable {
  let height: Int
  let width: Int
  /// Their sum is the number of pixels of the image.
  let runs: [Int32]

  /// Nil unless the runs fill an image of this size.
  init?(_ runs: [Int32], height: Int, width: Int) {
    guard runs.reduce(0, { $0 + Int($1) }) == height * width else { return nil }
    (self.runs, self.height, self.width) = (runs, height, width)
  }

  /// The nonzero pixels of a mask, u8 of [height, width]; nil if there are none.
  init?(_ mask: Tensor) {
    let bytes = mask.storage.bytes.assumingMemoryBound(to: UInt8.self)
    self.init(UnsafeBufferPointer(start: bytes, count: mask.count), height: mask.shape[0], width: mask.shape[1])
  }

  /// The nonzero bytes of rows; nil if there are none.
  fileprivate init?(_ bytes: UnsafeBufferPointer<UInt8>, height: Int, width: Int) {
    // Most columns of a large image have no pixel of an object.
    var columns = [UInt8](repeating: 0, count: width)
    for row in 0..<height { for column in 0..<width { columns[column] |= bytes[row * width + column] } }
    var (runs, isInside, length) = ([Int32](), false, Int32(0))
    for column in 0..<width {
      if columns[column] == 0, !isInside {
        length += Int32(height)
        continue
      }
      for row in 0..<height {
        if (bytes[row * width + column] != 0) != isInside {
          runs.append(length)
          (isInside, length) = (!isInside, 0)
        }
        length += 1
      }
    }
    guard !runs.isEmpty else { return nil }
    (self.runs, self.height, self.width) = (runs + [length], height, width)
  }

  /// The number of pixels.
  var area: Int { stride(from: 1, to: runs.count, by: 2).reduce(0) { $0 + Int(runs[$1]) } }

  /// Top, left, bottom and right of the upright rectangle around it.
  var bounds: (top: Double, left: Double, bottom: Double, right: Double) {
    var (top, left, bottom, right) = (height, width, 0, 0)
    var (place, isInside) = (0, false)
    for run in runs {
      let end = place + Int(run)
      if isInside, run > 0 {
        let (first, last) = (place / height, (end - 1) / height)
        (left, right) = (min(left, first), max(right, last + 1))
        // A run that goes on in the next column reaches both edges.
        (top, bottom) = first == last ? (min(top, place % height), max(bottom, (end - 1) % height + 1)) : (0, height)
      }
      (place, isInside) = (end, !isInside)
    }
    return (Double(top), Double(left), Double(bottom), Double(right))
  }

  /// Calls `body` with each pixel of the object, as an index in the rows of the image.
  func forEach(_ body: (Int) -> Void) {
    var (place, isInside) = (0, false)
    for run in runs {
      if isInside { for pixel in place..<place + Int(run) { body(pixel % height * width + pixel / height) } }
      (place, isInside) = (place + Int(run), !isInside)
    }
  }

  /// u8, [height, width]: 1 for each pixel of the object, 0 for others.
  func mask() throws -> Tensor {
    let mask = try Tensor(uninitialized: TensorType(.u8, [height, width]))
    let bytes = mask.storage.bytes.assumingMemoryBound(to: UInt8.self)
    bytes.initialize(repeating: 0, count: mask.count)
    forEach { bytes[$0] = 1 }
    return mask
  }

  /// In an image of the same size; `place` returns nil for a pixel that is left out.
  func moving(_ place: (_ row: Int, _ column: Int) -> (row: Int, column: Int)?) -> ObjectPixels? {
    var bytes = [UInt8](repeating: 0, count: height * width)
    forEach { pixel in if let (row, column) = place(pixel / width, pixel % width) { bytes[row * width + column] = 1 } }
    return bytes.withUnsafeBufferPointer { ObjectPixels($0, height: height, width: width) }
  }
}

// MARK: In files

extension ObjectPixels {
  private static let mostPixels = 1 << 30

  /// An object with `size` and `counts`, which are a list or a string.
  init(_ value: JSONValue) throws {
    guard let size = value["size"]?.numbers?.compactMap({ Int(exactly: $0) }), size.count == 2, size.allSatisfy({ (1...65_536).contains($0) }),
      size[0] * size[1] <= ObjectPixels.mostPixels
    else { throw Segmentation.Problem(what: "`size` is not the height and width of an image") }
    guard let counts = value["counts"] else { throw Segmentation.Problem(what: "there are no `counts`") }
    let runs = try counts.string.map(ObjectPixels.runs) ?? ObjectPixels.runs(counts)
    guard let pixels = ObjectPixels(runs, height: size[0], width: size[1]) else {
      let sum = runs.reduce(0) { $0 + Int($1) }
      throw Segmentation.Problem(what: "the `counts` sum to \(sum), expected \(size[0])·\(size[1]) = \(size[0] * size[1])")
    }
    self = pixels
  }

  private static func runs(_ counts: JSONValue) throws -> [Int32] {
    guard let numbers = counts.numbers else { throw Segmentation.Problem(what: "`counts` is neither a string nor a list of numbers") }
    return try numbers.map { number in
      guard let run = Int32(exactly: number), run >= 0 else {
        throw Segmentation.Problem(what: "a count is \(number.brief), expected an integer from 0")
      }
      return run
    }
  }

  /// The runs in a string of COCO's format: groups of five bits in characters from "0" on, the lowest first; the sixth bit says
  /// that another group follows, and the highest bit of the last group is the sign. From the fourth number on, each is the
  /// difference from the number two places before.
  private static func runs(_ text: String) throws -> [Int32] {
    var runs: [Int32] = []
    var (value, shift) = (0, 0)
    for byte in text.utf8 {
      guard (48..<112).contains(byte), shift < 40 else { throw Segmentation.Problem(what: "the `counts` are not a run-length encoding") }
      let group = Int(byte) - 48
      value |= (group & 31) << shift
      shift += 5
      if group & 32 != 0 { continue }
      if group & 16 != 0 { value -= 1 << shift }
      if runs.count > 2 { value += Int(runs[runs.count - 2]) }
      guard let run = Int32(exactly: value), run >= 0 else { throw Segmentation.Problem(what: "a count is \(value), expected an integer from 0") }
      runs.append(run)
      (value, shift) = (0, 0)
    }
    guard shift == 0 else { throw Segmentation.Problem(what: "the `counts` are truncated") }
    return runs
  }

  /// As JSON, with `counts` as a string.
  var text: String {
    var counts: [UInt8] = []
    for (index, run) in runs.enumerated() {
      var value = Int(run) - (index > 2 ? Int(runs[index - 2]) : 0)
      var isLast = false
      while !isLast {
        let group = value & 31
        value >>= 5
        // The rest is the sign.
        isLast = group & 16 == 0 ? value == 0 : value == -1
        counts.append(UInt8(group + (isLast ? 0 : 32) + 48))
      }
    }
    return "{\"size\": [\(height), \(width)], \"counts\": \(JSONText.string(String(decoding: counts, as: UTF8.self)))}"
  }
}
