import Diagnostics
import Images
import Tables

/// The pixels of an object in COCO's format.
enum Segmentation: Sendable {
  /// Column, row, column, row and so on, in pixels from the image's outer corner. A pixel belongs to a polygon if its centre is
  /// inside by the even-odd rule, and to the object if it belongs to one of the polygons. pycocotools rounds corners to fifths
  /// of a pixel; only pixels whose centre is less than a quarter of a pixel from an edge can differ.
  case polygons([[Float]])
  /// The lengths of runs, column by column: pixels outside, pixels inside, and so on.
  case runs([Int32], height: Int)

  /// Calls `body` with each pixel of the object, as an index in the rows of the image. Pixels may be repeated.
  func forEachPixel(height: Int, width: Int, _ body: (Int) -> Void) {
    switch self {
    case .polygons(let polygons): for polygon in polygons { Segmentation.fill(polygon, height, width, body) }
    case .runs(let runs, _):
      var (place, isInside) = (0, false)
      for run in runs {
        if isInside { for pixel in place..<place + Int(run) { body(pixel % height * width + pixel / height) } }
        (place, isInside) = (place + Int(run), !isInside)
      }
    }
  }

  /// None for runs.
  var polygons: [Polygon] {
    guard case .polygons(let polygons) = self else { return [] }
    return polygons.map { polygon in
      Polygon(stride(from: 0, to: polygon.count, by: 2).map { ImagePoint(row: Double(polygon[$0 + 1]), column: Double(polygon[$0])) })
    }
  }

  private static func fill(_ polygon: [Float], _ height: Int, _ width: Int, _ body: (Int) -> Void) {
    let count = polygon.count / 2
    /// The first line of pixel centres that is not before a place.
    func first(_ place: Double, _ size: Int) -> Int { Int(min(max(0, (place - 0.5).rounded(.up)), Double(size))) }
    // Where edges cross the pixel centres of each row.
    var crossings = [[Double]](repeating: [], count: height)
    for index in 0..<count {
      let (a, b) = (2 * index, 2 * ((index + 1) % count))
      let (from, to) = polygon[a + 1] < polygon[b + 1] ? (a, b) : (b, a)
      let (x, y, endX, endY) = (Double(polygon[from]), Double(polygon[from + 1]), Double(polygon[to]), Double(polygon[to + 1]))
      for row in first(y, height)..<first(endY, height) { crossings[row].append(x + (Double(row) + 0.5 - y) * (endX - x) / (endY - y)) }
    }
    for row in 0..<height where !crossings[row].isEmpty {
      let places = crossings[row].sorted()
      for pair in stride(from: 0, to: places.count - 1, by: 2) {
        for column in first(places[pair], width)..<first(places[pair + 1], width) { body(row * width + column) }
      }
    }
  }
}

// MARK: In files

extension Segmentation {
  /// A reason why a file's segmentation is invalid.
  struct Problem: Error { let what: String }

  private static let farthest = 1e7
  private static let mostPixels = 1 << 30

  /// A list of polygons, or an object with `size` and `counts`; nil if it has no pixels.
  init?(_ value: JSONValue) throws {
    if value.isObject {
      guard let size = value["size"]?.numbers?.compactMap({ Int(exactly: $0) }), size.count == 2, size.allSatisfy({ (1...65_536).contains($0) }),
        size[0] * size[1] <= Segmentation.mostPixels
      else { throw Problem(what: "`size` is not the height and width of an image") }
      guard let counts = value["counts"] else { throw Problem(what: "there are no `counts`") }
      let runs = try counts.string.map(Segmentation.runs) ?? Segmentation.runs(counts)
      let (sum, pixels) = (runs.reduce(0) { $0 + Int($1) }, size[0] * size[1])
      guard sum == pixels else { throw Problem(what: "the `counts` sum to \(sum), expected \(size[0])·\(size[1]) = \(pixels)") }
      self = .runs(runs, height: size[0])
      return
    }
    guard value.isArray else { throw Problem(what: "expected polygons, or an object with `size` and `counts`") }
    var polygons: [[Float]] = []
    try value.forEach { polygon in
      guard let numbers = polygon.numbers, numbers.count % 2 == 0 else { throw Problem(what: "a polygon is not a list of columns and rows") }
      if let far = numbers.first(where: { abs($0) > Segmentation.farthest }) { throw Problem(what: "a corner of a polygon is at \(far.brief)") }
      // A line has no pixels.
      if numbers.count >= 6 { polygons.append(numbers.map { Float($0) }) }
    }
    guard !polygons.isEmpty else { return nil }
    self = .polygons(polygons)
  }

  private static func runs(_ counts: JSONValue) throws -> [Int32] {
    guard let numbers = counts.numbers else { throw Problem(what: "`counts` is neither a string nor a list of numbers") }
    return try numbers.map { number in
      guard let run = Int32(exactly: number), run >= 0 else { throw Problem(what: "a count is \(number.brief), expected an integer from 0") }
      return run
    }
  }

  /// The runs in a string of COCO's format: groups of five bits in characters from "0" on, the lowest first; the sixth bit says
  /// that another group follows, and the highest bit of the last group is the sign. From the fourth number on, each is the
  /// difference from the number two places before.
  static func runs(_ text: String) throws -> [Int32] {
    var runs: [Int32] = []
    var (value, shift) = (0, 0)
    for byte in text.utf8 {
      guard (48..<112).contains(byte), shift < 40 else { throw Problem(what: "the `counts` are not a run-length encoding") }
      let group = Int(byte) - 48
      value |= (group & 31) << shift
      shift += 5
      if group & 32 != 0 { continue }
      if group & 16 != 0 { value -= 1 << shift }
      if runs.count > 2 { value += Int(runs[runs.count - 2]) }
      guard let run = Int32(exactly: value), run >= 0 else { throw Problem(what: "a count is \(value), expected an integer from 0") }
      runs.append(run)
      (value, shift) = (0, 0)
    }
    guard shift == 0 else { throw Problem(what: "the `counts` are truncated") }
    return runs
  }
}
