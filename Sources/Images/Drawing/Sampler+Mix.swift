import Engine
import Glibc
import Tensors

extension Sampler {
  /// An image mixed with others of its data set: both of floats, or both of bytes if the layout only copies.
  func run(_ mix: Mix, _ input: Pixels, into output: Pixels) throws {
    let (height, width, channels) = (input.height, input.width, input.channels)
    input.copy(to: output)
    let memory = try partial.memory(height * width * channels)
    let other = Pixels(memory, isBytes: input.isBytes, height: height, width: width, channels: channels)
    for (index, one) in mix.others.enumerated() {
      guard let picture = pictures[one.item] else { continue }
      try branch.draw(one.plan, Pixels(picture), into: other)
      switch mix.layout {
      case .blend(let weight):
        let (result, own, part) = (output.floats, input.floats, other.floats)
        for place in 0..<height * width * channels { result[place] = weight * own[place] + (1 - weight) * part[place] }
      case .paste(let rows, let columns):
        other.copy(rows: rows.lowerBound, columns: columns.lowerBound, size: (rows.count, columns.count), to: output, at: (rows.lowerBound, columns.lowerBound))
      case .corners(let middle, let center):
        // The other's part next to the point: below it, the other's upper part.
        let (isBelow, isRight) = (index >= 1, index != 1)
        let size = (isBelow ? height - middle : middle, isRight ? width - center : center)
        other.copy(
          rows: isBelow ? 0 : height - size.0, columns: isRight ? 0 : width - size.1, size: size, to: output, at: (isBelow ? middle : 0, isRight ? center : 0))
      }
    }
    if case .corners(let middle, let center) = mix.layout {
      // The image's own lower right part.
      input.copy(rows: height - middle, columns: width - center, size: (middle, center), to: output, at: (0, 0))
    }
  }
}

extension Pixels {
  /// Copies a rectangle of `size` rows and columns.
  fileprivate func copy(rows: Int, columns: Int, size: (Int, Int), to output: Pixels, at place: (Int, Int)) {
    let pixel = channels * (isBytes ? 1 : MemoryLayout<Float>.size)
    for row in 0..<size.0 {
      memcpy(output.memory + ((place.0 + row) * width + place.1) * pixel, memory + ((rows + row) * width + columns) * pixel, size.1 * pixel)
    }
  }
}
