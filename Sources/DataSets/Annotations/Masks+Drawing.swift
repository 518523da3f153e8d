import Engine
import Images
import Tensors

// Masks move and mix as the pixels of their pictures do.
extension Masks {
  /// `others` are the masks of the pictures that the plan mixes this one with, by index. Of blended images, the mask is that of the one with the
  /// greater weight.
  static func draw(_ mask: Tensor, by plan: ImagePlan, others: [Int: Tensor] = [:], _ backend: any Backend) throws -> Tensor {
    var current = mask
    for move in plan.moves {
      switch move {
      case .maps(let maps): current = try draw(current, through: maps, backend)
      case .mix(let mix):
        let images = try [current] + mix.others.map { try draw(others[$0.item] ?? current, by: $0.plan, others: others, backend) }
        current = try mixed(images, mix.layout)
      }
    }
    return current
  }

  private static func mixed(_ masks: [Tensor], _ layout: Mix.Layout) throws -> Tensor {
    if let heavier = layout.heavier { return masks[heavier] }
    let (height, width) = (masks[0].shape[0], masks[0].shape[1])
    // Masks of one data set may be u8 and i32.
    let result = try Tensor(uninitialized: TensorType(masks.contains { $0.dtype == .i32 } ? .i32 : .u8, [height, width]))
    for part in layout.parts(height: height, width: width) {
      let mask = masks[part.image]
      for (index, row) in part.rows.enumerated() {
        let (from, to) = (row * width, (part.row + index) * width + part.column - part.columns.lowerBound)
        for column in part.columns { result.set(to + column, mask[from + column]) }
      }
    }
    return result
  }

  /// Draws a mask through maps, one after the other, as the nearest pixel of the source. Outside is class 0, unless the
  /// operation continues the picture at its edges: with `continuing`, the mask is then extended in the same way.
  static func draw(_ mask: Tensor, through maps: [Framed], continuing: Bool = true, _ backend: any Backend) throws -> Tensor {
    guard !maps.isEmpty else { return mask }
    let sampler = Sampler(backend)
    // Bytes are drawn as they are, other integers as floats that hold them exactly.
    let type = mask.dtype == .u8 ? DType.u8 : .f32
    var current = mask.dtype == type ? mask : try Tensor(dtype: type, shape: mask.shape) { mask[$0] }
    for var framed in maps {
      framed.sampling.interpolation = .nearest
      if case .constant = framed.sampling.fill { framed.sampling.fill = .constant(0) }
      if !continuing { framed.sampling.fill = .constant(0) }
      let next = try Tensor(uninitialized: TensorType(type, [framed.height, framed.width]))
      try sampler.draw(framed, pixels(current), into: pixels(next))
      current = next
    }
    let drawn = current
    return mask.dtype == type ? drawn : try Tensor(dtype: mask.dtype, shape: drawn.shape) { drawn[$0] }
  }

  private static func pixels(_ mask: Tensor) -> Pixels {
    Pixels(mask.storage.bytes, isBytes: mask.dtype == .u8, height: mask.shape[0], width: mask.shape[1], channels: 1)
  }
}
