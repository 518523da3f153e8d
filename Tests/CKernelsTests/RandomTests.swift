import CKernels
import Testing

@Suite struct RandomTests {
  /// Known answers of Random123's kat_vectors for philox4x32-10.
  @Test func philoxKnownAnswers() {
    var out = [UInt32](repeating: 0, count: 4)
    loam_philox(0, 0, 0, 0, 0, 0, &out)
    #expect(out == [0x6627_e8d5, 0xe169_c58d, 0xbc57_ac4c, 0x9b00_dbd8])
    let ones = UInt32.max
    loam_philox(ones, ones, ones, ones, ones, ones, &out)
    #expect(out == [0x408f_276d, 0x41c8_3b0e, 0xa20b_c7c6, 0x6d54_51fd])
  }

  private func draw(_ table: Table, _ kind: Int, _ count: Int, place: UInt32 = 0, key: [UInt32] = [1, 2, 3], parts: [Int] = []) -> [Float] {
    var result = [Float](repeating: 0, count: count)
    key.withUnsafeBufferPointer { key in
      result.withUnsafeMutableBytes { out in
        var arguments = LoamRandom(type: UInt8(LOAM_F32), kind: UInt8(kind), place: place, key: key.baseAddress, count: Int64(count), output: out.baseAddress)
        var begin = 0
        for end in parts + [count] {
          table.kernels.random(&arguments, Int64(begin), Int64(end))
          begin = end
        }
      }
    }
    return result
  }

  @Test(arguments: Table.all)
  func anElementDependsOnItsPlaceAlone(_ table: Table) {
    for kind in [LOAM_UNIFORM, LOAM_NORMAL] {
      let whole = draw(table, kind, 1000)
      #expect(draw(table, kind, 1000, parts: [1, 3, 64, 65, 777]) == whole)
      #expect(Array(draw(table, kind, 2000).prefix(1000)) == whole)
      #expect(draw(table, kind, 1000, place: 1) != whole)
      #expect(draw(table, kind, 1000, key: [1, 2, 4]) != whole)
      #expect(draw(table, kind, 1000, key: [1, 3, 3]) != whole)
    }
  }

  @Test func fusedSetsAgreeBitForBit() {
    for kind in [LOAM_UNIFORM, LOAM_NORMAL] {
      let results = Table.all.filter(\.isFused).map { draw($0, kind, 4099).map(\.bitPattern) }
      for result in results.dropFirst() { #expect(result == results[0]) }
    }
  }

  @Test(arguments: Table.all)
  func momentsAreRight(_ table: Table) {
    let count = 200_000
    let uniform = draw(table, LOAM_UNIFORM, count)
    #expect(uniform.allSatisfy { $0 >= 0 && $0 < 1 })
    #expect(abs(uniform.reduce(0.0) { $0 + Double($1) } / Double(count) - 0.5) < 0.003)
    let normal = draw(table, LOAM_NORMAL, count).map(Double.init)
    let mean = normal.reduce(0, +) / Double(count)
    let variance = normal.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(count)
    let fourth = normal.reduce(0) { $0 + ($1 - mean) * ($1 - mean) * ($1 - mean) * ($1 - mean) } / Double(count)
    #expect(abs(mean) < 0.01 && abs(variance - 1) < 0.02 && abs(fourth - 3) < 0.1)
    // Neighbours are independent: Box and Muller give pairs.
    let product = zip(normal, normal.dropFirst()).reduce(0) { $0 + $1.0 * $1.1 } / Double(count)
    #expect(abs(product) < 0.01)
  }
}
