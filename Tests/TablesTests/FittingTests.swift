import Effects
import Engine
import Tensors
import Testing

@testable import Tables

@Suite("Fitting of mixtures") struct FittingTests {
  private let workers = Workers(Engine(threads: 1))

  @Test func iterationsAreKept() throws {
    let t = try MixtureTests.table(300)
    var seen: [FittingProgress] = []
    let mixture = try TableMixture(fitting: t, components: 2, key: RandomKey(bits: 1), workers: workers) { seen.append($0) }
    #expect(mixture.steps.count == seen.count && (7...30).contains(seen.count))
    #expect(mixture.steps.map(\.logLikelihood) == seen.map(\.logLikelihood) && mixture.steps.allSatisfy { $0.heldOut == nil })
    #expect(zip(mixture.steps, mixture.steps.dropFirst()).allSatisfy { $1.logLikelihood > $0.logLikelihood - 0.01 })
    #expect(seen[1].text.hasPrefix("iteration 2, log-likelihood -"))
  }

  /// The last iteration differs from what is chosen by less than a fitting still gains when it ends.
  @Test func rowsThatAreLeftOutAreMeasured() throws {
    let t = try MixtureTests.table(300)
    var seen: [FittingProgress] = []
    let mixture = try TableMixture(fitting: t, components: nil, key: RandomKey(bits: 1), workers: workers) { seen.append($0) }
    let heldOut = mixture.steps.compactMap(\.heldOut)
    let best = try #require(TableMixture.best(of: mixture.tried))
    #expect(heldOut.count == mixture.steps.count && abs(heldOut[heldOut.count - 1] - best.logLikelihood) < 0.05)
    #expect(heldOut[0] < heldOut[heldOut.count - 1])
    #expect(seen[0].text.hasPrefix("1 component, part 1 of 3, iteration 1, log-likelihood -"))
    #expect(seen.last?.text.hasPrefix("mixture 5 of 5, iteration ") == true)
  }

  @Test func severalRunsAreJoined() {
    let steps = FittingStep.joined([[-4, -2], [-2, -2, -1], []], heldOut: [-5, -3])
    #expect(steps.map(\.logLikelihood) == [-3, -2, -1.5] && steps.map(\.heldOut) == [-5, -3, -3])
    #expect(FittingStep.joined([], heldOut: []).isEmpty)
  }

  /// Ctrl-C ends a fitting in the iteration in which it comes.
  @Test func aFittingCanBeInterrupted() throws {
    let cancellation = Cancellation.never()
    let t = try MixtureTests.table(300)
    var seen = 0
    #expect(throws: Interrupted.self) {
      try TableMixture(fitting: t, components: nil, key: RandomKey(bits: 1), workers: Workers(Engine(threads: 1), cancellation)) { _ in
        seen += 1
        if seen == 3 { cancellation.flag.pointee = 1 }
      }
    }
    #expect(seen == 3)
  }
}
