import CKernels
import Tensors

extension KernelBackend {
  package func run(_ kernel: AreaKernel, _ input: Pixels, into output: Pixels) throws {
    let type = UInt8(input.isBytes ? LOAM_U8 : LOAM_F32)
    let (height, width, channels) = (Int64(input.height), Int64(input.width), Int64(input.channels))
    switch kernel {
    case .blur(let rows, let columns, let sharpening):
      try rows.withUnsafeBufferPointer { rows in
        try columns.withUnsafeBufferPointer { columns in
          try call(
            LoamBlur(
              type: type, sharpens: sharpening == nil ? 0 : 1, height: height, width: width, channels: channels, input: input.memory,
              output: output.memory, row_reach: Int64(rows.count - 1), column_reach: Int64(columns.count - 1), row_weights: rows.baseAddress,
              column_weights: columns.baseAddress, amount: sharpening ?? 0), kernels.blur_scratch, kernels.blur)
        }
      }
    case .box(let radius):
      try call(
        LoamBox(type: type, height: height, width: width, channels: channels, radius: Int64(radius), input: input.memory, output: output.memory),
        kernels.box_scratch, kernels.box)
    case .taps(let taps):
      let reach = taps.reduce(0) { max($0, abs($1.row), abs($1.column)) }
      try taps.map { Int32($0.row) }.withUnsafeBufferPointer { rows in
        try taps.map { Int32($0.column) }.withUnsafeBufferPointer { columns in
          try taps.map(\.weight).withUnsafeBufferPointer { weights in
            try call(
              LoamTaps(
                type: type, height: height, width: width, channels: channels, count: Int64(taps.count), reach: Int64(reach), input: input.memory,
                output: output.memory, rows: rows.baseAddress, columns: columns.baseAddress, weights: weights.baseAddress), kernels.taps_scratch,
              kernels.taps)
          }
        }
      }
    case .median(let size, let threshold):
      let scale: Float = input.isBytes ? 255 : 1
      try call(
        LoamMedian(
          type: type, streams: output.isStreamed ? 1 : 0, height: height, width: width, channels: channels, size: Int64(size),
          threshold: threshold.map { $0 * scale } ?? -1,
          input: input.memory, output: output.memory),
        kernels.median_scratch, kernels.median)
    case .table(let table):
      table.withUnsafeBufferPointer { table in
        var arguments = levels(input, changed: table.count / 256)
        arguments.output = output.memory
        arguments.table = table.baseAddress
        kernels.look_up(&arguments)
      }
    case .equalization(let rows, let columns, let limit):
      try call(tiles(type, rows: rows, columns: columns, limit: limit, input, output), kernels.equalization_scratch, kernels.equalization)
    case .patches(let changed, let search, let patch, let noise, let strength):
      try call(
        LoamPatches(
          type: type, height: height, width: width, channels: channels, changed: Int64(changed), search: Int64(search), patch: Int64(patch),
          noise: noise, strength: strength, input: input.memory, output: output.memory), kernels.patches_scratch, kernels.patches)
    case .missing(let mask, let changed):
      try mask.withUnsafeBufferPointer { mask in
        try call(
          LoamMissing(
            height: height, width: width, channels: channels, changed: Int64(changed), input: input.memory.assumingMemoryBound(to: Float.self),
            output: output.memory.assumingMemoryBound(to: Float.self), missing: mask.baseAddress), kernels.missing_scratch, kernels.missing)
      }
    }
  }

  package func histograms(_ input: Pixels, channels: Int) -> [UInt32] {
    var counts = [UInt32](repeating: 0, count: channels * 256)
    counts.withUnsafeMutableBufferPointer { counts in
      var arguments = levels(input, changed: channels)
      arguments.histogram = counts.baseAddress
      kernels.histogram(&arguments)
    }
    return counts
  }

  /// Tiles of one size, which may reach beyond the image, as OpenCV's.
  private func tiles(_ type: UInt8, rows: Int, columns: Int, limit: Double, _ input: Pixels, _ output: Pixels) -> LoamEqualization {
    let divides = input.height % rows == 0 && input.width % columns == 0
    let height = divides ? input.height / rows : (input.height + rows - input.height % rows) / rows
    let width = divides ? input.width / columns : (input.width + columns - input.width % columns) / columns
    let counts = limit > 0 ? max(1, Int(min(limit * Double(height * width) / 256, 1e9))) : 0
    return LoamEqualization(
      type: type, height: Int64(input.height), width: Int64(input.width), channels: Int64(input.channels), rows: Int64(rows),
      columns: Int64(columns), tile_height: Int64(height), tile_width: Int64(width), limit: Int64(counts), input: input.memory, output: output.memory)
  }

  private func levels(_ input: Pixels, changed: Int) -> LoamLevels {
    LoamLevels(
      type: UInt8(input.isBytes ? LOAM_U8 : LOAM_F32), count: Int64(input.height * input.width * input.channels), channels: Int64(input.channels),
      changed: Int64(changed), input: input.memory, output: nil, histogram: nil, table: nil)
  }

  private func call<Arguments>(
    _ arguments: Arguments, _ scratch: (UnsafePointer<Arguments>?) -> Int64, _ kernel: (UnsafePointer<Arguments>?, UnsafeMutableRawPointer?) -> Void
  ) throws {
    try withUnsafePointer(to: arguments) { arguments in
      let memory = try allocate(byteCount: Int(scratch(arguments)), for: "the workspace of a filter")
      kernel(arguments, memory.bytes)
    }
  }
}
