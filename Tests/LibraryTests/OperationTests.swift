import Foundation
import Machine
import Tensors
import TestSupport
import Testing

/// Operations as programs call them, against NumPy, SciPy and PyTorch in float64: operations.txt by
/// Tests/Reference/operations.py, statistics.txt by statistics.py, spectral.txt by spectral.py, measures.txt by measures.py, which
/// uses scikit-learn as well.
@Suite struct OperationTests {
  struct Case: CustomStringConvertible, Sendable {
    let program: String
    let shape: [Int]
    let numbers: [Double]
    var description: String { program }
  }

  static let cases: [Case] = {
    let files = ["operations.txt", "statistics.txt", "spectral.txt", "measures.txt"]
    let text = files.compactMap { try? String(contentsOf: Repository.reference.appendingPathComponent($0), encoding: .utf8) }.joined()
    return text.split(separator: "\n").map { line in
      let parts = line.split(separator: "\t", omittingEmptySubsequences: false)
      return Case(
        program: String(parts[0]), shape: parts[1].split(separator: " ").compactMap { Int($0) },
        numbers: parts[2].split(separator: " ").compactMap { Double($0) })
    }
  }()

  @Test func thereAreCases() { #expect(Self.cases.count > 130) }

  @Test(arguments: cases)
  func agrees(_ item: Case) throws {
    let test = TestSession()
    guard case .value(let value) = test.session.run(item.program, named: "test") else {
      Issue.record("\(item.program) gives no value")
      return
    }
    guard value.tag == .tensor else {
      #expect(value.number == item.numbers.first)
      return
    }
    let got = try test.session.machine.engine.value(value.node)
    #expect(got.shape == item.shape)
    // What passes through f32 on the way is as exact as that.
    let within = got.dtype == .f64 && !item.program.contains("f32") ? 1e-9 : 1e-5
    let scale = item.numbers.filter(\.isFinite).map { abs($0) }.max() ?? 1
    for (index, want) in item.numbers.enumerated() where index < got.count {
      let own = got[index]
      let agrees = want.isNaN ? own.isNaN : want.isInfinite ? own == want : abs(own - want) <= within * max(scale, 1e-3)
      #expect(agrees, "element \(index): \(own), not \(want)")
    }
    #expect(got.count == item.numbers.count)
  }

  /// The kernels of bytes and booleans are those of integers, which are wider.
  @Test func positionsInBytesAndBooleans() {
    let program = """
      x = u8([[1, 5, 3], [9, 2, 1]])
      print(argmax(x, axis=1), argmin(x, axis=1), argmax(x), argmax(x, axis=0), argmax(x > 4, axis=1), confusion(x > 4, (1, 0)))
      """
    #expect(TestSession.printed(program) == "[1, 0] [0, 2] 3 [1, 0, 0] [1, 0] [[1, 0],\n [0, 1]]\n")
  }
}
