import Testing

@testable import Tables

@Suite("Numbers below each other") struct NumberStyleTests {
  @Test(arguments: [
    ([39.1, 18, 40.25], ["39.10", "18.00", "40.25"]), ([3750, 3800], ["3750", "3800"]), ([0, -0.0], ["0", "0"]),
    ([43.921930, 0.5], ["43.92", "0.50"]), ([1_234_567.891, 2.5], ["1234567.9", "2.5"]),
    // A small number among larger ones does not widen the column.
    ([39.1, 39.5, 1e-9], ["39.1", "39.5", "1e-09"]), ([100, 200, 0.01234], ["100.000", "200.000", "0.012"]),
    ([0.00037, 0.0111], ["0.00037", "0.01110"]), ([-0.25, 1e20], ["-0.25", "1e+20"]),
    ([1.5e300, -4.94e-324], ["1.5e+300", "-4.941e-324"]), ([999_999_999_999_999, 1e15], ["999999999999999", "1e+15"]),
    ([9.99996, 1], ["10", "1"]), ([], []),
  ])
  func texts(numbers: [Double], texts: [String]) {
    let style = NumberStyle(numbers)
    #expect(numbers.map { style.text($0) } == texts)
  }

  @Test func sortedAsByTheStandardLibrary() {
    var state: UInt64 = 5
    let numbers = (0..<5_000).map { _ -> Double in
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      let number = Double(bitPattern: state)
      return number.isFinite ? number : -0.0
    }
    #expect(SortedValues.sorted(numbers) == numbers.sorted())
    let wholes = numbers.map { Int(bitPattern: UInt($0.bitPattern)) } + [.min, .max, 0, -1]
    #expect(SortedValues.sorted(wholes) == wholes.sorted())
    #expect(SortedValues.sorted([3, -1, 2]) == [-1, 2, 3])
  }
}
