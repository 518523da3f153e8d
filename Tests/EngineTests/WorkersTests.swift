import Effects
import Engine
import Testing

@Suite struct WorkersTests {
  private struct Failure: Error, Equatable { let index: Int }

  @Test(arguments: [1, 2, 5])
  func everyIndexOnceAndInOrder(_ threads: Int) throws {
    let workers = Workers(Engine(threads: threads))
    for count in [0, 1, 2, 3, 1000] { #expect(try workers.map(count) { $0 * 3 } == (0..<count).map { $0 * 3 }) }
  }

  @Test(arguments: [1, 2, 5])
  func theFirstErrorIsTheOneOfTheLowestIndex(_ threads: Int) throws {
    let workers = Workers(Engine(threads: threads))
    for _ in 0..<20 {
      let failure = #expect(throws: Failure.self) { try workers.forEach(500) { if $0 % 7 == 6 || $0 > 100 { throw Failure(index: $0) } } }
      #expect(failure == Failure(index: 6))
    }
  }

  @Test(arguments: [1, 4])
  func aRequestToStopIsHeard(_ threads: Int) throws {
    let cancellation = Cancellation.never()
    let workers = Workers(Engine(threads: threads), cancellation)
    #expect(throws: Interrupted.self) { try workers.forEach(10_000) { if $0 == 50 { cancellation.flag.pointee = 1 } } }
  }
}
