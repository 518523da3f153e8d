import Diagnostics
import Engine
import Images
import Tensors
import Testing

@Suite struct RecipeTests {
  private let engine = Engine(threads: 1)

  private func step(_ operation: GeometryOperation) -> RecipeStep { RecipeStep(operation, key: RandomKey(bits: 5), place: 0) }

  private func apply(_ operations: [GeometryOperation], to rows: [[Float]]) throws -> [[Float]] {
    let image = try Tensor(rows.flatMap { $0 }, shape: [rows.count, rows[0].count])
    let result = try ImageBatch(image).applying(Recipe(operations.map(step)), copies: 1, keep: false, engine).result
    let width = result.shape[1]
    return (0..<result.shape[0]).map { row in (0..<width).map { Float(result[row * width + $0]) } }
  }

  private func rotate(_ degrees: Double, _ about: GeometryOperation.Anchor = .spot(.center)) -> GeometryOperation { .rotate(.constant(degrees), about: about) }

  @Test func quarterTurnsAreExactAndCounterClockwise() throws {
    let x: [[Float]] = [[1, 2, 3], [4, 5, 6], [7, 8, 9]]
    #expect(try apply([rotate(90)], to: x) == [[3, 6, 9], [2, 5, 8], [1, 4, 7]])
    #expect(try apply([rotate(180)], to: x) == [[9, 8, 7], [6, 5, 4], [3, 2, 1]])
    #expect(try apply([rotate(-90)], to: x) == [[7, 4, 1], [8, 5, 2], [9, 6, 3]])
    #expect(try apply([rotate(360)], to: x) == x)
    #expect(try apply([rotate(90), rotate(90), rotate(90), rotate(90)], to: x) == x)
  }

  @Test func flipsMirror() throws {
    let x: [[Float]] = [[1, 2, 3], [4, 5, 6]]
    #expect(try apply([.flip(vertical: false, horizontal: true, chance: 1)], to: x) == [[3, 2, 1], [6, 5, 4]])
    #expect(try apply([.flip(vertical: true, horizontal: false, chance: 1)], to: x) == [[4, 5, 6], [1, 2, 3]])
    #expect(try apply([.flip(vertical: true, horizontal: true, chance: 1)], to: x) == [[6, 5, 4], [3, 2, 1]])
    #expect(try apply([.flip(vertical: true, horizontal: true, chance: 0)], to: x) == x)
  }

  /// Bytes are flipped by whole vectors, whose number and rest depend on the width.
  @Test(arguments: [1, 2, 3, 4])
  func flipsOfEveryWidthMirror(_ channels: Int) throws {
    let recipe = Recipe([step(.flip(vertical: false, horizontal: true, chance: 1))])
    for width in 1...80 {
      let image = try Tensor(dtype: .u8, shape: [2, width, channels]) { Double(($0 * 37 + $0 / 251) % 256) }
      let result = try recipe.grow(image, SampleID(id: 0), CPUBackend(threads: 1))
      let isMirrored = (0..<image.count).allSatisfy { place in
        let (pixel, channel) = (place / channels, place % channels)
        return result[place] == image[(pixel / width * width + width - 1 - pixel % width) * channels + channel]
      }
      #expect(isMirrored, "\(width)×\(channels)")
    }
  }

  @Test func cropsTakeThePartThatIsNamed() throws {
    let x: [[Float]] = [[1, 2, 3], [4, 5, 6], [7, 8, 9]]
    let places: [(GeometryOperation.CropPlace, [[Float]])] = [
      (.spot(.topLeft), [[1, 2], [4, 5]]), (.spot(.topRight), [[2, 3], [5, 6]]), (.spot(.bottomLeft), [[4, 5], [7, 8]]),
      (.spot(.bottomRight), [[5, 6], [8, 9]]),
      (.point(row: 1, column: 0), [[4, 5], [7, 8]]), (.spot(.center), [[1, 2], [4, 5]]),
    ]
    for (place, want) in places { #expect(try apply([.crop(height: 2, width: 2, at: place)], to: x) == want) }
    #expect(throws: Fault.self) { try apply([.crop(height: 4, width: 2, at: .spot(.center))], to: x) }
    #expect(throws: Fault.self) { try apply([.crop(height: 2, width: 2, at: .point(row: 2, column: 0))], to: x) }
  }

  /// A corner is the outer corner: turning about it by 90 degrees moves the image out of its frame.
  @Test func rotationAboutPoints() throws {
    let x: [[Float]] = [[1, 2], [3, 4]]
    #expect(try apply([rotate(90, .spot(.topLeft))], to: x) == [[0, 0], [0, 0]])
    #expect(try apply([rotate(90, .point(row: 1, column: 1))], to: x) == [[2, 4], [1, 3]])
    // About the lower left corner, counter-clockwise: the image goes out on the left.
    #expect(try apply([rotate(90, .spot(.bottomLeft))], to: x) == [[0, 0], [0, 0]])
    #expect(try apply([rotate(-90, .spot(.bottomLeft)), rotate(90, .spot(.bottomLeft))], to: x) == x)
  }

  /// Adjacent geometry is one map: turning there and back loses nothing, not even the corners.
  @Test func compositionSamplesOnce() throws {
    let x: [[Float]] = (0..<8).map { row in (0..<8).map { Float(row * 8 + $0) } }
    let back = try apply([rotate(30), rotate(-30)], to: x)
    for (a, b) in zip(back.joined(), x.joined()) { #expect(abs(a - b) < 1e-4) }
  }

  @Test func bilinearBetweenPixels() throws {
    // Half a turn of 45 degrees about the centre keeps the mean of a symmetric image's centre.
    let x: [[Float]] = [[0, 0, 0], [0, 1, 0], [0, 0, 0]]
    let turned = try apply([rotate(45)], to: x)
    #expect(abs(turned[1][1] - 1) < 1e-6)
    #expect(abs(turned[0][1] - turned[1][0]) < 1e-6 && turned[0][1] > 0.05 && turned[0][1] < 0.3)
  }

  @Test func shrinkingAverages() throws {
    let x: [[Float]] = (0..<8).map { row in (0..<8).map { Float((row + $0) % 2) } }
    for value in try apply([.resize(height: 2, width: 2)], to: x).joined() { #expect(abs(value - 0.5) < 0.05) }
    let constant: [[Float]] = Array(repeating: Array(repeating: 0.7, count: 5), count: 5)
    for size in [1, 3, 5, 11] {
      for value in try apply([.resize(height: size, width: size)], to: constant).joined() { #expect(abs(value - 0.7) < 1e-6) }
    }
    #expect(try apply([.resize(height: 5, width: 5)], to: constant) == constant)
  }

  @Test func growingInterpolates() throws {
    let grown = try apply([.resize(height: 1, width: 4)], to: [[0, 1]])
    #expect(grown[0][0] == 0 && grown[0][3] == 1 && abs(grown[0][1] - 0.25) < 1e-6 && abs(grown[0][2] - 0.75) < 1e-6)
  }

  /// A draw is a function of key, sample, copy and epoch alone.
  @Test func drawsDependOnTheSampleAlone() throws {
    let recipe = Recipe([step(.rotate(.uniform(-30, 30), about: .spot(.center))), step(.crop(height: 5, width: 5, at: .random))])
    func map(_ sample: SampleID) throws -> ImageMap? { try recipe.plan(height: 9, width: 9, channels: 1, sample).maps.first?.map }
    let one = try map(SampleID(id: 3, copy: 1, epoch: 2))
    #expect(try map(SampleID(id: 3, copy: 1, epoch: 2)) == one)
    for other in [SampleID(id: 4, copy: 1, epoch: 2), SampleID(id: 3, copy: 2, epoch: 2), SampleID(id: 3, copy: 1, epoch: 3)] {
      #expect(try map(other) != one)
    }
  }

  /// Each image is flipped in every other epoch, and about half of the images in each.
  @Test func alternatingFlipsAlternate() throws {
    let recipe = Recipe([step(.alternateFlip(vertical: false, horizontal: true))])
    func isFlipped(_ id: UInt32, _ epoch: UInt32) throws -> Bool {
      try recipe.plan(height: 4, width: 4, channels: 1, SampleID(id: id, epoch: epoch)).maps.first?.map != ImageMap()
    }
    var first = 0
    for id in 0..<200 as Range<UInt32> {
      let flips = try (0..<4).map { try isFlipped(id, $0) }
      #expect(flips == (flips[0] ? [true, false, true, false] : [false, true, false, true]))
      first += flips[0] ? 1 : 0
    }
    #expect(first > 70 && first < 130)
  }

  @Test func distributionsStayInTheirRange() {
    for u in stride(from: 0.0, to: 1, by: 0.01) {
      let x = Distribution.uniform(-15, 15).value(u, 0.5)
      #expect(x >= -15 && x < 15)
      #expect([0, 10, 20].contains(Distribution.steps(low: 0, step: 10, count: 3).value(u, 0)))
      #expect([1, 5].contains(Distribution.choice([1, 5]).value(u, 0)))
    }
  }

  /// Every instruction set samples alike, where multiply and add are fused.
  @Test func fusedSetsAgree() throws {
    let image = try Tensor(dtype: .f32, shape: [9, 7, 3]) { Double(($0 * 37) % 101) / 101 }
    let recipe = Recipe([step(rotate(17)), step(.resize(height: 6, width: 6))])
    let names = ["avx512", "avx2", "neon"]
    let results = try names.compactMap { CPUBackend(instructionSet: $0, threads: 1) }.map { backend -> [UInt32] in
      let engine = Engine(backend)
      let result = try ImageBatch(image).applying(recipe, copies: 1, keep: false, engine).result
      return (0..<result.count).map { Float(result[$0]).bitPattern }
    }
    for result in results.dropFirst() { #expect(result == results[0]) }
  }
}
