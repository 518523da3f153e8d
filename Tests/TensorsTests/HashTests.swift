import Tensors
import Testing

/// Hashes that are kept in files: the same in every run and on every machine.
@Suite struct HashTests {
  @Test func theyAreWhatTheyWere() {
    #expect(Hash64().value == 0x9E37_79B9_7F4A_7C15)
    var hash = Hash64()
    hash.combine(0)
    #expect(hash.value == 0x9E37_79B9_7F4A_7C15)
    #expect(Hash64.of("loam") == 0xD1E3_49ED_7EC3_63B6)
    #expect(Hash128.of("loam").text == "d1e349ed7ec363b671ffb79a107206b6")
  }

  @Test func orderLengthAndEveryByteCount() {
    func of(_ bytes: [UInt8]) -> Hash128 {
      var hash = Hash128()
      bytes.withUnsafeBytes { hash.combine($0) }
      return hash
    }
    let bytes = (0..<77).map { UInt8($0) }
    var seen: Set<Hash128> = [of(bytes)]
    for index in bytes.indices {
      var changed = bytes
      changed[index] ^= 1
      #expect(seen.insert(of(changed)).inserted && seen.insert(of(Array(bytes[..<index]))).inserted)
    }
    #expect(of([0]) != of([0, 0]) && Hash64.of("ab") != Hash64.of("ba"))
  }

  /// Half of the bits change with one of the input's, more or less.
  @Test func oneBitChangesHalfOfThem() {
    var changed = 0
    for bit in 0..<64 {
      var (a, b) = (Hash64(), Hash64())
      a.combine(12345)
      b.combine(12345 ^ (1 << UInt64(bit)))
      changed += (a.value ^ b.value).nonzeroBitCount
    }
    #expect((28.0...36.0).contains(Double(changed) / 64))
  }

  @Test func aTensorIsItsTypeAndItsNumbers() throws {
    func of(_ tensor: Tensor) -> Hash128 {
      var hash = Hash128()
      hash.combine(tensor)
      return hash
    }
    let tensor = try Tensor([Float](arrayLiteral: 1, 2, 3, 4), shape: [4])
    #expect(of(tensor) == of(try Tensor([Float](arrayLiteral: 1, 2, 3, 4), shape: [4])))
    #expect(of(tensor) != of(tensor.reshaped([2, 2])))
    #expect(of(tensor) != of(try Tensor([Float](arrayLiteral: 1, 2, 3, 5), shape: [4])))
  }
}
