import CKernels
import Tensors

extension KernelBackend {
  package func run(_ warp: ImageWarp) {
    let interpolation =
      switch warp.sampling.interpolation {
      case .nearest: LOAM_NEAREST
      case .bilinear: LOAM_BILINEAR
      case .bicubic: LOAM_BICUBIC
      }
    let (mode, value): (_, Float) =
      switch warp.sampling.fill {
      case .constant(let value): (LOAM_FILL_CONSTANT, value)
      case .edge: (LOAM_FILL_EDGE, 0)
      case .reflect: (LOAM_FILL_REFLECT, 0)
      case .wrap: (LOAM_FILL_WRAP, 0)
      }
    var arguments = LoamWarp()
    (arguments.input, arguments.output) = (UnsafeRawPointer(warp.input.memory), warp.output.memory)
    (arguments.input_bytes, arguments.output_bytes) = (warp.input.isBytes ? 1 : 0, warp.output.isBytes ? 1 : 0)
    (arguments.height, arguments.width, arguments.channels) = (Int64(warp.input.height), Int64(warp.input.width), Int64(warp.input.channels))
    (arguments.out_height, arguments.out_width) = (Int64(warp.output.height), Int64(warp.output.width))
    arguments.map = warp.map
    (arguments.exact, arguments.streams) = (warp.isExact ? 1 : 0, warp.output.isStreamed ? 1 : 0)
    (arguments.interpolation, arguments.fill_mode, arguments.fill) = (UInt8(interpolation), UInt8(mode), value)
    let scratchBytes = Int(loam_warp_scratch(arguments.out_width, arguments.channels))
    withUnsafeTemporaryAllocation(byteCount: scratchBytes, alignment: 64) { scratch in
      arguments.scratch = scratch.baseAddress
      guard !warp.bends.isEmpty || !warp.points.isEmpty else { return kernels.warp(&arguments) }
      let (bends, points) = (warp.bends.map(LoamBend.init), warp.points.map(LoamPoint.init))
      bends.withUnsafeBufferPointer { bends in
        points.withUnsafeBufferPointer { points in
          (arguments.bends, arguments.bend_count) = (bends.baseAddress, Int64(bends.count))
          (arguments.points, arguments.point_count) = (points.baseAddress, Int64(points.count))
          kernels.warp(&arguments)
        }
      }
    }
  }

  package func run(_ resize: ImageResize) {
    let (input, output) = (resize.input, resize.output)
    var arguments = LoamResize()
    (arguments.input, arguments.output) = (UnsafeRawPointer(input.memory), output.memory)
    (arguments.input_bytes, arguments.output_bytes) = (input.isBytes ? 1 : 0, output.isBytes ? 1 : 0)
    arguments.halves = resize.rows.halves && resize.columns.halves ? 1 : 0
    (arguments.height, arguments.width, arguments.channels) = (Int64(input.height), Int64(input.width), Int64(input.channels))
    (arguments.out_height, arguments.out_width) = (Int64(output.height), Int64(output.width))
    (arguments.row_taps, arguments.column_taps) = (Int64(resize.rows.count), Int64(resize.columns.count))
    let scratchBytes = 4 * (input.width * input.channels + Int(LOAM_RESIZE_SLACK))
    withUnsafeTemporaryAllocation(byteCount: scratchBytes, alignment: 64) { scratch in
      arguments.scratch = scratch.baseAddress
      resize.rows.start.withUnsafeBufferPointer { rowStart in
        resize.columns.start.withUnsafeBufferPointer { columnStart in
          (arguments.row_start, arguments.column_start) = (rowStart.baseAddress, columnStart.baseAddress)
          resize.rows.weights.withUnsafeBufferPointer { rows in
            resize.columns.weights.withUnsafeBufferPointer { columns in
              (arguments.row_floats, arguments.column_floats) = (rows.baseAddress, columns.baseAddress)
              resize.rows.wholePairs.withUnsafeBufferPointer { rows in
                resize.columns.transposedPairs.withUnsafeBufferPointer { columns in
                  (arguments.row_weights, arguments.column_weights) = (rows.baseAddress, columns.baseAddress)
                  kernels.resize(&arguments)
                }
              }
            }
          }
        }
      }
    }
  }
}

extension LoamBend {
  fileprivate init(_ bend: ImageWarp.Bend) {
    self.init()
    then = bend.then
    switch bend.kind {
    case .perspective(let m):
      kind = UInt8(LOAM_PERSPECTIVE)
      matrix = (m[0], m[1], m[2], m[3], m[4], m[5], m[6], m[7], m[8])
    case .elastic(let displacements, let spacing):
      kind = UInt8(LOAM_ELASTIC)
      grid = UnsafePointer(displacements.floats())
      (grid_rows, grid_columns) = (Int64(displacements.shape[0]), Int64(displacements.shape[1]))
      self.spacing = spacing
    }
  }
}

extension LoamPoint {
  fileprivate init(_ operation: PointOperation) {
    self.init()
    switch operation {
    case .linear(let scale, let offset, let isBounded):
      kind = UInt8(isBounded ? LOAM_POINT_LINEAR : LOAM_POINT_UNBOUNDED)
      set(scale, offset)
    case .matrix(let red, let green, let blue):
      kind = UInt8(LOAM_POINT_MATRIX)
      set(red, green, blue)
    case .power(let power):
      kind = UInt8(LOAM_POINT_POWER)
      a.0 = power
    case .levels(let step):
      kind = UInt8(LOAM_POINT_LEVELS)
      a.0 = step
    case .solarize(let threshold):
      kind = UInt8(LOAM_POINT_SOLARIZE)
      a.0 = threshold
    case .noise(let deviation, let isSpeckle, let key):
      kind = UInt8(isSpeckle ? LOAM_POINT_SPECKLE : LOAM_POINT_NOISE)
      a.0 = deviation
      self.key = (key.low, key.high)
    case .impulses(let dark, let light, let key):
      kind = UInt8(LOAM_POINT_IMPULSES)
      (a.0, a.1) = (dark, light)
      self.key = (key.low, key.high)
    case .fill(let rows, let columns, let values, let key):
      kind = UInt8(LOAM_POINT_FILL)
      fill(values, key)
      self.rows = (Int64(rows.lowerBound), Int64(rows.upperBound))
      self.columns = (Int64(columns.lowerBound), Int64(columns.upperBound))
    case .grid(let side, let period, let row, let column, let values, let key):
      kind = UInt8(LOAM_POINT_GRID)
      fill(values, key)
      (a.5, a.6) = (Float(side), Float(period))
      (rows, columns) = ((Int64(row), .max), (Int64(column), .max))
    case .order(let order):
      kind = UInt8(LOAM_POINT_ORDER)
      set(order)
    }
  }

  private mutating func set(_ first: SIMD4<Float>, _ second: SIMD4<Float> = .zero, _ third: SIMD4<Float> = .zero) {
    a = (first[0], first[1], first[2], first[3], second[0], second[1], second[2], second[3], third[0], third[1], third[2], third[3])
  }

  private mutating func fill(_ values: SIMD4<Float>, _ key: RandomKey?) {
    set(values)
    guard let key else { return }
    a.4 = 1
    self.key = (key.low, key.high)
  }
}
