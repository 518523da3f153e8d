import CKernels
import Testing

@Suite struct OptimiserTests {
  @Test(arguments: Table.all)
  func adamAgreesWithTheReference(_ table: Table) {
    var numbers = Numbers(8)
    let count = 1003
    let gradient = numbers.floats(count, scale: 0.1)
    let start = numbers.floats(count)
    func run(_ step: (UnsafeMutablePointer<LoamAdam>) -> Void) -> [Float] {
      var (p, m, v) = (start, [Float](repeating: 0, count: count), [Float](repeating: 0, count: count))
      gradient.withUnsafeBufferPointer { g in
        p.withUnsafeMutableBufferPointer { p in
          m.withUnsafeMutableBufferPointer { m in
            v.withUnsafeMutableBufferPointer { v in
              for t in 1...5 {
                var arguments = LoamAdam(
                  count: Int64(count), parameters: p.baseAddress, gradients: g.baseAddress, first: m.baseAddress, second: v.baseAddress,
                  rate: 1e-3, beta1: 0.9, beta2: 0.999, epsilon: 1e-8, decay: 0.01, correction1: 1 - power(0.9, t), correction2: 1 - power(0.999, t))
                step(&arguments)
              }
            }
          }
        }
      }
      return p
    }
    let got = run {
      table.kernels.adam($0, 0, 500); table.kernels.adam($0, 500, Int64(count))
    }
    #expect(error(got, run { loam_reference_adam($0) }) < 1e-6)
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
