import Diagnostics
import Engine
import Glibc
import Tensors

/// Draws images as planned: geometry samples each pixel once, in one pass with the operations on single pixels after it.
/// Keeps its buffers between images. For one thread.
package final class Sampler {
  let backend: any Backend
  /// Two for results of stages, in turn.
  private let canvases = (FloatBuffer(), FloatBuffer())
  /// For what is filtered before more follows: a result, or a source that is reduced.
  private let resized = FloatBuffer()
  /// For what is mixed into an image or added to it, and what draws that.
  let partial = FloatBuffer()
  private var (rowFilter, columnFilter) = (LastFilter(), LastFilter())
  private(set) lazy var branch = Sampler(backend, pictures: pictures)

  /// Other pictures of the data set, by index, which images are mixed with.
  let pictures: [Int: Tensor]

  package init(_ backend: any Backend, pictures: [Int: Tensor] = [:]) {
    self.backend = backend
    self.pictures = pictures
  }

  /// `input` and `output` may be of either type; the output has the size of the plan's result.
  package func draw(_ plan: ImagePlan, _ input: Pixels, into output: Pixels) throws {
    if let framed = plan.single { return try sample(input, framed, [], into: output) }
    let stages = plan.stages
    var current = input
    var index = 0
    while index < stages.count {
      var framed = Framed(map: ImageMap(), height: current.height, width: current.width)
      var points: [PointOperation] = []
      if case .sample(let geometry) = stages[index] {
        framed = geometry
        index += 1
      }
      if index < stages.count, case .points(let operations) = stages[index] {
        points = operations
        index += 1
      }
      let isLast = index == stages.count
      // Between bytes, what is read as bytes is written as bytes, unless it is beyond them.
      let staysBytes = input.isBytes && output.isBytes && current.isBytes && takesBytes(stages, index) && points.allSatisfy(\.isBounded)
      if isLast || framed.moves || !points.isEmpty || (current.isBytes && !staysBytes) {
        let target =
          try isLast ? output : canvas(framed.height, framed.width, current.channels, isBytes: staysBytes, besides: current)
        try sample(current, framed, points, into: target)
        current = target
      }
      guard index < stages.count else { return }
      let stage = stages[index]
      guard stage.needsWholeImage else { continue }
      index += 1
      let isDirect = index == stages.count && output.isBytes == current.isBytes
      let target = try isDirect ? output : canvas(current.height, current.width, current.channels, isBytes: current.isBytes, besides: current)
      try run(stage, current, into: target)
      current = target
      if index == stages.count, !isDirect {
        try sample(current, Framed(map: ImageMap(), height: current.height, width: current.width), [], into: output)
      }
    }
  }

  /// Whether the stage takes whole images, of bytes as well as of numbers.
  private func takesBytes(_ stages: [ImagePlan.Stage], _ index: Int) -> Bool {
    guard index < stages.count else { return false }
    switch stages[index] {
    case .area(let operation): return operation.takesBytes
    case .mix(let mix): return mix.layout.copies
    case .sample, .points, .sum: return false
    }
  }

  /// Draws geometry alone.
  package func draw(_ framed: Framed, _ input: Pixels, into output: Pixels) throws { try sample(input, framed, [], into: output) }

  /// A stage that reads and writes whole images.
  private func run(_ stage: ImagePlan.Stage, _ input: Pixels, into output: Pixels) throws {
    switch stage {
    case .area(let operation): try operation.run(input, into: output, backend)
    case .sum(let branches):
      let count = input.height * input.width * input.channels
      var drawn = output
      (drawn.memory, drawn.isStreamed) = (UnsafeMutableRawPointer(try partial.memory(count)), false)
      let (sum, part) = (output.floats, drawn.floats)
      for index in 0..<count { sum[index] = 0 }
      for (weight, plan) in branches {
        try branch.draw(plan, input, into: drawn)
        for index in 0..<count { sum[index] += weight * part[index] }
      }
    case .mix(let mix): try run(mix, input, into: output)
    case .sample, .points: break
    }
  }

  /// A buffer that does not hold `current`.
  private func canvas(_ height: Int, _ width: Int, _ channels: Int, isBytes: Bool, besides current: Pixels) throws -> Pixels {
    let buffer = canvases.0.holds(current.memory) ? canvases.1 : canvases.0
    return Pixels(try buffer.memory(height * width * channels), isBytes: isBytes, height: height, width: width, channels: channels)
  }

  private func sample(_ input: Pixels, _ framed: Framed, _ points: [PointOperation], into output: Pixels) throws {
    let map = framed.map
    if !map.isExact, map.isAxisAligned, framed.sampling.interpolation == .bilinear, framed.isInside(height: input.height, width: input.width) {
      return try filter(input, framed, points, into: output)
    }
    if !map.isExact, let reduction = Reduction(framed, height: input.height, width: input.width) {
      var rest = framed
      guard let inverse = reduction.map.inverse else { return }
      rest.map = map.followed(by: inverse)
      return try warp(try reduce(input, by: reduction), rest, points, into: output)
    }
    try warp(input, framed, points, into: output)
  }

  private func warp(_ input: Pixels, _ framed: Framed, _ points: [PointOperation], into output: Pixels) throws {
    let map = framed.map
    let isExact = map.isExact
    var warp = ImageWarp(
      input: input, output: output, map: (isExact ? map.affine.rounded : map.affine).numbers, isExact: isExact, sampling: framed.sampling)
    if !map.bends.isEmpty { warp.bends = map.bends.map { ImageWarp.Bend($0.bend.kernel, then: $0.then.numbers) } }
    warp.points = points
    backend.run(warp)
  }

  private func reduce(_ input: Pixels, by reduction: Reduction) throws -> Pixels {
    let (rows, columns) = taps(reduction.map, input, height: reduction.height, width: reduction.width)
    let memory = try resized.memory(reduction.height * reduction.width * input.channels)
    let isBytes = input.isBytes && Sampler.takesBytes(rows, columns)
    let target = Pixels(memory, isBytes: isBytes, height: reduction.height, width: reduction.width, channels: input.channels)
    backend.run(ImageResize(input: input, output: target, rows: rows, columns: columns))
    return target
  }

  /// The filters of a map without rotation.
  private func taps(_ map: AffineMap, _ input: Pixels, height: Int, width: Int) -> (rows: ImageTaps, columns: ImageTaps) {
    (
      rowFilter.taps(scale: map.a, offset: map.c, from: input.height, to: height),
      columnFilter.taps(scale: map.e, offset: map.f, from: input.width, to: width)
    )
  }

  /// Many small weights would lose too much in whole numbers.
  private static func takesBytes(_ rows: ImageTaps, _ columns: ImageTaps) -> Bool { max(rows.count, columns.count) <= 32 }

  /// Rows, then columns, each with a triangle filter as wide as one pixel of the coarser grid, so that reducing an
  /// image averages.
  private func filter(_ input: Pixels, _ framed: Framed, _ points: [PointOperation], into output: Pixels) throws {
    let (rows, columns) = taps(framed.map.affine, input, height: framed.height, width: framed.width)
    let isDirect = points.isEmpty && (!output.isBytes || (input.isBytes && Sampler.takesBytes(rows, columns)))
    var target = output
    if !isDirect {
      let memory = try resized.memory(framed.height * framed.width * input.channels)
      target = Pixels(memory, isBytes: false, height: framed.height, width: framed.width, channels: input.channels)
    }
    backend.run(ImageResize(input: input, output: target, rows: rows, columns: columns))
    if !isDirect { try sample(target, Framed(map: ImageMap(), height: framed.height, width: framed.width), points, into: output) }
  }
}

/// The filter that was used last: images of one size need the same.
private struct LastFilter {
  private var (scale, offset, from, to) = (0.0, 0.0, 0, 0)
  private var taps: ImageTaps?

  mutating func taps(scale: Double, offset: Double, from: Int, to: Int) -> ImageTaps {
    if let taps, (scale, offset, from, to) == (self.scale, self.offset, self.from, self.to) { return taps }
    (self.scale, self.offset, self.from, self.to) = (scale, offset, from, to)
    let made = ImageTaps(scale: scale, offset: offset, from: from, to: to)
    taps = made
    return made
  }
}

extension ImagePlan.Stage {
  fileprivate var needsWholeImage: Bool {
    switch self {
    case .area, .sum, .mix: true
    case .sample, .points: false
    }
  }
}

extension Recipe {
  /// Grows one picture [height, width, channels], of u8 (0 to 255) or f32 (0 to 1), into one of the same type.
  package func grow(_ picture: Tensor, _ sample: SampleID, _ backend: any Backend) throws -> Tensor {
    let plan = try plan(height: picture.shape[0], width: picture.shape[1], channels: picture.shape[2], sample)
    let result = try Tensor(uninitialized: TensorType(picture.dtype, [plan.height, plan.width, plan.channels]))
    try Sampler(backend).draw(plan, Pixels(picture), into: Pixels(result))
    return result
  }
}

extension AffineMap {
  var numbers: (Double, Double, Double, Double, Double, Double) { (a, b, c, d, e, f) }
}

extension ImageMap.Bend {
  fileprivate var kernel: ImageWarp.Bend.Kind {
    switch self {
    case .perspective(let matrix): .perspective(matrix)
    case .elastic(let grid): .elastic(grid.displacements, spacing: grid.spacing)
    }
  }
}

extension PointOperation {
  /// Whether the results are from 0 to 1.
  fileprivate var isBounded: Bool {
    switch self {
    case .linear(_, _, let isBounded): isBounded
    case .matrix, .power, .levels, .solarize, .noise, .impulses, .order: true
    case .fill, .grid: false
    }
  }
}
