import Diagnostics
import Effects
import Testing

@Suite struct CancellationTests {
  @Test func requestsAreCountedUntilTheyAreCleared() throws {
    let cancellation = Cancellation.never()
    try cancellation.check()
    cancellation.flag.pointee = 2
    #expect(cancellation.requests == 2 && cancellation.isRequested)
    let fault = #expect(throws: Fault.self) { try cancellation.check() }
    #expect(fault?.diagnostic.id == EffectErrors.interrupted)
    cancellation.clear()
    try cancellation.check()
    #expect(!cancellation.isRequested)
  }
}
