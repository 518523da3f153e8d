import CKernels
import Glibc
import Testing

@Suite struct ElementwiseTests {
  /// Runs one operation on contiguous floats.
  private func apply(_ table: Table, _ op: Int, _ x: [Float], _ y: [Float], reference: Bool = false) -> [Float] {
    var result = [Float](repeating: 0, count: x.count)
    x.withUnsafeBufferPointer { x in
      y.withUnsafeBufferPointer { y in
        result.withUnsafeMutableBufferPointer { out in
          var program = LoamElementwise()
          program.compute = UInt8(LOAM_F32)
          program.output_type = UInt8(LOAM_F32)
          program.rank = 1
          program.dims.0 = Int64(x.count)
          program.input_count = 2
          program.inputs.0.data = UnsafeRawPointer(x.baseAddress)
          program.inputs.1.data = UnsafeRawPointer(y.baseAddress)
          program.code_count = 1
          program.code.0 = LoamInstruction(op: UInt8(op), d: 2, a: 0, b: 1, c: 0, keep: 0, value: 0)
          program.result = 2
          program.output = UnsafeMutableRawPointer(out.baseAddress)
          if reference { loam_reference_elementwise(&program) } else { table.kernels.elementwise(&program, 0, Int64(x.count)) }
        }
      }
    }
    return result
  }

  private static let arithmetic = [
    LOAM_OP_ADD, LOAM_OP_SUBTRACT, LOAM_OP_MULTIPLY, LOAM_OP_DIVIDE, LOAM_OP_MINIMUM, LOAM_OP_MAXIMUM, LOAM_OP_EQUAL, LOAM_OP_NOT_EQUAL,
    LOAM_OP_LESS, LOAM_OP_LESS_EQUAL, LOAM_OP_AND, LOAM_OP_OR, LOAM_OP_NEGATE, LOAM_OP_ABSOLUTE, LOAM_OP_SIGN, LOAM_OP_NOT, LOAM_OP_SQUARE,
    LOAM_OP_SQUARE_ROOT, LOAM_OP_RECIPROCAL, LOAM_OP_RELU, LOAM_OP_FLOOR, LOAM_OP_CEIL, LOAM_OP_ROUND, LOAM_OP_IS_FINITE,
    LOAM_OP_MASKED_MULTIPLY, LOAM_OP_MASKED_DIVIDE,
  ]

  /// Rounded once from double these are exact, so every bit must agree, NaN and infinities too.
  @Test(arguments: Table.all)
  func arithmeticIsExact(_ table: Table) {
    var numbers = Numbers(4)
    let special: [Float] = [0, -0.0, 1, -1, .infinity, -.infinity, .nan, Float.leastNonzeroMagnitude, 3.4e38, 0.5, 2.5, -2.5]
    for count in [1, 5, 511, 512, 513, 1300] {
      let x = Array((special + numbers.floats(count, scale: 10)).prefix(count))
      let y = Array((special.reversed() + numbers.floats(count, scale: 10)).prefix(count))
      for op in Self.arithmetic {
        let (got, want) = (apply(table, op, x, y), apply(table, op, x, y, reference: true))
        let same = zip(got, want).allSatisfy { $0 == $1 || ($0.isNaN && $1.isNaN) }
        #expect(same, "operation \(op), \(count) elements")
      }
    }
  }

  /// Error in units of the last place over the whole range, against the C library in double.
  @Test(arguments: Table.all)
  func transcendentalsAreNearlyExact(_ table: Table) {
    typealias Case = (op: Int, function: (Double) -> Double, low: Double, high: Double, ulps: Double)
    let cases: [Case] = [
      (LOAM_OP_EXP, { exp($0) }, -87, 88.7, 1.5), (LOAM_OP_LOG, { log($0) }, 1e-30, 1e30, 1.5),
      (LOAM_OP_LOG1P, { log1p($0) }, -0.9, 100, 3), (LOAM_OP_TANH, { tanh($0) }, -12, 12, 2.5), (LOAM_OP_TANH, { tanh($0) }, 1e-38, 12, 2.5),
      (LOAM_OP_SIGMOID, { 1 / (1 + exp(-$0)) }, -80, 80, 4), (LOAM_OP_SOFTPLUS, { max($0, 0) + log1p(exp(-abs($0))) }, -80, 80, 4),
      (LOAM_OP_ERF, { erf($0) }, -4.5, 4.5, 1.5), (LOAM_OP_ERF, { erf($0) }, 1e-38, 4.5, 1.5),
    ]
    for item in cases {
      let count = 100_001
      let x = (0..<count).map { index -> Float in
        let part = Double(index) / Double(count - 1)
        // Logarithmic where the range spans decades.
        return Float(item.low > 0 ? item.low * pow(item.high / item.low, part) : item.low + (item.high - item.low) * part)
      }
      let got = apply(table, item.op, x, x)
      var worst = 0.0
      for (x, y) in zip(x, got) {
        let want = item.function(Double(x))
        worst = max(worst, abs(Double(y) - want) / Double(max(Float(abs(want)).ulp, Float.leastNormalMagnitude)))
      }
      #expect(worst <= item.ulps, "operation \(item.op): \(worst) ULP")
    }
  }

  @Test(arguments: Table.all)
  func extremesOfTranscendentals(_ table: Table) {
    #expect(apply(table, LOAM_OP_EXP, [1000, -1000, 0], [0, 0, 0]) == [.infinity, 0, 1])
    let logs = apply(table, LOAM_OP_LOG, [0, -1, .infinity, 1], [0, 0, 0, 0])
    #expect(logs[0] == -.infinity && logs[1].isNaN && logs[2] == .infinity && logs[3] == 0)
    #expect(apply(table, LOAM_OP_TANH, [100, -100, 0], [0, 0, 0]) == [1, -1, 0])
    #expect(apply(table, LOAM_OP_SIGMOID, [200, -200], [0, 0])[0] == 1)
    #expect(apply(table, LOAM_OP_ERF, [.infinity, -.infinity, -0.0], [0, 0, 0]) == [1, -1, 0])
    for op in [LOAM_OP_EXP, LOAM_OP_LOG, LOAM_OP_LOG1P, LOAM_OP_TANH, LOAM_OP_SIGMOID, LOAM_OP_SOFTPLUS, LOAM_OP_ERF] {
      #expect(apply(table, op, [.nan], [0])[0].isNaN)
    }
  }

  /// Zero hides whatever the other operand is.
  @Test(arguments: Table.all)
  func zeroMasks(_ table: Table) {
    let (x, y): ([Float], [Float]) = ([0, -0.0, .nan, .infinity, 2, 3], [.infinity, .nan, 0, 0, .infinity, 4])
    #expect(apply(table, LOAM_OP_MASKED_MULTIPLY, x, y) == [0, 0, 0, 0, .infinity, 12])
    #expect(apply(table, LOAM_OP_MASKED_DIVIDE, [0, 0, 3, 6], [0, .nan, 0, 2]) == [0, 0, .infinity, 3])
  }

  @Test func fusedSetsAgreeBitForBit() {
    var numbers = Numbers(5)
    let (x, y) = (numbers.floats(5000, scale: 20), numbers.floats(5000, scale: 3))
    let ops = Self.arithmetic + [LOAM_OP_EXP, LOAM_OP_LOG, LOAM_OP_LOG1P, LOAM_OP_TANH, LOAM_OP_SIGMOID, LOAM_OP_SOFTPLUS, LOAM_OP_ERF]
    let fused = Table.all.filter(\.isFused)
    for op in ops {
      let results = fused.map { apply($0, op, x, y).map { $0.isNaN ? 0 : $0.bitPattern } }
      for result in results.dropFirst() { #expect(result == results[0], "operation \(op)") }
    }
  }
}
