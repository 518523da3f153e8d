import Engine
import Testing

/// Random numbers as a function of a key and a place.
@Suite struct RandomKeyTests {
  @Test func aKeyIsItsParts() {
    #expect(RandomKey(1, 2) == RandomKey(1, 2) && RandomKey(1, 2) != RandomKey(2, 1) && RandomKey(1) != RandomKey(1, 0))
    #expect(RandomKey(bits: 0x0123_4567_89AB_CDEF).low == 0x89AB_CDEF && RandomKey(bits: 0x0123_4567_89AB_CDEF).high == 0x0123_4567)
  }

  /// The first known answer of Random123's kat_vectors for philox4x32-10.
  @Test func wordsAreThoseOfPhilox() {
    #expect(RandomKey(bits: 0).words(0, 0, 0, 0) == (0x6627_e8d5, 0xe169_c58d, 0xbc57_ac4c, 0x9b00_dbd8))
  }

  @Test func numbersStayInTheirRange() {
    let key = RandomKey(7)
    let numbers = (0..<10_000).map { key.uniform(UInt32($0)) }
    #expect(numbers.allSatisfy { (0..<1).contains($0) } && abs(numbers.reduce(0, +) / 10_000 - 0.5) < 0.02)
    for count in [1, 2, 3, 1000] {
      let integers = (0..<2000).map { key.integer(below: count, UInt32($0)) }
      #expect(integers.allSatisfy { (0..<count).contains($0) } && (count > 3 || Set(integers).count == count))
    }
  }

  @Test func aPermutationHoldsEachNumberOnce() {
    for count in [0, 1, 2, 5, 1000] { #expect(RandomKey(3).permutation(count).sorted() == (0..<Int32(count)).map { $0 }) }
    #expect(RandomKey(3).permutation(100) == RandomKey(3).permutation(100) && RandomKey(3).permutation(100) != RandomKey(4).permutation(100))
  }
}
