import Diagnostics
import Engine
import Glibc
import Tensors

/// Images as users pass them, [H, W], [H, W, C] or [N, H, W, C], viewed as a batch.
package struct ImageBatch {
  /// f32[count, height, width, channels]
  package let tensor: Tensor
  private let rank: Int

  package var count: Int { tensor.shape[0] }
  package var height: Int { tensor.shape[1] }
  package var width: Int { tensor.shape[2] }
  package var channels: Int { tensor.shape[3] }

  /// [count, height, width, channels] of an image or a batch; throws for anything else.
  package static func shape(of given: TensorType) throws -> [Int] {
    let (rank, shape) = (given.rank, given.shape)
    let isImage = rank == 2 || ((rank == 3 || rank == 4) && [1, 3, 4].contains(shape[rank - 1]))
    guard isImage, shape.suffix(3).allSatisfy({ $0 > 0 }) else {
      throw Fault(
        ImageErrors.notImages, "expected an image or a batch of images, got \(given.description)",
        hint: rank == 3
          ? "an image has 1, 3 or 4 channels; add a channel dimension to a batch: `reshape(x, \(shape[0]), \(shape[1]), \(shape[2]), 1)`"
          : "images are [height, width], [height, width, channels] or [count, height, width, channels], with 1, 3 or 4 channels")
    }
    return rank == 2 ? [1] + shape + [1] : rank == 3 ? [1] + shape : shape
  }

  package init(_ given: Tensor) throws {
    rank = given.type.rank
    let full = try ImageBatch.shape(of: given.type)
    let shape = given.shape
    let floats = given.dtype == .f32 ? given : try Tensor(dtype: .f32, shape: shape) { given[$0] }
    tensor = floats.reshaped(full)
  }

  /// The result in the form of the input: a single image, without channels, or a batch.
  package func restored(_ result: Tensor) -> Tensor {
    switch rank {
    case 2 where result.shape[0] == 1: result.reshaped([result.shape[1], result.shape[2]])
    case 3 where result.shape[0] == 1: result.reshaped(Array(result.shape.dropFirst()))
    default: result
    }
  }

  /// Applies a recipe to every image, `copies` times, with independent draws.
  package func applying(_ recipe: Recipe, copies: Int, keep: Bool, _ engine: Engine) throws -> ImageBatch {
    let (height, width, channels) = (height, width, channels)
    let size = try recipe.size(height: height, width: width, channels: channels)
    let each = copies + (keep ? 1 : 0)
    if keep, (size.height, size.width) != (height, width) {
      throw Fault(
        ImageErrors.mixedSizes, "originals are \(height)×\(width) but copies are \(size.height)×\(size.width); a batch needs one size",
        hint: "crop or resize in a separate step, without `originals=true`")
    }
    let output = try Tensor(uninitialized: TensorType(.f32, [count * each, size.height, size.width, channels]))
    let plans = try (0..<count * each).map { position in
      let copy = position % each - (keep ? 1 : 0)
      return copy < 0
        ? ImagePlan(height: height, width: width, channels: channels)
        : try recipe.plan(height: height, width: width, channels: channels, SampleID(id: UInt32(position / each), copy: UInt32(copy)))
    }
    if let odd = plans.firstIndex(where: { $0.height != size.height || $0.width != size.width }) {
      throw ImageErrors.mixed("result 0 is \(size.height)×\(size.width), result \(odd) is \(plans[odd].height)×\(plans[odd].width)")
    }
    let (inSize, outSize) = (height * width * channels, size.height * size.width * channels)
    let (source, target, backend) = (tensor.floats(), output.floats(), engine.backend)
    try Workers(engine).forEachRange(plans.count, grain: max(8, 65_536 / max(1, outSize))) { range in
      let sampler = Sampler(backend)
      for position in range {
        try sampler.draw(
          plans[position], Pixels(source + position / each * inSize, isBytes: false, height: height, width: width, channels: channels),
          into: Pixels(
            target + position * outSize, isBytes: false, height: size.height, width: size.width, channels: channels,
            batchBytes: 4 * plans.count * outSize))
      }
    }
    return ImageBatch(batch: output, rank: copies == 1 && !keep ? rank : 4)
  }

  private init(batch: Tensor, rank: Int) {
    tensor = batch
    self.rank = rank
  }

  package var result: Tensor { restored(tensor) }

  /// The default number of images in a row of a sheet: eight, or fewer if eight are wider than a page.
  package var defaultColumns: Int { max(1, min(8, (ViewingScale.pageWidth + 1) / (width + 1))) }

  /// The size of a sheet before scaling.
  private func sheetSize(columns: Int) -> (columns: Int, height: Int, width: Int) {
    let columns = max(1, min(columns, count))
    let rows = (count + columns - 1) / columns
    return (columns, max(1, rows * (height + 1) - 1), max(1, columns * (width + 1) - 1))
  }

  /// A scale at which a sheet is comfortable to look at, if possible no wider than `width`.
  package func viewingScale(columns: Int, within width: Int = ViewingScale.pageWidth) -> Int {
    let size = sheetSize(columns: columns)
    return ViewingScale.fitting(imageHeight: height, sheetHeight: size.height, sheetWidth: size.width, within: width)
  }

  /// The sheet with default settings.
  package func viewingSheet() throws -> Tensor { try sheet(columns: defaultColumns, scale: viewingScale(columns: defaultColumns)) }

  /// All images side by side in one image, separated by a white pixel; then every pixel becomes a square of `scale` ×
  /// `scale`.
  package func sheet(columns: Int, scale: Int = 1) throws -> Tensor {
    let (columns, fullHeight, fullWidth) = sheetSize(columns: columns)
    let sheet = try Tensor(dtype: .f32, shape: [fullHeight * scale, fullWidth * scale, channels]) { _ in 1 }
    let (from, to) = (tensor.floats(), sheet.floats())
    let rowSize = fullWidth * scale * channels
    for image in 0..<count {
      let (top, left) = (image / columns * (height + 1) * scale, image % columns * (width + 1) * scale)
      for row in 0..<height {
        let source = from + ((image * height + row) * width) * channels
        let target = to + (top + row * scale) * rowSize + left * channels
        for column in 0..<width * scale {
          memcpy(target + column * channels, source + column / scale * channels, channels * 4)
        }
        for copy in 1..<max(1, scale) { memcpy(target + copy * rowSize, target, width * scale * channels * 4) }
      }
    }
    return sheet
  }
}
