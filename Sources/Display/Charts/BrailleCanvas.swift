/// A grid of dots, two by four in each character. https://www.unicode.org/charts/PDF/U2800.pdf
struct BrailleCanvas {
  /// In dots.
  let width: Int
  let height: Int
  private let columns: Int
  private var cells: [UInt8]
  /// Which pen last drew in a cell.
  private var pens: [Int]

  init(columns: Int, rows: Int) {
    (self.columns, width, height) = (columns, 2 * columns, 4 * rows)
    cells = [UInt8](repeating: 0, count: columns * rows)
    pens = [Int](repeating: 0, count: columns * rows)
  }

  /// The bit of each dot in a cell; Unicode added the fourth row later.
  private static let bits: [[UInt8]] = [[0x01, 0x08], [0x02, 0x10], [0x04, 0x20], [0x40, 0x80]]

  /// Coordinates start at the top left; dots outside are not drawn.
  mutating func dot(_ x: Int, _ y: Int, pen: Int) {
    guard (0..<width).contains(x), (0..<height).contains(y) else { return }
    let cell = y / 4 * columns + x / 2
    cells[cell] |= BrailleCanvas.bits[y % 4][x % 2]
    pens[cell] = pen
  }

  /// Bresenham's algorithm.
  mutating func line(from start: (x: Int, y: Int), to end: (x: Int, y: Int), pen: Int) {
    var (x, y) = start
    let (across, down) = (abs(end.x - x), -abs(end.y - y))
    let (stepX, stepY) = (x < end.x ? 1 : -1, y < end.y ? 1 : -1)
    var error = across + down
    while true {
      dot(x, y, pen: pen)
      if x == end.x, y == end.y { return }
      let twice = 2 * error
      if twice >= down {
        error += down
        x += stepX
      }
      if twice <= across {
        error += across
        y += stepY
      }
    }
  }

  /// A row as text, with each run of one pen passed to `paint`. Empty cells are spaces; trailing ones are removed.
  func row(_ row: Int, _ paint: (String, _ pen: Int) -> String) -> String {
    let range = row * columns..<(row + 1) * columns
    guard let last = range.last(where: { cells[$0] != 0 }) else { return "" }
    var (text, stretch, pen) = ("", "", 0)
    for cell in range.lowerBound...last {
      if cells[cell] != 0, pens[cell] != pen {
        if !stretch.isEmpty { text += paint(stretch, pen) }
        (stretch, pen) = ("", pens[cell])
      }
      stretch.unicodeScalars.append(cells[cell] == 0 ? " " : Unicode.Scalar(0x2800 + UInt32(cells[cell])) ?? " ")
    }
    return text + paint(stretch, pen)
  }
}
