import Engine
import Images
import Tensors
import Testing

/// Warps from and to bytes, bends, and point operations, against the reference kernels.
@Suite struct PointTests {
  static let operations: [PointOperation] = [
    .linear(scale: [1.5, 0.5, 2, 1], offset: [-0.1, 0.2, -0.6, 0]), .linear(scale: [2, 3, 4, 1], offset: [-1, 1, 0, 0], isBounded: false),
    .matrix([0.3, 0.6, 0.1, 0], [0.2, 1.4, -0.5, 0.1], [1, -1, 0.5, 0.2]), .power(0.5), .power(2.2), .levels(64), .solarize(0.401),
    .noise(deviation: 0.1, isSpeckle: false, RandomKey(bits: 8)), .noise(deviation: 0.3, isSpeckle: true, RandomKey(bits: 9)),
    .impulses(dark: 0.2, light: 0.1, RandomKey(bits: 10)), .fill(rows: 2..<5, columns: -3..<6, [0.1, 0.2, 0.3, 0.4], nil),
    .fill(rows: -4..<40, columns: 3..<90, [0, 0, 0, 0], RandomKey(bits: 11)), .grid(side: 2, period: 5, row: 1, column: -3, [0.5, 0, 1, 0], nil),
  ]

  private func picture(_ shape: [Int], _ dtype: DType) throws -> Tensor {
    try Tensor(dtype: dtype, shape: shape) { dtype == .u8 ? Double(($0 * 7919) % 256) : Double(($0 * 7919) % 1009) / 1009 }
  }

  /// The bytes of the result, or its floats in 1e-5 levels.
  private func drawn(_ warp: (Pixels, Pixels) -> ImageWarp, _ image: Tensor, _ dtype: DType, _ height: Int, _ width: Int, _ backend: any Backend) throws
    -> [Double]
  {
    let output = try Tensor(uninitialized: TensorType(dtype, [height, width, image.shape[2]]))
    backend.run(warp(Pixels(image), Pixels(output)))
    return (0..<output.count).map { dtype == .u8 ? output[$0] / 255 : output[$0] }
  }

  private func compare(_ warp: (Pixels, Pixels) -> ImageWarp, _ shape: [Int], _ height: Int, _ width: Int, _ comment: String) throws {
    for from in [DType.u8, .f32] {
      for to in [DType.u8, .f32] {
        let image = try picture(shape, from)
        let fast = try drawn(warp, image, to, height, width, CPUBackend(threads: 1))
        let plain = try drawn(warp, image, to, height, width, ReferenceBackend(threads: 1))
        // Where a value is halfway between two bytes, either is right; a threshold may be passed by rounding.
        let limit = to == .u8 ? 1.01 / 255 : from == .u8 ? 2e-4 : 1e-4
        let wrong = zip(fast, plain).filter { abs($0 - $1) > limit }.count
        #expect(wrong == 0, "\(comment), \(from) to \(to), \(shape)")
      }
    }
  }

  private static let identity = (1.0, 0.0, 0.0, 0.0, 1.0, 0.0)

  @Test(arguments: operations.indices)
  func pointsAreAsTheReference(_ index: Int) throws {
    for (height, width, channels) in [(1, 1, 1), (7, 33, 1), (9, 70, 3), (5, 20, 4), (1, 3, 3), (50, 60, 1), (47, 51, 3), (64, 40, 4)] {
      try compare(
        {
          var warp = ImageWarp(input: $0, output: $1, map: Self.identity, isExact: true, sampling: Sampling())
          warp.points = [Self.operations[index]]
          return warp
        }, [height, width, channels], height, width, "\(Self.operations[index])")
    }
  }

  @Test func pointsFollowSamplingInOrder() throws {
    let turn = AffineMap.rotation(degrees: 20, aboutRow: 5, column: 9)
    for channels in [1, 3, 4] {
      try compare(
        {
          var warp = ImageWarp(
            input: $0, output: $1, map: (turn.a, turn.b, turn.c, turn.d, turn.e, turn.f), isExact: false, sampling: Sampling(.bilinear, fill: .reflect))
          warp.points = [.linear(scale: .one, offset: SIMD4(0.2, 0.2, 0.2, 0)), .power(1.5), .linear(scale: SIMD4(-1, -1, -1, 1), offset: [1, 1, 1, 0])]
          return warp
        }, [11, 19, channels], 13, 17, "chain")
    }
  }

  @Test(arguments: SamplingTests.samplings)
  func bytesAreSampledAsFloats(_ sampling: Sampling) throws {
    let turn = AffineMap.rotation(degrees: 33, aboutRow: 4, column: 7)
    for channels in 1...4 {
      for map in [turn, AffineMap.flip(vertical: false, horizontal: true, height: 9, width: 21), AffineMap(a: 0, b: 1, c: 0, d: -1, e: 0, f: 20)] {
        try compare(
          { ImageWarp(input: $0, output: $1, map: (map.a, map.b, map.c, map.d, map.e, map.f), isExact: map.isExact, sampling: sampling) },
          [9, 21, channels], 12, 22, "\(map)")
      }
    }
  }

  @Test(arguments: SamplingTests.samplings)
  func bendsAreAsTheReference(_ sampling: Sampling) throws {
    let grid = try Tensor(dtype: .f32, shape: [6, 9, 2]) { Double(($0 * 31) % 17) / 5 - 1.6 }
    try compare(
      {
        var warp = ImageWarp(input: $0, output: $1, map: (0.9, 0.1, 1, -0.1, 1.1, 0.5), isExact: false, sampling: sampling)
        warp.bends = [
          ImageWarp.Bend(.perspective([1, 0.02, 0.3, 0.01, 1, -0.2, 0.004, -0.003, 1]), then: (1, 0, 0.25, 0, 1, -0.5)),
          ImageWarp.Bend(.elastic(grid, spacing: 5), then: Self.identity),
        ]
        return warp
      }, [14, 26, 3], 15, 24, "bends")
  }

  /// Positions at the horizon and behind it are outside. The nearest pixel halfway between two is either.
  @Test(arguments: SamplingTests.samplings.filter { $0.interpolation != .nearest })
  func perspectivesAreAsTheReference(_ sampling: Sampling) throws {
    for (channels, tilt) in [(1, 0.004), (3, 0.004), (4, -0.003), (3, -0.05), (3, 0.5)] {
      try compare(
        {
          var warp = ImageWarp(input: $0, output: $1, map: (0.9, 0.1, 1, -0.1, 1.1, 0.5), isExact: false, sampling: sampling)
          warp.bends = [ImageWarp.Bend(.perspective([1, 0.02, 0.3, 0.01, 1, -0.2, tilt, -tilt / 2, 1]), then: (1, 0, 0.25, 0, 1, -0.5))]
          return warp
        }, [24, 66, channels], 25, 61, "perspective by \(tilt)")
    }
  }

  /// Operations that stay within bytes, alone and one after the other; pixels on all sides of whole vectors.
  @Test(arguments: [
    [PointOperation.order([2, -1, 0, 3])], [.order([1, 0, 2, 3]), .order([0, 2, 1, 3])],
    [
      .linear(scale: [2, 2, 2, 1], offset: [-0.3, -0.3, -0.3, 0]), .power(0.8), .order([1, 2, 0, 3]), .fill(rows: 1..<30, columns: 4..<40, [1, 1, 1, 1], nil),
    ],
    [.linear(scale: [-1, -1, -1, -1], offset: [1, 1, 1, 1])], [.linear(scale: [-1, -1, -1, 1], offset: [1, 1, 1, 0])],
    [.matrix([0.3, 0.6, 0.1, 0], [0.3, 0.6, 0.1, 0], [0.3, 0.6, 0.1, 0]), .grid(side: 3, period: 7, row: -2, column: -5, [0.5, 0, 1, 0], nil)],
    [.fill(rows: 1..<9, columns: 2..<9, [0.2, 0.2, 0.2, 1], nil), .levels(32)],
  ])
  func bytesStayBytes(_ operations: [PointOperation]) throws {
    for (height, width, channels) in [(4, 5, 3), (47, 51, 3), (33, 64, 4), (40, 75, 3)] {
      for map in [AffineMap.identity, .flip(vertical: false, horizontal: true, height: height, width: width), .shift(row: 3, column: -2)] {
        try compare(
          {
            var warp = ImageWarp(
              input: $0, output: $1, map: (map.a, map.b, map.c, map.d, map.e, map.f), isExact: true, sampling: Sampling(fill: .constant(0.4)))
            warp.points = operations
            return warp
          }, [height, width, channels], height, width, "\(operations)")
      }
    }
  }

  /// Sizes are changed by filters of bytes and of floats, up and down, in one direction or both.
  @Test(arguments: [(28, 28), (11, 64), (90, 13), (33, 100), (1, 1), (3, 200), (64, 2)])
  func sizesAreChangedAsInTheReference(_ height: Int, _ width: Int) throws {
    for channels in 1...4 {
      for (from, columns) in [(30, 41), (1, 1), (7, 2), (64, 64)] {
        let (rows, taps) = (Self.taps(from, height), Self.taps(columns, width))
        for (input, output) in [(DType.u8, DType.u8), (.u8, .f32), (.f32, .f32)] {
          let image = try picture([from, columns, channels], input)
          func resized(_ backend: any Backend) throws -> [Double] {
            let result = try Tensor(uninitialized: TensorType(output, [height, width, channels]))
            backend.run(ImageResize(input: Pixels(image), output: Pixels(result), rows: rows, columns: taps))
            return (0..<result.count).map { result[$0] }
          }
          let limit = output == .u8 ? 1 : 1e-5
          let worst = try zip(resized(CPUBackend(threads: 1)), resized(ReferenceBackend(threads: 1))).map { abs($0 - $1) }.max() ?? 0
          #expect(worst <= limit, "\(input) to \(output), \(from)×\(columns)×\(channels): \(worst)")
        }
      }
    }
  }

  /// Halving has its own kernel: the same bits as the general filter, on all sides of whole vectors.
  @Test(arguments: [(4, 4), (6, 32), (8, 34), (10, 62), (12, 90), (6, 224), (30, 8)])
  func halvingIsTheGeneralFilter(_ height: Int, _ width: Int) throws {
    let rows = ImageTaps(scale: 2, offset: 0.5, from: height, to: height / 2)
    let columns = ImageTaps(scale: 2, offset: 0.5, from: width, to: width / 2)
    #expect(rows.halves && columns.halves)
    let general = ImageTaps(start: rows.start, count: rows.count, weights: rows.weights)
    let backend = CPUBackend(threads: 1)
    for channels in 1...4 {
      let image = try picture([height, width, channels], .u8)
      func halved(_ rows: ImageTaps) throws -> [Double] {
        let result = try Tensor(uninitialized: TensorType(.u8, [height / 2, width / 2, channels]))
        backend.run(ImageResize(input: Pixels(image), output: Pixels(result), rows: rows, columns: columns))
        return (0..<result.count).map { result[$0] }
      }
      #expect(try halved(rows) == halved(general), "\(height)×\(width)×\(channels)")
    }
  }

  /// Uneven weights of up to five inputs.
  private static func taps(_ from: Int, _ to: Int) -> ImageTaps {
    let count = min(from, 5)
    let weights = (0..<to).flatMap { position in
      let own = (0..<count).map { Float(($0 * 7 + position) % 5) + 0.5 }
      return own.map { $0 / own.reduce(0, +) }
    }
    return ImageTaps(start: (0..<to).map { Int32($0 * (from - count) / to) }, count: count, weights: weights)
  }
}
