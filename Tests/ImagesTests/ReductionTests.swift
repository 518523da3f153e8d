import Engine
import Glibc
import Images
import Tensors
import Testing

/// Maps that shrink average what they skip: against the mean of 8 × 8 samples in each pixel of the result.
@Suite struct ReductionTests {
  private static let side = 240

  /// Waves, noise, and stripes of one pixel.
  private func picture(_ dtype: DType) throws -> Tensor {
    let side = ReductionTests.side
    let top = dtype == .u8 ? 255.0 : 1
    return try Tensor(dtype: dtype, shape: [side, side, 1]) { index in
      let (row, column) = (index / side, index % side)
      let isStriped = (90..<150).contains(row) && (70..<160).contains(column)
      let noise = Double((index * 7919) % 1009) / 1009
      let level = isStriped ? Double(column % 2) : 0.5 + 0.25 * sin(Double(row) / 7 + Double(column) / 11) + 0.2 * (noise - 0.5)
      return dtype == .u8 ? (top * level).rounded() : level
    }
  }

  private func drawn(_ framed: Framed, _ image: Tensor) throws -> [Double] {
    let output = try Tensor(uninitialized: TensorType(image.dtype, [framed.height, framed.width, 1]))
    try Sampler(CPUBackend(threads: 1)).draw(framed, Pixels(image), into: Pixels(output))
    let top = image.dtype == .u8 ? 255.0 : 1
    return (0..<output.count).map { output[$0] / top }
  }

  /// Bilinear, one sample a pixel or the mean of several.
  private func sampled(_ framed: Framed, _ image: Tensor, samples: Int) -> [Double] {
    let side = ReductionTests.side
    let top = image.dtype == .u8 ? 255.0 : 1
    func level(_ row: Int, _ column: Int) -> Double {
      (0..<side).contains(row) && (0..<side).contains(column) ? image[row * side + column] / top : 0
    }
    return (0..<framed.height * framed.width).map { index in
      var sum = 0.0
      for i in 0..<samples {
        for k in 0..<samples {
          let (u, v) = ((Double(i) + 0.5) / Double(samples) - 0.5, (Double(k) + 0.5) / Double(samples) - 0.5)
          let point = framed.map.source(row: Double(index / framed.width) + u, column: Double(index % framed.width) + v)
          let (row, column) = (point.row.rounded(.down), point.column.rounded(.down))
          let (y, x) = (point.row - row, point.column - column)
          let (r, c) = (Int(row), Int(column))
          sum += (1 - y) * ((1 - x) * level(r, c) + x * level(r, c + 1)) + y * ((1 - x) * level(r + 1, c) + x * level(r + 1, c + 1))
        }
      }
      return sum / Double(samples * samples)
    }
  }

  private static func turned(_ factor: Double, degrees: Double, aboutRow row: Double = 120, column: Double = 120, side: Int? = nil) -> Framed {
    let size = side ?? Int(Double(ReductionTests.side) / factor)
    let center = Double(size - 1) / 2
    let scaling = AffineMap(a: factor, b: 0, c: row - 0.5 - factor * center, d: 0, e: factor, f: column - 0.5 - factor * center)
    return Framed(map: ImageMap(AffineMap.rotation(degrees: degrees, aboutRow: row, column: column).after(scaling)), height: size, width: size)
  }

  private func root(_ a: [Double], _ b: [Double]) -> Double { (zip(a, b).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) } / Double(a.count)).squareRoot() }

  @Test(arguments: [2.0, 3, 6], [DType.u8, .f32])
  func shrinkingAverages(_ factor: Double, _ dtype: DType) throws {
    let image = try picture(dtype)
    for degrees in [12.0, 45, -100] {
      let framed = ReductionTests.turned(factor, degrees: degrees)
      let mean = sampled(framed, image, samples: 8)
      let (own, plain) = (root(try drawn(framed, image), mean), root(sampled(framed, image, samples: 1), mean))
      #expect(own < plain / 2, "\(factor), \(degrees): \(own), with one sample \(plain)")
      #expect(own < 0.05)
    }
  }

  @Test func bendsAverage() throws {
    let image = try picture(.f32)
    var map = ImageMap(.scaling(fromHeight: 240, 240, toHeight: 60, 60))
    map = map.bent(.perspective([1, 0.05, -1, 0.02, 1, 1, 0.0008, -0.0005, 1]))
    let framed = Framed(map: map.after(AffineMap.rotation(degrees: 20, aboutRow: 30, column: 30)), height: 60, width: 60)
    let mean = sampled(framed, image, samples: 8)
    let (own, plain) = (root(try drawn(framed, image), mean), root(sampled(framed, image, samples: 1), mean))
    #expect(own < plain / 2, "\(own), with one sample \(plain)")
  }

  /// Only a part of the source is reduced where no more is shown.
  @Test func partsAreEnough() throws {
    let image = try picture(.f32)
    let framed = ReductionTests.turned(3, degrees: 30, aboutRow: 100, column: 110, side: 20)
    let reduction = try #require(Reduction(framed, height: 240, width: 240))
    #expect(reduction.rows.lowerBound > 20 && reduction.rows.upperBound < 190 && reduction.columns.lowerBound > 20)
    let mean = sampled(framed, image, samples: 8)
    #expect(root(try drawn(framed, image), mean) < 0.05)
  }

  /// From beyond the image on every side, under every fill: nothing but the image and its fill.
  @Test func outsideIsFilled() throws {
    let image = try Tensor(dtype: .f32, shape: [240, 240, 1]) { _ in 0.75 }
    for fill in [Sampling.Fill.edge, .reflect, .wrap, .constant(0.75)] {
      var framed = ReductionTests.turned(5, degrees: 30, side: 90)
      framed.sampling = Sampling(.bilinear, fill: fill)
      #expect(try drawn(framed, image).allSatisfy { abs($0 - 0.75) < 1e-5 }, "\(fill)")
    }
    var away = ReductionTests.turned(5, degrees: 30, aboutRow: 5000, column: -9000, side: 10)
    away.sampling = Sampling(.bilinear, fill: .constant(0.25))
    #expect(try drawn(away, image).allSatisfy { $0 == 0.25 })
  }

  @Test func othersAreSampledAsTheyAre() throws {
    #expect(Reduction(ReductionTests.turned(1.5, degrees: 12), height: 240, width: 240) == nil)
    #expect(Reduction(ReductionTests.turned(0.2, degrees: 12), height: 240, width: 240) == nil)
    var labels = ReductionTests.turned(4, degrees: 12)
    labels.sampling.interpolation = .nearest
    #expect(Reduction(labels, height: 240, width: 240) == nil)
  }

  /// Images of one row or column, and maps beyond all numbers.
  @Test func extremesAreDrawn() throws {
    for (height, width) in [(1, 1), (1, 240), (240, 1)] {
      let image = try Tensor(dtype: .u8, shape: [height, width, 1]) { Double($0 % 256) }
      for factor in [2.0, 1e6, 1e300] {
        let map = AffineMap.rotation(degrees: 10, aboutRow: 1, column: 1).after(AffineMap(a: factor, b: 0, c: 0, d: 0, e: factor, f: 0))
        #expect(try drawn(Framed(map: ImageMap(map), height: 5, width: 5), image).allSatisfy { (0...1).contains($0) })
      }
    }
  }
}
