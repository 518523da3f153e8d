import Testing
import Training

@Suite struct SparklineTests {
  private func line(_ values: [Double]) -> String {
    var line = Sparkline()
    for value in values { line.add(value) }
    return line.text
  }

  @Test func fromTheLeastToTheGreatest() {
    #expect(line([0, 1, 2, 3, 4, 5, 6, 7]) == "▁▂▃▄▅▆▇█")
    #expect(line([3, 3]) == "")
    #expect(line([]) == "")
    #expect(line([1, .nan, 0]) == "█!▁")
  }

  /// However long, it stays short and shows the whole way.
  @Test func aLongWayIsJoined() {
    let text = line((0..<10_000).map { Double(10_000 - $0) })
    #expect(text.count == 24)
    #expect(text.first == "█")
    #expect(text.last == "▁")
    #expect(Array(text) == text.sorted().reversed())
  }
}
