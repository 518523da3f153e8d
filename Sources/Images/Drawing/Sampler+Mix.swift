import Engine
import Glibc
import Tensors

extension Sampler {
  /// An image mixed with others of its data set: both of floats, or both of bytes if the layout only copies.
  func run(_ mix: Mix, _ input: Pixels, into output: Pixels) throws {
    let (height, width, channels) = (input.height, input.width, input.channels)
    let parts = mix.layout.parts(height: height, width: width)
    if parts.isEmpty { input.copy(to: output) }
    for part in parts where part.image == 0 { input.copy(part, to: output) }
    let memory = try partial.memory(height * width * channels)
    let other = Pixels(memory, isBytes: input.isBytes, height: height, width: width, channels: channels)
    for (index, one) in mix.others.enumerated() {
      guard let picture = pictures[one.item] else { continue }
      try branch.draw(one.plan, Pixels(picture), into: other)
      if case .blend(let weight) = mix.layout {
        let (result, own, more) = (output.floats, input.floats, other.floats)
        for place in 0..<height * width * channels { result[place] = weight * own[place] + (1 - weight) * more[place] }
      }
      for part in parts where part.image == index + 1 { other.copy(part, to: output) }
    }
  }
}

extension Pixels {
  fileprivate func copy(_ part: MixPart, to output: Pixels) {
    let pixel = channels * (isBytes ? 1 : MemoryLayout<Float>.size)
    for (index, row) in part.rows.enumerated() {
      memcpy(
        output.memory + ((part.row + index) * width + part.column) * pixel, memory + (row * width + part.columns.lowerBound) * pixel,
        part.columns.count * pixel)
    }
  }
}
