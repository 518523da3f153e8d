import Engine
import Images
import Tensors
import Testing

/// Sampling under every interpolation and fill, against the reference kernels: each pixel there is a sum over its neighbours. One constant is
/// a whole byte, which small images are padded with, and one is not.
@Suite struct SamplingTests {
  static let samplings: [Sampling] = Sampling.Interpolation.allCases.flatMap { way in
    [Sampling.Fill.constant(0.2), .constant(0.20004), .edge, .reflect, .wrap].map { Sampling(way, fill: $0) }
  }

  private func picture(_ height: Int, _ width: Int, _ channels: Int) throws -> Tensor {
    try Tensor(dtype: .f32, shape: [height, width, channels]) { Double(($0 * 7919) % 1009) / 1009 }
  }

  private func sampled(_ image: Tensor, _ map: AffineMap, _ height: Int, _ width: Int, _ sampling: Sampling, _ backend: any Backend) throws -> [Float] {
    let output = try Tensor(uninitialized: TensorType(.f32, [height, width, image.shape[2]]))
    let exact = map.isExact ? map.rounded : map
    backend.run(
      ImageWarp(
        input: Pixels(image), output: Pixels(output), map: (exact.a, exact.b, exact.c, exact.d, exact.e, exact.f), isExact: map.isExact,
        sampling: sampling))
    return Array(UnsafeBufferPointer(start: output.floats(), count: output.count))
  }

  /// Quarter turns, flips and whole-pixel shifts, partly or wholly outside.
  static let exactMaps: [AffineMap] = {
    var maps: [AffineMap] = []
    for (a, b, d, e) in [(1, 0, 0, 1), (-1, 0, 0, 1), (1, 0, 0, -1), (-1, 0, 0, -1), (0, 1, 1, 0), (0, -1, 1, 0), (0, 1, -1, 0), (0, -1, -1, 0)] {
      for (c, f) in [(0, 0), (3, -2), (-4, 6), (8, 8), (40, -40)] {
        maps.append(AffineMap(a: Double(a), b: Double(b), c: Double(c), d: Double(d), e: Double(e), f: Double(f)))
      }
    }
    return maps
  }()

  @Test(arguments: samplings)
  func exactMapsCopyPixels(_ sampling: Sampling) throws {
    for channels in 1...4 {
      let image = try picture(7, 9, channels)
      for map in Self.exactMaps {
        let fast = try sampled(image, map, 8, 6, sampling, CPUBackend(threads: 1))
        #expect(try fast == sampled(image, map, 8, 6, sampling, ReferenceBackend(threads: 1)), "\(map)")
      }
    }
  }

  @Test(arguments: samplings)
  func otherMapsInterpolate(_ sampling: Sampling) throws {
    for channels in [1, 2, 3, 4] {
      let image = try picture(11, 13, channels)
      for (degrees, scale) in [(17.0, 1.0), (-123, 0.6), (45, 2.5), (0, 1.3), (3, 0.05)] {
        let turn = AffineMap.rotation(degrees: degrees, aboutRow: 4, column: 7)
        let map = turn.after(AffineMap(a: scale, b: 0, c: -1.37, d: 0, e: scale, f: 0.61))
        let fast = try sampled(image, map, 14, 10, sampling, CPUBackend(threads: 1))
        let plain = try sampled(image, map, 14, 10, sampling, ReferenceBackend(threads: 1))
        let worst = zip(fast, plain).map { abs($0 - $1) }.max() ?? 1
        #expect(worst < 1e-5, "\(degrees), \(scale): \(worst)")
      }
    }
  }

  private func framed(_ operation: GeometryOperation, _ height: Int, _ width: Int, id: UInt32 = 0) throws -> Framed {
    let recipe = Recipe([RecipeStep(operation, key: RandomKey(bits: 5), place: 0)])
    return try #require(recipe.plan(height: height, width: width, channels: 1, SampleID(id: id)).maps.first)
  }

  @Test func fourQuarterTurnsAreNone() throws {
    var map = AffineMap.identity
    var size = (4, 7)
    for _ in 0..<4 {
      let turned = try framed(.quarterTurn(.constant(1)), size.0, size.1)
      (map, size) = (map.after(turned.map.affine), (turned.height, turned.width))
    }
    #expect(map.rounded == .identity && size == (4, 7))
    // As a rotation by 90 degrees of a square.
    let quarter = try framed(.quarterTurn(.constant(1)), 6, 6).map.affine
    #expect(quarter == AffineMap.rotation(degrees: 90, aboutRow: 3, column: 3).rounded)
  }

  @Test func expandingHoldsTheWholeImage() throws {
    for degrees in [0.0, 17, 90, 135, 200, -60] {
      let turned = try framed(.rotateExpanding(degrees: degrees), 5, 9)
      // All corners of the source are inside the frame: its own corners map to points outside the source, or onto its edges.
      for (row, column) in [(-0.5, -0.5), (-0.5, 8.5), (4.5, -0.5), (4.5, 8.5)] {
        let map = turned.map.affine
        let determinant = map.a * map.e - map.b * map.d
        let (y, x) = (row - map.c, column - map.f)
        let (r, c) = ((map.e * y - map.b * x) / determinant, (map.a * x - map.d * y) / determinant)
        #expect(r > -0.5 - 1e-5 && r < Double(turned.height) - 0.5 + 1e-5 && c > -0.5 - 1e-5 && c < Double(turned.width) - 0.5 + 1e-5)
      }
    }
    #expect(try framed(.rotateExpanding(degrees: 90), 5, 9).height == 9)
  }

  /// Beyond what integers hold, a map is not exact, and nothing is read from memory.
  @Test(arguments: samplings)
  func farAwayIsOutside(_ sampling: Sampling) throws {
    let image = try picture(3, 3, 1)
    for distance in [1e9, 1e18, 1e300, .infinity, .nan] {
      for map in [AffineMap.shift(row: 0, column: distance), .shift(row: -distance, column: distance), .shift(row: -distance, column: 0)] {
        #expect(!map.isExact)
        let pixels = try sampled(image, map, 3, 3, sampling, CPUBackend(threads: 1))
        if case .constant(let value) = sampling.fill { #expect(pixels.allSatisfy { $0 == value }) }
      }
    }
  }

  @Test func turnsAreCountedModuloFour() throws {
    #expect(try framed(.quarterTurn(.constant(-3)), 4, 4).map == framed(.quarterTurn(.constant(1)), 4, 4).map)
    #expect(try framed(.quarterTurn(.constant(1e30)), 4, 4).map == ImageMap())
  }

  /// Crops have the areas and aspects that were asked for, and are inside.
  @Test func resizedCropsKeepTheirRanges() throws {
    var areas: [Double] = []
    for id in 0..<400 as Range<UInt32> {
      let map = try framed(.resizedCrop(height: 10, width: 10, area: .uniform(0.2, 0.8), aspect: .uniform(0.8, 1.25)), 60, 80, id: id).map.affine
      let (height, width) = (map.a * 10, map.e * 10)
      let (top, left) = (map.c - (map.a - 1) / 2, map.f - (map.e - 1) / 2)
      #expect(top >= -1e-9 && left >= -1e-9 && top + height <= 60 + 1e-9 && left + width <= 80 + 1e-9)
      #expect(width / height > 0.76 && width / height < 1.31)
      areas.append(height * width / 4800)
    }
    #expect((areas.min() ?? 0) > 0.18 && (areas.max() ?? 1) < 0.83)
    let mean = areas.reduce(0, +) / 400
    #expect(abs(mean - 0.5) < 0.05)
  }
}
