import CKernels
import Testing

@Suite struct ReductionTests {
  @Test(arguments: Table.all)
  func agreesWithTheReference(_ table: Table) {
    var numbers = Numbers(6)
    for (outer, count, inner) in [(1, 1, 1), (3, 5, 7), (2, 4097, 1), (1, 10_000, 1), (4, 64, 33), (1, 100, 1000), (5, 1, 3)] {
      let x = numbers.floats(outer * count * inner, scale: 2)
      for kind in [LOAM_SUM, LOAM_MAX, LOAM_MIN, LOAM_ARGMAX, LOAM_ARGMIN] {
        let isPosition = kind >= LOAM_ARGMAX
        let (got, want) = (reduce(table, x, kind, outer, count, inner), reduce(nil, x, kind, outer, count, inner))
        if isPosition || kind != LOAM_SUM {
          #expect(got == want, "kind \(kind) of [\(outer), \(count), \(inner)]")
        } else {
          #expect(error(got, want) < 2e-5, "sum of [\(outer), \(count), \(inner)]")
        }
      }
    }
  }

  @Test(arguments: Table.all)
  func nothingAndNaN(_ table: Table) {
    #expect(reduce(table, [], LOAM_SUM, 2, 0, 1) == [0, 0])
    #expect(reduce(table, [1, .nan, 3], LOAM_MAX, 1, 3, 1)[0].isNaN)
    #expect(reduce(table, [1, .nan, 3], LOAM_ARGMAX, 1, 3, 1) == [1])
  }

  /// Sums keep their lanes and chunks on every machine, so all sets agree bit for bit.
  @Test func allSetsAgreeBitForBit() {
    var numbers = Numbers(7)
    let x = numbers.floats(3 * 9001)
    let results = Table.all.map { reduce($0, x, LOAM_SUM, 3, 9001, 1).map(\.bitPattern) }
    for result in results.dropFirst() { #expect(result == results[0]) }
  }

  private func reduce(_ table: Table?, _ x: [Float], _ kind: Int, _ outer: Int, _ count: Int, _ inner: Int) -> [Float] {
    var floats = [Float](repeating: 0, count: outer * inner)
    var positions = [Int32](repeating: 0, count: outer * inner)
    x.withUnsafeBufferPointer { x in
      floats.withUnsafeMutableBytes { floats in
        positions.withUnsafeMutableBytes { positions in
          var arguments = LoamReduction()
          (arguments.type, arguments.kind, arguments.outer) = (UInt8(LOAM_F32), UInt8(kind), Int64(outer))
          (arguments.count, arguments.inner, arguments.input) = (Int64(count), Int64(inner), UnsafeRawPointer(x.baseAddress))
          arguments.output = kind >= LOAM_ARGMAX ? positions.baseAddress : floats.baseAddress
          guard let table else { return loam_reference_reduce(&arguments) }
          guard kind < LOAM_ARGMAX else { return table.kernels.reduce(&arguments, 0, Int64(outer * inner)) }
          let chunks = table.kernels.reduce_chunks(&arguments)
          let scratch = Scratch(chunks * Int64(outer * inner) * 4)
          arguments.partial = scratch.bytes
          // In pieces, as threads would.
          for unit in 0..<Int64(outer) * chunks { table.kernels.reduce(&arguments, unit, unit + 1) }
          if chunks > 1 { for unit in 0..<Int64(outer) { table.kernels.reduce_fold(&arguments, unit, unit + 1) } }
        }
      }
    }
    return kind >= LOAM_ARGMAX ? positions.map { Float($0) } : floats
  }
}
