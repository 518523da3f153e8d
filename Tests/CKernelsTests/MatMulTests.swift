import CKernels
import Testing

@Suite struct MatMulTests {
  static let shapes: [(m: Int, n: Int, k: Int)] = [
    (1, 1, 1), (1, 1, 0), (3, 5, 7), (8, 48, 16), (9, 49, 17), (64, 400, 784), (13, 1, 300), (1, 130, 5), (7, 96, 2100),
    // Rows that share cache sets, many rows, blocks of k and of columns, too much for one turn.
    (50, 1, 37), (1, 45, 70), (1, 5000, 9), (19, 21, 1), (33, 256, 300), (201, 70, 40), (300, 500, 530), (193, 1, 1), (40, 17, 9000),
  ]

  /// Two matrices after another, laid out as the flags ask: the same numbers in every layout.
  private struct Operands {
    let (m, n, k): (Int, Int, Int)
    let a, b: [Float]

    init(_ numbers: inout Numbers, _ shape: (m: Int, n: Int, k: Int)) {
      (m, n, k) = shape
      (a, b) = (numbers.floats(2 * m * k), numbers.floats(2 * k * n))
    }

    private static func turned(_ matrices: [Float], _ rows: Int, _ columns: Int) -> [Float] {
      (0..<2 * rows * columns).map { index in
        let (which, row, column) = (index / (rows * columns), index % rows, index / rows % columns)
        return matrices[which * rows * columns + row * columns + column]
      }
    }

    /// Gives the product to `body`, its result as bits.
    func result(_ turnA: Bool, _ turnB: Bool, _ body: (inout LoamMatMul) -> Void) -> [Float] {
      let (left, right) = (turnA ? Operands.turned(a, m, k) : a, turnB ? Operands.turned(b, k, n) : b)
      var c = [Float](repeating: .nan, count: 2 * m * n)
      left.withUnsafeBufferPointer { left in
        right.withUnsafeBufferPointer { right in
          c.withUnsafeMutableBufferPointer { c in
            var product = LoamMatMul(
              type: UInt8(LOAM_F32), transpose_a: turnA ? 1 : 0, transpose_b: turnB ? 1 : 0, batch: 2, m: Int64(m), n: Int64(n), k: Int64(k),
              stride_a: Int64(m * k), stride_b: Int64(k * n), a: left.baseAddress, b: right.baseAddress, c: c.baseAddress)
            body(&product)
          }
        }
      }
      return c
    }

    func result(_ table: Table, _ turnA: Bool, _ turnB: Bool, inPieces: Bool = false) -> [Float] {
      result(turnA, turnB) { product in
        let units = table.kernels.matmul_units(&product)
        let scratch = Scratch(table.kernels.matmul_scratch(&product))
        guard inPieces else { return table.kernels.matmul(&product, 0, units, scratch.bytes) }
        for unit in 0..<units { table.kernels.matmul(&product, unit, unit + 1, scratch.bytes) }
      }
    }
  }

  @Test(arguments: Table.all, [(false, false), (false, true), (true, false), (true, true)])
  func agreesWithTheReference(_ table: Table, _ turns: (a: Bool, b: Bool)) {
    var numbers = Numbers(1)
    for shape in Self.shapes {
      let operands = Operands(&numbers, shape)
      let reference = operands.result(turns.a, turns.b) { loam_reference_matmul(&$0) }
      let got = operands.result(table, turns.a, turns.b)
      #expect(error(got, reference) < 1e-6 * Double(max(shape.k, 1)).squareRoot() + 1e-7, "\(shape)")
    }
  }

  /// Every element is one chain over k: whatever the layout, the way, the split, and the instruction set.
  @Test func allWaysAgreeBitForBit() {
    var numbers = Numbers(2)
    for shape in Self.shapes {
      let operands = Operands(&numbers, shape)
      for tables in [Table.all.filter(\.isFused), Table.all.filter { !$0.isFused }] where !tables.isEmpty {
        let expected = operands.result(tables[0], false, false).map(\.bitPattern)
        for table in tables {
          for (a, b) in [(false, false), (false, true), (true, false), (true, true)] {
            #expect(operands.result(table, a, b).map(\.bitPattern) == expected, "\(table) \(shape) \(a) \(b)")
            #expect(operands.result(table, a, b, inPieces: true).map(\.bitPattern) == expected, "\(table) \(shape) \(a) \(b), in pieces")
          }
        }
      }
    }
  }
}
