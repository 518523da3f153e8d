import Diagnostics
import Engine
import Tensors
import Testing

@testable import Images

/// Operations on whole images in recipes: draws, corners, opacity, and bytes beside floats.
@Suite struct AreaOperationTests {
  static let operations: [any ImageOperation] = [
    BlurOperation.gaussian(sigma: .uniform(0, 3)), BlurOperation.gaussian(sigma: .constant(1000)), BlurOperation.gaussian(sigma: .constant(0)),
    BlurOperation.box(radius: .steps(low: 0, step: 1, count: 9)), BlurOperation.box(radius: .constant(1000)),
    BlurOperation.motion(length: .uniform(1, 12), angle: .uniform(-180, 180)), BlurOperation.motion(length: .constant(200), angle: .constant(33)),
    BlurOperation.sharpen(amount: .uniform(0, 3), sigma: .constant(1)), BlurOperation.sharpen(amount: .constant(100), sigma: .constant(1000)),
    LevelOperation.autocontrast(cutoff: .uniform(0, 10)), LevelOperation.equalize, LevelOperation.clahe(limit: .uniform(1, 4), tiles: 4),
    LevelOperation.clahe(limit: .constant(0), tiles: 64), JPEGDamage(quality: .uniform(1, 100)), DenoiseOperation.means(strength: .uniform(0, 0.2)),
    DenoiseOperation.means(strength: nil), DenoiseOperation.median(strength: .constant(0.1)), FillMissing(value: 0, mask: nil),
  ]

  private func picture(_ shape: [Int], _ dtype: DType) throws -> Tensor {
    try Tensor(dtype: dtype, shape: shape) { dtype == .u8 ? Double(($0 * 7919) % 251) : Double(($0 * 7919) % 251) / 255 }
  }

  private func recipe(_ operation: any ImageOperation) -> Recipe { Recipe([RecipeStep(operation, key: RandomKey(bits: 5), place: 1)]) }

  private func numbers(_ tensor: Tensor) -> [Double] { (0..<tensor.count).map { tensor[$0] } }

  @Test(arguments: operations.indices)
  func everySizeAndType(_ index: Int) throws {
    let recipe = recipe(Self.operations[index])
    for shape in [[1, 1, 1], [1, 1, 3], [1, 8, 1], [9, 1, 3], [2, 3, 4], [13, 29, 3]] {
      let floats = try picture(shape, .f32), bytes = try picture(shape, .u8)
      let backend = CPUBackend(threads: 1)
      let (one, other) = (try recipe.grow(floats, SampleID(id: 3), backend), try recipe.grow(bytes, SampleID(id: 3), backend))
      #expect(one.shape == shape && other.shape == shape && other.dtype == .u8)
      #expect(numbers(one).allSatisfy { $0 >= -1e-6 && $0 <= 1 + 1e-6 })
      #expect(numbers(try recipe.grow(floats, SampleID(id: 3), backend)) == numbers(one), "the same draws")
      // The same result from bytes: rounded, which sharpening a hundredfold shows.
      let worst = zip(numbers(one), numbers(other)).reduce(0) { max($0, abs($1.0 * 255 - $1.1)) }
      let isExtreme = (Self.operations[index] as? BlurOperation) == .sharpen(amount: .constant(100), sigma: .constant(1000))
      #expect(worst < (isExtreme ? 8 : 1.6), "\(shape): \(worst) levels")
    }
  }

  /// Only blurs spread it.
  @Test(arguments: operations.indices)
  func opacityIsKept(_ index: Int) throws {
    let operation = Self.operations[index]
    for dtype in [DType.u8, .f32] {
      let image = try picture([13, 17, 4], dtype)
      let result = try recipe(operation).grow(image, SampleID(id: 0), CPUBackend(threads: 1))
      let isSame = stride(from: 3, to: image.count, by: 4).allSatisfy { abs(result[$0] - image[$0]) < 1e-6 }
      switch operation as? BlurOperation {
      case .gaussian(let sigma): #expect(isSame == (sigma == .constant(0)))
      case .box, .motion: #expect(!isSame)
      case .sharpen, nil: #expect(isSame)
      }
    }
  }

  @Test func drawsDifferBetweenImages() throws {
    let image = try picture([9, 9, 1], .f32)
    let recipe = recipe(BlurOperation.gaussian(sigma: .uniform(0.2, 3)))
    let results = try (0..<5).map { numbers(try recipe.grow(image, SampleID(id: $0), CPUBackend(threads: 1))) }
    #expect(Set(results).count == 5)
    #expect(recipe.isRandom && !self.recipe(BlurOperation.gaussian(sigma: .constant(1))).isRandom)
  }

  /// Draws that the operation cannot use are errors that name the parameter.
  @Test func drawsAreChecked() throws {
    let image = try picture([9, 9, 3], .u8)
    for (operation, name) in [
      (BlurOperation.gaussian(sigma: .constant(-1)), "sigma"), (BlurOperation.gaussian(sigma: .constant(.nan)), "sigma"),
      (BlurOperation.gaussian(sigma: .constant(.infinity)), "sigma"), (BlurOperation.box(radius: .constant(1e300)), "radius"),
      (BlurOperation.motion(length: .constant(0), angle: .constant(0)), "length"),
      (BlurOperation.motion(length: .constant(5), angle: .constant(.nan)), "angle"),
      (BlurOperation.sharpen(amount: .constant(-1.1), sigma: .constant(1)), "amount"), (JPEGDamage(quality: .constant(0)), "quality"),
      (LevelOperation.autocontrast(cutoff: .constant(50)), "cutoff"), (LevelOperation.clahe(limit: .constant(-1), tiles: 2), "limit"),
      (DenoiseOperation.means(strength: .constant(2)), "strength"), (DenoiseOperation.median(strength: .constant(.nan)), "strength"),
    ] as [(any ImageOperation, String)] {
      let fault = try #require(throws: Fault.self) { try recipe(operation).grow(image, SampleID(id: 0), CPUBackend(threads: 1)) }
      #expect(fault.diagnostic.id == ImageErrors.badParameter && fault.diagnostic.message.contains("`\(name)`"))
    }
  }

  @Test func stagesFollowEachOther() throws {
    let image = try picture([12, 16, 3], .u8)
    let steps: [any ImageOperation] = [
      GeometryOperation.flip(vertical: false, horizontal: true, chance: 1), BlurOperation.box(radius: .constant(1)), LevelOperation.equalize,
      GeometryOperation.crop(height: 8, width: 8, at: .spot(.center)),
    ]
    let recipe = Recipe(steps.enumerated().map { RecipeStep($1, key: RandomKey(bits: 1), place: UInt32($0)) })
    let once = try recipe.grow(image, SampleID(id: 0), CPUBackend(threads: 1))
    var step = image
    for operation in steps { step = try self.recipe(operation).grow(step, SampleID(id: 0), CPUBackend(threads: 1)) }
    #expect(once.shape == [8, 8, 3] && numbers(once) == numbers(step))
  }

  @Test func missingPixels() throws {
    let image = try Tensor([0, 0.2, .nan, 0.6, 0.8, .infinity], shape: [1, 6, 1])
    let filled = try recipe(FillMissing(value: nil, mask: nil)).grow(image, SampleID(id: 0), CPUBackend(threads: 1))
    #expect(zip(numbers(filled), [0, 0.2, 0.4, 0.6, 0.8, 0.8]).allSatisfy { abs($0 - $1) < 1e-5 }, "\(numbers(filled))")
    let mask = FillMissing.Mask(height: 1, width: 6, isMissing: [true, false, true, false, false, true])
    let masked = try recipe(FillMissing(value: nil, mask: mask)).grow(image, SampleID(id: 0), CPUBackend(threads: 1))
    #expect(abs(masked[0] - 0.2) < 1e-5 && abs(masked[2] - 0.4) < 1e-5)
    let fault = try #require(throws: Fault.self) {
      try recipe(FillMissing(value: nil, mask: mask)).grow(picture([2, 6, 1], .f32), SampleID(id: 0), CPUBackend(threads: 1))
    }
    #expect(fault.diagnostic.message == "the mask is 1×6, but the image is 2×6")
  }

  @Test func noiseIsEstimatedAndRemoved() throws {
    let key = RandomKey(bits: 9)
    let clean = try Tensor(dtype: .f32, shape: [48, 48, 1]) { $0 % 48 < 24 ? 0.3 : 0.7 }
    let noise = Distribution.normal(mean: 0, deviation: 0.05)
    let noisy = try Tensor(dtype: .f32, shape: [48, 48, 1]) { clean[$0] + noise.value(key.uniform(UInt32($0)), key.uniform(UInt32($0), 1)) }
    let estimate = Denoise.noise(of: Pixels(noisy))
    #expect(abs(estimate - 0.05) < 0.01, "\(estimate)")
    func error(_ image: Tensor) -> Double { (0..<image.count).reduce(0) { $0 + (image[$1] - clean[$1]) * (image[$1] - clean[$1]) } }
    let means = try recipe(DenoiseOperation.means(strength: nil)).grow(noisy, SampleID(id: 0), CPUBackend(threads: 1))
    #expect(error(means) < 0.15 * error(noisy), "\(error(means) / error(noisy))")
    let salted = try Tensor(dtype: .f32, shape: [48, 48, 1]) { $0 % 29 == 0 ? 1 : $0 % 31 == 0 ? 0 : clean[$0] }
    let median = try recipe(DenoiseOperation.median(strength: .constant(0.1))).grow(salted, SampleID(id: 0), CPUBackend(threads: 1))
    #expect(error(median) < 0.03 * error(salted), "\(error(median) / error(salted))")
  }

  @Test func jpegRefusesWhatCannotBeEncoded() throws {
    let fault = try #require(throws: Fault.self) {
      try recipe(JPEGDamage(quality: .constant(50))).grow(picture([1, 70_000, 1], .u8), SampleID(id: 0), CPUBackend(threads: 1))
    }
    #expect(fault.diagnostic.id == ImageErrors.notEncodable)
  }
}
