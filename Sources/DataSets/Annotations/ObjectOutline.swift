import Engine
import Images
import Tensors

/// Where an object is, more exactly than its box.
enum ObjectOutline: Equatable {
  /// All of them have an area.
  case polygons([Polygon])
  case pixels(ObjectPixels)

  /// Nil if there are none.
  init?(_ polygons: [Polygon]) {
    guard !polygons.isEmpty else { return nil }
    self = .polygons(polygons)
  }

  /// Top, left, bottom and right of the upright rectangle around it.
  var bounds: (top: Double, left: Double, bottom: Double, right: Double) {
    switch self {
    case .polygons(let polygons): Polygon(polygons.flatMap(\.corners)).bounds
    case .pixels(let pixels): pixels.bounds
    }
  }

  /// In pixels.
  var area: Double {
    switch self {
    case .polygons(let polygons): polygons.reduce(0) { $0 + $1.area }
    case .pixels(let pixels): Double(pixels.area)
    }
  }

  /// After maps, which are also given as one map of points; nil if nothing of it is inside of the frame. Pixels are the nearest ones of
  /// the source, and need the back end.
  func moved(by map: PointMap, through maps: [Framed], _ backend: (any Backend)?) throws -> ObjectOutline? {
    switch self {
    case .polygons(let polygons): return ObjectOutline(polygons.flatMap { $0.moved(by: map) })
    case .pixels(let pixels):
      guard let backend else { return nil }
      return ObjectPixels(try Masks.draw(pixels.mask(), through: maps, continuing: false, backend)).map { .pixels($0) }
    }
  }

  /// As much of it as a part shows, where the part is; nil if that is nothing.
  func shown(in part: MixPart) -> ObjectOutline? {
    switch self {
    case .polygons(let polygons): ObjectOutline(polygons.flatMap { $0.shown(in: part) })
    case .pixels(let pixels): pixels.shown(in: part).map { .pixels($0) }
    }
  }

  /// What a part that covers it leaves; nil if that is nothing.
  func outside(of part: MixPart) -> ObjectOutline? {
    switch self {
    case .polygons(let polygons): ObjectOutline(polygons.flatMap { $0.outside(of: part) })
    case .pixels(let pixels): pixels.outside(of: part).map { .pixels($0) }
    }
  }
}

extension ObjectPixels {
  /// In a result of the same size.
  fileprivate func shown(in part: MixPart) -> ObjectPixels? {
    moving { row, column in
      guard part.rows.contains(row), part.columns.contains(column) else { return nil }
      return (row - part.rows.lowerBound + part.row, column - part.columns.lowerBound + part.column)
    }
  }

  fileprivate func outside(of part: MixPart) -> ObjectPixels? {
    let (rows, columns) = (part.row..<part.row + part.rows.count, part.column..<part.column + part.columns.count)
    return moving { row, column in rows.contains(row) && columns.contains(column) ? nil : (row, column) }
  }
}

extension MixPart {
  var source: (rows: ClosedRange<Double>, columns: ClosedRange<Double>) {
    (Double(rows.lowerBound)...Double(rows.upperBound), Double(columns.lowerBound)...Double(columns.upperBound))
  }

  var target: (rows: ClosedRange<Double>, columns: ClosedRange<Double>) {
    (Double(row)...Double(row + rows.count), Double(column)...Double(column + columns.count))
  }

  var shift: (down: Double, right: Double) { (Double(row - rows.lowerBound), Double(column - columns.lowerBound)) }
}

extension Polygon {
  /// The part inside of the frame; empty if there is none.
  fileprivate func moved(by map: PointMap) -> [Polygon] { map(self).clipped(toHeight: Double(map.height), width: Double(map.width)).unlessEmpty }

  /// As much of it as a part shows, where the part is.
  fileprivate func shown(in part: MixPart) -> [Polygon] {
    let ((rows, columns), (down, right)) = (part.source, part.shift)
    let inside = clipped(toRows: rows, columns: columns)
    return Polygon(inside.corners.map { ImagePoint(row: $0.row + down, column: $0.column + right) }).unlessEmpty
  }

  /// What a part that covers it leaves: the pieces above, below and beside the part.
  fileprivate func outside(of part: MixPart) -> [Polygon] {
    let ((rows, columns), all) = (part.target, bounds)
    guard all.top < rows.upperBound, all.bottom > rows.lowerBound, all.left < columns.upperBound, all.right > columns.lowerBound else { return [self] }
    let (width, beside) = (all.left...all.right, max(all.top, rows.lowerBound)...min(all.bottom, rows.upperBound))
    var pieces: [Polygon] = []
    if all.top < rows.lowerBound { pieces.append(clipped(toRows: all.top...rows.lowerBound, columns: width)) }
    if all.bottom > rows.upperBound { pieces.append(clipped(toRows: rows.upperBound...all.bottom, columns: width)) }
    if all.left < columns.lowerBound { pieces.append(clipped(toRows: beside, columns: all.left...columns.lowerBound)) }
    if all.right > columns.upperBound { pieces.append(clipped(toRows: beside, columns: columns.upperBound...all.right)) }
    return pieces.flatMap(\.unlessEmpty)
  }

  private var unlessEmpty: [Polygon] { corners.count >= 3 && area > 0 ? [self] : [] }
}
