import Display
import Testing

@Suite struct HistogramTests {
  @Test func aNumberOnABoundCountsToTheRight() {
    let histogram = Histogram([0, 0.25, 0.5, 0.5, 0.99, 1], bins: 2)
    #expect(histogram.counts == [2, 4])
    #expect(histogram.centres == [0.25, 0.75] && histogram.width == 0.5)
  }

  @Test func wholeNumbersHaveABarEach() {
    let histogram = Histogram([3, 5, 5, 7], bins: nil)
    #expect(histogram.counts == [1, 0, 2, 0, 1])
    #expect(histogram.centres == [3, 4, 5, 6, 7] && histogram.width == 1)
    #expect(Histogram([0, 1_000_000], bins: nil).counts.reduce(0, +) == 2)
  }

  @Test func everyNumberIsCountedOnce() {
    for numbers in [[4.5], [2.5, 2.5, 2.5], [0, Double.leastNonzeroMagnitude], [-1.7e308, 0, 1.7e308], (0..<1000).map { Double($0) / 7 }, [1, 1.0.nextUp]] {
      for bins in [nil, 1, 7, 1000] {
        let histogram = Histogram(numbers, bins: bins)
        #expect(histogram.counts.reduce(0, +) == numbers.count)
        #expect(histogram.width > 0 && histogram.centres.allSatisfy(\.isFinite))
      }
    }
  }
}
