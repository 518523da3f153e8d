import Engine
import Images
import Tensors
import Testing

/// The kernels that filter whole images against their references, on bytes and floats, for every instruction set.
@Suite struct AreaKernelTests {
  static let shapes = [
    [1, 1, 1], [1, 9, 3], [9, 1, 3], [2, 2, 4], [7, 40, 1], [12, 23, 2], [20, 11, 3], [6, 33, 4], [3, 70, 1],
  ]

  static let kernels: [AreaKernel] = [
    .blur(rows: [1], columns: [1]), .blur(rows: [0.5, 0.25], columns: [0.4, 0.2, 0.1]), .blur(rows: [0.2, 0.2, 0.1, 0.05, 0.05], columns: [1]),
    .blur(rows: [0.5, 0.25], columns: [0.5, 0.25], sharpening: 2.5), .blur(rows: [0.5, 0.25], columns: [0.5, 0.25], sharpening: 90),
    .box(radius: 0), .box(radius: 1), .box(radius: 2), .box(radius: 3), .box(radius: 4), .box(radius: 7), .box(radius: 8), .box(radius: 10),
    .taps([AreaKernel.Tap(row: 0, column: 0, weight: 1)]),
    .taps([
      AreaKernel.Tap(row: -5, column: 3, weight: 0.25), AreaKernel.Tap(row: 0, column: 0, weight: 0.5), AreaKernel.Tap(row: 30, column: -40, weight: 0.25),
    ]),
    .taps((0..<70).map { AreaKernel.Tap(row: $0 % 7 - 3, column: $0 - 35, weight: 1 / 70) }),
    .median(size: 3), .median(size: 5), .table((0..<1024).map { UInt8(($0 * 77 + 13) % 256) }),
    .equalization(rows: 1, columns: 1, limit: 0), .equalization(rows: 3, columns: 2, limit: 2), .equalization(rows: 8, columns: 8, limit: 40),
    .patches(channels: 1, search: 2, patch: 1, noise: 0.05, strength: 0.2), .patches(channels: 3, search: 1, patch: 0, noise: 0, strength: 0.3),
  ]

  private func picture(_ shape: [Int], _ dtype: DType) throws -> Tensor {
    try Tensor(dtype: dtype, shape: shape) { dtype == .u8 ? Double(($0 * 7919) % 251) : Double(($0 * 7919) % 1009) / 1009 }
  }

  private func filtered(_ kernel: AreaKernel, _ image: Tensor, _ backend: any Backend) throws -> [Double] {
    let output = try Tensor(uninitialized: TensorType(image.dtype, image.shape))
    try backend.run(kernel, Pixels(image), into: Pixels(output))
    return (0..<output.count).map { output[$0] }
  }

  /// The kernel as it applies to a shape; nil if it does not.
  private func fitting(_ kernel: AreaKernel, _ shape: [Int]) -> AreaKernel? {
    let (height, width, channels) = (shape[0], shape[1], shape[2])
    switch kernel {
    case .blur(let rows, let columns, _): return rows.count <= width && columns.count <= height ? kernel : nil
    case .box(let radius): return radius < min(height, width) ? kernel : nil
    case .table(let table): return .table(Array(table.prefix(256 * (channels == 4 ? 3 : channels))))
    case .patches(let changed, _, _, _, _): return changed <= channels ? kernel : nil
    default: return kernel
    }
  }

  @Test(arguments: kernels.indices)
  func agreesWithTheReference(_ index: Int) throws {
    let backends = CPUBackend.instructionSets.compactMap { CPUBackend(instructionSet: $0, threads: 1) }
    #expect(!backends.isEmpty)
    for shape in Self.shapes {
      guard let kernel = fitting(Self.kernels[index], shape) else { continue }
      for dtype in [DType.u8, .f32] {
        let image = try picture(shape, dtype)
        let want = try filtered(kernel, image, ReferenceBackend(threads: 1))
        for backend in backends {
          let got = try filtered(kernel, image, backend)
          let worst = zip(got, want).reduce(0) { max($0, abs($1.0 - $1.1)) }
          // What is between two bytes is rounded either way, and multiplied by sharpening.
          let limit: Double =
            switch kernel {
            case .blur(_, _, let sharpening): dtype == .u8 ? 1 + 0.1 * Double(sharpening ?? 0) : 2e-5
            case .box, .taps, .patches: dtype == .u8 ? 1 : 1e-5
            case .equalization: dtype == .u8 ? 1 : 1.001 / 255
            default: 0
            }
          #expect(worst <= limit, "\(kernel), \(dtype)\(shape): \(worst)")
        }
      }
    }
  }

  /// Rows that are written past the caches are the same, wherever they begin in a line.
  @Test(arguments: [3, 5], [[5, 700, 3], [6, 64, 1], [4, 800, 4], [3, 50, 3]])
  func streamedRowsAreTheSame(_ size: Int, _ shape: [Int]) throws {
    for dtype in [DType.u8, .f32] {
      let image = try picture(shape, dtype)
      let pixels = Pixels(image)
      let plain = try filtered(.median(size: size), image, CPUBackend(threads: 1))
      for start in [0, 1, 7] {
        // Nothing beside them is touched.
        let memory = try Tensor(dtype: dtype, shape: [image.count + 16]) { _ in 0 }
        var output = pixels
        (output.memory, output.isStreamed) = (memory.storage.bytes + start * (dtype == .u8 ? 1 : 4), true)
        try CPUBackend(threads: 1).run(.median(size: size), pixels, into: output)
        #expect((0..<memory.count).allSatisfy { memory[$0] == ((start..<start + image.count).contains($0) ? plain[$0 - start] : 0) })
      }
    }
  }

  @Test func histogramsCountEveryPixel() throws {
    for shape in Self.shapes + [[64, 60, 3], [70, 90, 1]] {
      for dtype in [DType.u8, .f32] {
        let picture = try picture(shape, dtype)
        let image = Pixels(picture)
        let want = ReferenceBackend(threads: 1).histograms(image, channels: image.colours)
        #expect(want.reduce(0, +) == UInt32(image.pixelCount * image.colours))
        for name in CPUBackend.instructionSets {
          guard let backend = CPUBackend(instructionSet: name, threads: 1) else { continue }
          let isSame = backend.histograms(image, channels: image.colours) == want
          #expect(isSame, "\(dtype)\(shape)")
        }
        withExtendedLifetime(picture) {}
      }
    }
  }

  /// The solution of Laplace's equation, from grids of half the size.
  @Test func missingPixelsAreHarmonic() throws {
    for (shape, isMissing) in [
      ([1, 1, 1], { _ in true }), ([1, 7, 1], { $0 > 1 }), ([9, 9, 1], { $0 == 40 }), ([16, 15, 3], { $0 % 3 == 0 }), ([12, 12, 4], { $0 % 7 < 5 }),
      ([20, 30, 1], { $0 / 30 > 5 && $0 / 30 < 12 && $0 % 30 > 4 && $0 % 30 < 20 }), ([5, 5, 3], { _ in true }),
    ] as [([Int], (Int) -> Bool)] {
      let image = try picture(shape, .f32)
      let changed = Pixels(image).colours
      let mask = (0..<shape[0] * shape[1] * changed).map { UInt8(isMissing($0) ? 1 : 0) }
      let kernel = AreaKernel.missing(mask, channels: changed)
      let (got, want) = (try filtered(kernel, image, CPUBackend(threads: 1)), try filtered(kernel, image, ReferenceBackend(threads: 1)))
      let worst = zip(got, want).reduce(0) { max($0, abs($1.0 - $1.1)) }
      #expect(worst < 0.005, "\(shape): \(worst)")
    }
  }

  /// NaN is neither a crash nor, where the filter does not reach, a change.
  @Test func notANumberStaysNear() throws {
    for kernel in Self.kernels {
      let image = try picture([40, 90, 1], .f32)
      let plain = try filtered(fitting(kernel, image.shape) ?? kernel, image, CPUBackend(threads: 1))
      image.set(45, .nan)
      let got = try filtered(fitting(kernel, image.shape) ?? kernel, image, CPUBackend(threads: 1))
      if case .blur = kernel { #expect(zip(got, plain).filter { $0 != $1 }.count <= 9 * 5) }
      #expect(got.count == plain.count)
    }
  }
}
