import Engine
import Glibc
import Tensors

extension Sampler {
  /// An image mixed with others of its data set.
  func run(_ mix: Mix, _ input: Pixels, into output: Pixels) throws {
    let (height, width, channels) = (input.height, input.width, input.channels)
    let (own, result, buffer, row) = (input.floats, output.floats, FloatBuffer(), width * channels)
    memcpy(result, own, height * row * 4)
    let other = Pixels(try buffer.memory(height * row), isBytes: false, height: height, width: width, channels: channels)
    let part = other.floats
    let drawer = Sampler(backend, pictures: pictures)
    for (index, one) in mix.others.enumerated() {
      guard let picture = pictures[one.item] else { continue }
      try drawer.draw(one.plan, Pixels(picture), into: other)
      switch mix.layout {
      case .blend(let weight):
        for place in 0..<height * row { result[place] = weight * own[place] + (1 - weight) * part[place] }
      case .paste(let rows, let columns):
        for r in rows { memcpy(result + r * row + columns.lowerBound * channels, part + r * row + columns.lowerBound * channels, columns.count * channels * 4) }
      case .corners(let middle, let center):
        // The other's part next to the point: below it, the other's upper part.
        let (isBelow, isRight) = (index >= 1, index != 1)
        let (firstRow, rows) = isBelow ? (middle, height - middle) : (0, middle)
        let (firstColumn, columns) = isRight ? (center, width - center) : (0, center)
        let (fromRow, fromColumn) = (isBelow ? 0 : height - rows, isRight ? 0 : width - columns)
        for r in 0..<rows {
          memcpy(result + (firstRow + r) * row + firstColumn * channels, part + (fromRow + r) * row + fromColumn * channels, columns * channels * 4)
        }
      }
    }
    guard case .corners(let middle, let center) = mix.layout else { return }
    // The image's own lower right part.
    for r in 0..<middle { memcpy(result + r * row, own + (height - middle + r) * row + (width - center) * channels, center * channels * 4) }
  }
}
