import Engine
import Images
import Tensors
import Testing

/// Filters against the numbers of SciPy, OpenCV and Pillow: area.txt by Tests/Reference/area.py.
@Suite struct AreaReferenceTests {
  struct Case: CustomStringConvertible, Sendable {
    let name: String
    let shape: [Int]
    let pixels: [UInt8]
    let result: [Float]
    let tolerance: Float
    var description: String { name }
    var words: [String] { name.split(separator: " ").map(String.init) }
    func number(_ word: Int) -> Double { words.count > word ? Double(words[word]) ?? .nan : .nan }
  }

  static let cases: [Case] = {
    ReferenceText.lines("area.txt").map { parts in
      let result = ReferenceText.bytes(parts[3])
      return Case(
        name: String(parts[0]), shape: ReferenceText.numbers(parts[1]), pixels: ReferenceText.bytes(parts[2]),
        result: stride(from: 0, to: result.count, by: 4).map { at in
          Float(bitPattern: (0..<4).reduce(0) { $0 | UInt32(result[at + $1]) << UInt32(8 * $1) })
        }, tolerance: Float(parts[4]) ?? .nan)
    }
  }()

  @Test func thereAreCases() { #expect(Self.cases.count == 103) }

  private func operation(_ item: Case) throws -> any AreaOperation {
    switch item.words[0] {
    case "blur": Blur.gaussian(sigma: item.number(1))
    case "box_blur": Blur.box(radius: Int(item.number(1)))
    case "motion_blur": Blur.motion(length: item.number(1), degrees: item.number(2))
    case "sharpen": Blur.sharpen(amount: 1.5, sigma: 1.2)
    case "median": Denoise.median(threshold: 0)
    case "autocontrast": Levels.autocontrast(cutoff: item.number(1))
    case "equalize": Levels.equalize
    case "clahe": Levels.clahe(limit: item.number(1), tiles: Int(item.number(2)))
    case "jpeg_damage": JPEGPass(quality: Int(item.number(1)))
    case "denoise": Denoise.means(deviation: item.number(1))
    default: Inpainting(value: 0, mask: nil)
    }
  }

  /// The largest difference to the expected result, of the input as bytes and as floats.
  private func worst(_ item: Case, asBytes: Bool, _ backend: any Backend) throws -> Float {
    let operation = try operation(item)
    let dtype: DType = asBytes && operation.takesBytes ? .u8 : .f32
    let image = try Tensor(dtype: dtype, shape: item.shape) { dtype == .u8 ? Double(item.pixels[$0]) : Double(item.pixels[$0]) / 255 }
    let output = try Tensor(uninitialized: TensorType(dtype, item.shape))
    try operation.run(Pixels(image), into: Pixels(output), backend)
    return (0..<output.count).reduce(0) { max($0, abs(Float(dtype == .u8 ? output[$1] / 255 : output[$1]) - item.result[$1])) }
  }

  @Test(arguments: cases)
  func isAsExpected(_ item: Case) throws {
    for name in CPUBackend.instructionSets {
      guard let backend = CPUBackend(instructionSet: name, threads: 1) else { continue }
      let floats = try worst(item, asBytes: false, backend)
      #expect(floats <= item.tolerance, "floats on \(name): \(floats)")
      // Bytes are rounded; a filter in fixed point is at most a twentieth of a level away before that.
      let bytes = try worst(item, asBytes: true, backend)
      #expect(bytes <= item.tolerance + 0.56 / 255, "bytes on \(name): \(bytes * 255) levels")
    }
  }

  /// Without a filter there is no rounding: bytes are equal.
  @Test(arguments: cases.filter { ["median", "autocontrast", "equalize"].contains($0.words[0]) })
  func bytesAreEqual(_ item: Case) throws { #expect(try worst(item, asBytes: true, CPUBackend(threads: 1)) < 1e-6) }
}
