import Diagnostics
import Images
import Tables

/// The pixels of an object in COCO's format.
enum Segmentation: Sendable {
  /// Column, row, column, row and so on, in pixels from the image's outer corner. A pixel belongs to a polygon if its centre is
  /// inside by the even-odd rule, and to the object if it belongs to one of the polygons. pycocotools rounds corners to fifths
  /// of a pixel; only pixels whose centre is less than a quarter of a pixel from an edge can differ.
  case polygons([[Float]])
  case pixels(ObjectPixels)

  /// Calls `body` with each pixel of the object, as an index in the rows of the image. Pixels may be repeated.
  func forEachPixel(height: Int, width: Int, _ body: (Int) -> Void) {
    switch self {
    case .polygons(let polygons): for polygon in polygons { Segmentation.fill(polygon, height, width, body) }
    case .pixels(let pixels): pixels.forEach(body)
    }
  }

  /// Nil without a polygon or a pixel.
  var outline: ObjectOutline? {
    switch self {
    case .polygons(let polygons):
      ObjectOutline(
        polygons.map { polygon in
          Polygon(stride(from: 0, to: polygon.count, by: 2).map { ImagePoint(row: Double(polygon[$0 + 1]), column: Double(polygon[$0])) })
        })
    case .pixels(let pixels): pixels.area > 0 ? .pixels(pixels) : nil
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

  /// A list of polygons, or an object with `size` and `counts`; nil if it has no pixels.
  init?(_ value: JSONValue) throws {
    if value.isObject {
      self = .pixels(try ObjectPixels(value))
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
}
