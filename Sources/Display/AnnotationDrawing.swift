import DataSets
import Images
import Library
import Tensors

/// Draws the annotations of images on a sheet of them: masks as a tint, boxes as outlines, keypoints as crosses.
struct AnnotationDrawing {
  let images: [ImageAnnotations]

  /// Seven colours that are told apart with any colour vision: M. Okabe, K. Ito, "Color universal design", 2008.
  private static let colours: [[Float]] = [
    [0.90, 0.62, 0.00], [0.34, 0.71, 0.91], [0.00, 0.62, 0.45], [0.94, 0.89, 0.26], [0.00, 0.45, 0.70], [0.84, 0.37, 0.00], [0.80, 0.47, 0.65],
  ]
  /// Hidden keypoints.
  private static let grey: [Float] = [0.6, 0.6, 0.6]
  /// The share of a class's colour in the tint of a mask.
  private static let tint: Float = 0.5

  private static func colour(_ index: Int) -> [Float] { colours[index % colours.count] }

  /// The sheet of `batch` in colour, each image drawn at its place.
  func sheet(_ batch: ImageBatch, columns: Int, scale: Int) throws -> Tensor {
    let plain = try batch.sheet(columns: columns, scale: scale)
    let channels = max(3, plain.shape[2])
    let sheet = plain.shape[2] >= 3 ? plain : try Tensor(dtype: .f32, shape: [plain.shape[0], plain.shape[1], 3]) { plain[$0 / 3] }
    let columns = max(1, min(columns, batch.count))
    for (index, image) in images.prefix(batch.count).enumerated() {
      let cell = Cell(
        pixels: sheet.floats(), rowSize: sheet.shape[1] * channels, channels: channels, top: index / columns * (batch.height + 1) * scale,
        left: index % columns * (batch.width + 1) * scale, height: batch.height * scale, width: batch.width * scale, scale: scale)
      if let mask = image.mask, mask.shape == [batch.height, batch.width] { draw(mask, in: cell) }
      for box in image.boxes {
        let corners = box.outline.corners
        for corner in corners.indices { cell.line(corners[corner], corners[(corner + 1) % corners.count], AnnotationDrawing.colour(Int(box.label ?? 0))) }
      }
      for keypoint in image.keypoints { draw(keypoint, in: cell, batch) }
    }
    return sheet
  }

  /// Class 0 is the background.
  private func draw(_ mask: Tensor, in cell: Cell) {
    for row in 0..<cell.height {
      for column in 0..<cell.width {
        let number = Int(mask[row / cell.scale * mask.shape[1] + column / cell.scale])
        if number > 0 { cell.set(row, column, AnnotationDrawing.colour(number - 1), share: AnnotationDrawing.tint) }
      }
    }
  }

  private func draw(_ keypoint: Keypoint, in cell: Cell, _ batch: ImageBatch) {
    let (row, column) = (keypoint.point.row, keypoint.point.column)
    guard (0...Double(batch.height)).contains(row), (0...Double(batch.width)).contains(column) else { return }
    let colour = keypoint.isSeen ? AnnotationDrawing.colour(Int(keypoint.name ?? 0)) : AnnotationDrawing.grey
    // Three pixels of the screen at least.
    let arm = max(0.5, 3 / Double(cell.scale))
    cell.line(ImagePoint(row: row - arm, column: column), ImagePoint(row: row + arm, column: column), colour)
    cell.line(ImagePoint(row: row, column: column - arm), ImagePoint(row: row, column: column + arm), colour)
  }

  /// The place of one image on the sheet, in pixels of the sheet.
  private struct Cell {
    let pixels: UnsafeMutablePointer<Float>
    let rowSize: Int
    let channels: Int
    let top: Int
    let left: Int
    let height: Int
    let width: Int
    let scale: Int

    func set(_ row: Int, _ column: Int, _ colour: [Float], share: Float = 1) {
      guard row >= 0, column >= 0, row < height, column < width else { return }
      let pixel = pixels + (top + row) * rowSize + (left + column) * channels
      for channel in 0..<3 { pixel[channel] += share * (colour[channel] - pixel[channel]) }
      if channels == 4 { pixel[3] = max(pixel[3], share) }
    }

    /// Between two points of the image; the part outside is not drawn, and an end at the right or lower edge is inside.
    func line(_ from: ImagePoint, _ to: ImagePoint, _ colour: [Float]) {
      let line = Polygon([from, to, to]).clipped(toHeight: Double(height) / Double(scale), width: Double(width) / Double(scale))
      guard let a = line.corners.first, let b = line.corners.max(by: { distance(a, $0) < distance(a, $1) }) else { return }
      let steps = max(1, Int(max(abs(b.row - a.row), abs(b.column - a.column)) * Double(scale)) * 2)
      let thickness = max(1, scale / 4)
      for step in 0...steps {
        let share = Double(step) / Double(steps)
        let row = min(Int((a.row + share * (b.row - a.row)) * Double(scale)), height - thickness)
        let column = min(Int((a.column + share * (b.column - a.column)) * Double(scale)), width - thickness)
        for down in 0..<thickness { for right in 0..<thickness { set(row + down, column + right, colour) } }
      }
    }

    private func distance(_ a: ImagePoint, _ b: ImagePoint) -> Double { abs(a.row - b.row) + abs(a.column - b.column) }
  }
}
