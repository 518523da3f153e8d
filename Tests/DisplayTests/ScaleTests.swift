import Display
import Testing

/// Axes: ticks at nice numbers, whatever the numbers are.
@Suite struct ScaleTests {
  private func texts(_ low: Double, _ high: Double, count: Int = 5, isWhole: Bool = false, endsAtTicks: Bool = false) -> [String] {
    Scale(Extent(low, high), count: count, isWhole: isWhole, endsAtTicks: endsAtTicks).ticks.map(\.text)
  }

  @Test func ticksAreNice() {
    #expect(texts(0, 1) == ["0.0", "0.2", "0.4", "0.6", "0.8", "1.0"])
    #expect(texts(0.35, 1.95, endsAtTicks: true) == ["0.0", "0.5", "1.0", "1.5", "2.0"])
    #expect(texts(-3.2, 7) == ["-2", "0", "2", "4", "6"])
    #expect(texts(1, 20, isWhole: true) == ["5", "10", "15", "20"])
    #expect(texts(1, 2, isWhole: true) == ["1", "2"])
    #expect(texts(0, 90000) == ["0", "20000", "40000", "60000", "80000"])
    #expect(texts(0, 5e6) == ["0", "1e6", "2e6", "3e6", "4e6", "5e6"])
    #expect(texts(0, 2.5e-7, count: 3) == ["0", "1e-7", "2e-7"])
    #expect(texts(1.2e9, 1.22e9, count: 3) == ["1.2e9", "1.205e9", "1.21e9", "1.215e9", "1.22e9"])
  }

  @Test func equalNumbersStandInTheMiddle() {
    #expect(texts(3, 3, isWhole: true) == ["2", "3", "4"])
    for value in [0, 1, -7.5, 1e-300, .leastNonzeroMagnitude, 1e300, -1.6e308] {
      let scale = Scale(Extent(value, value), count: 5)
      #expect(abs(scale.position(value) - 0.5) < 0.3, "\(value)")
      #expect(!scale.ticks.isEmpty)
    }
  }

  /// From the smallest to the largest that there is, ticks are few, rise, and lie on the axis.
  @Test func noNumbersAreTooLargeOrTooClose() {
    let ends = [
      0, .leastNonzeroMagnitude, Double.leastNormalMagnitude / 4, 1e-290, 1e-9, 1, 1.0.nextUp, 1e15, 1e15 + 1, 1e16, 1e200, 1.7e308,
      Double.greatestFiniteMagnitude,
    ]
    for low in ends + ends.map({ -$0 }) {
      for high in ends where high >= low {
        for (isWhole, endsAtTicks) in [(false, false), (true, false), (false, true), (true, true)] {
          let scale = Scale(Extent(low, high), count: 6, isWhole: isWhole, endsAtTicks: endsAtTicks)
          #expect(scale.ticks.count <= 20)
          #expect(zip(scale.ticks, scale.ticks.dropFirst()).allSatisfy { $0.value < $1.value }, "\(low) \(high)")
          for value in scale.ticks.map(\.value) + [low, high] {
            #expect((-1e-6...1 + 1e-6).contains(scale.position(value)), "\(value) on \(low)...\(high)")
          }
        }
      }
    }
  }

  @Test func whatIsNotFiniteDoesNotCount() {
    #expect(Extent([Double.nan, 1, .infinity, 4]).map { [$0.low, $0.high] } == [1, 4])
    #expect(Extent([Double.nan]) == nil)
    #expect(Scale(nil, count: 5).ticks.first?.text == "0.0")
  }
}
