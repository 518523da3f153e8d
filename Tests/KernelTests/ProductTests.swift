import CKernels
import Testing

@Suite struct ProductTests {
  static let shapes: [(m: Int, n: Int, k: Int)] = [
    (1, 1, 1), (1, 1, 0), (3, 5, 7), (8, 48, 16), (9, 49, 17), (64, 400, 784), (13, 1, 300), (1, 130, 5), (7, 96, 2100),
  ]

  @Test(arguments: Table.all, [false, true])
  func agreesWithTheReference(_ table: Table, _ transposed: Bool) {
    var numbers = Numbers(1)
    for (m, n, k) in Self.shapes {
      let (a, b) = (numbers.floats(2 * m * k), numbers.floats(2 * k * n))
      var (c, reference) = ([Float](repeating: .nan, count: 2 * m * n), [Float](repeating: 0, count: 2 * m * n))
      run(table, a, b, &c, m, n, k, transposed, LOAM_F32) {
        loam_reference_product($0)
      } reference: {
        reference = $0
      }
      #expect(error(c, reference) < 1e-6 * Double(max(k, 1)).squareRoot() + 1e-7, "\(m)×\(n)×\(k)")
    }
  }

  /// Every element is one chain over k, whatever the tile and the instruction set.
  @Test func fusedSetsAgreeBitForBit() {
    let fused = Table.all.filter(\.isFused)
    var numbers = Numbers(2)
    for (m, n, k) in Self.shapes {
      let (a, b) = (numbers.floats(2 * m * k), numbers.floats(2 * k * n))
      for transposed in [false, true] {
        let results = fused.map { table -> [UInt32] in
          var c = [Float](repeating: 0, count: 2 * m * n)
          run(table, a, b, &c, m, n, k, transposed, LOAM_F32) { _ in
          } reference: { _ in
          }
          return c.map(\.bitPattern)
        }
        for result in results.dropFirst() { #expect(result == results[0], "\(m)×\(n)×\(k)") }
      }
    }
  }

  /// Rows computed apart are the rows computed together: threads change nothing.
  @Test(arguments: Table.all)
  func splittingChangesNothing(_ table: Table) {
    var numbers = Numbers(3)
    let (m, n, k) = (37, 53, 29)
    let (a, b) = (numbers.floats(m * k), numbers.floats(k * n))
    var (whole, parts) = ([Float](repeating: 0, count: m * n), [Float](repeating: 0, count: m * n))
    a.withUnsafeBufferPointer { a in
      b.withUnsafeBufferPointer { b in
        whole.withUnsafeMutableBufferPointer { c in
          var product = Self.product(a, b, c, m, n, k, false, batch: 1)
          table.kernels.product(&product, 0, Int64(m))
        }
        parts.withUnsafeMutableBufferPointer { c in
          var product = Self.product(a, b, c, m, n, k, false, batch: 1)
          for (begin, end) in [(0, 5), (5, 6), (6, 30), (30, 37)] { table.kernels.product(&product, Int64(begin), Int64(end)) }
        }
      }
    }
    #expect(whole.map(\.bitPattern) == parts.map(\.bitPattern))
  }

  private static func product(
    _ a: UnsafeBufferPointer<Float>, _ b: UnsafeBufferPointer<Float>, _ c: UnsafeMutableBufferPointer<Float>, _ m: Int, _ n: Int, _ k: Int,
    _ transposed: Bool, batch: Int
  ) -> LoamProduct {
    LoamProduct(
      type: UInt8(LOAM_F32), transpose_a: transposed ? 1 : 0, transpose_b: transposed ? 1 : 0, batch: Int64(batch), m: Int64(m), n: Int64(n),
      k: Int64(k), stride_a: Int64(m * k), stride_b: Int64(k * n), a: a.baseAddress, b: b.baseAddress, c: c.baseAddress)
  }

  /// A batch of two; `oracle` runs the reference on the same arguments.
  private func run(
    _ table: Table, _ a: [Float], _ b: [Float], _ c: inout [Float], _ m: Int, _ n: Int, _ k: Int, _ transposed: Bool, _ type: Int,
    oracle: (UnsafePointer<LoamProduct>) -> Void, reference: ([Float]) -> Void
  ) {
    var expected = c
    a.withUnsafeBufferPointer { a in
      b.withUnsafeBufferPointer { b in
        c.withUnsafeMutableBufferPointer { c in
          var product = Self.product(a, b, c, m, n, k, transposed, batch: 2)
          table.kernels.product(&product, 0, Int64(2 * m))
        }
        expected.withUnsafeMutableBufferPointer { c in
          var product = Self.product(a, b, c, m, n, k, transposed, batch: 2)
          oracle(&product)
        }
      }
    }
    reference(expected)
  }
}
