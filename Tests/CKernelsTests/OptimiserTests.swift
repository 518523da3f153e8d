import CKernels
import Testing

@Suite struct OptimiserTests {
  /// Each rule for five steps in two pieces, with every setting at work.
  @Test(arguments: Table.all, ["adam", "descent", "rms"])
  func agreesWithTheReference(_ table: Table, _ rule: String) {
    var numbers = Numbers(8)
    let count = 1003
    let gradient = numbers.floats(count, scale: 0.1)
    let start = numbers.floats(count)
    func run(_ step: (UnsafeMutablePointer<LoamUpdate>) -> Void) -> [Float] {
      var (p, m, v) = (start, [Float](repeating: 0, count: count), [Float](repeating: 0, count: count))
      gradient.withUnsafeBufferPointer { g in
        p.withUnsafeMutableBufferPointer { p in
          m.withUnsafeMutableBufferPointer { m in
            v.withUnsafeMutableBufferPointer { v in
              for t in 1...5 {
                var arguments = LoamUpdate(
                  count: Int64(count), parameters: p.baseAddress, gradients: g.baseAddress, first: m.baseAddress, second: v.baseAddress,
                  rate: 1e-2, scale: 0.7, beta1: 0.9, beta2: 0.999, epsilon: 1e-8, decay: 0.01, correction1: 1 - power(0.9, t),
                  correction2: 1 - power(0.999, t))
                step(&arguments)
              }
            }
          }
        }
      }
      return p
    }
    let (kernel, reference) =
      rule == "adam"
      ? (table.kernels.adam, loam_reference_adam) : rule == "rms" ? (table.kernels.rms, loam_reference_rms) : (table.kernels.descent, loam_reference_descent)
    let got = run {
      kernel?($0, 0, 500)
      kernel?($0, 500, Int64(count))
    }
    #expect(error(got, run { reference($0) }) < 1e-6)
    #expect(got != start)
  }

  private func power(_ base: Float, _ exponent: Int) -> Float { (0..<exponent).reduce(1) { result, _ in result * base } }

  @Test(arguments: Table.all)
  func squareSumFindsWhatIsNotFinite(_ table: Table) {
    var numbers = [Float](repeating: 2, count: 37)
    #expect(table.kernels.square_sum(numbers, 37) == 148)
    numbers[36] = .nan
    #expect(table.kernels.square_sum(numbers, 37).isNaN)
    numbers[36] = .infinity
    #expect(table.kernels.square_sum(numbers, 37) == .infinity)
  }
}
