import Diagnostics
import Engine
import Tensors
import Testing

@Suite struct PlanTests {
  private func engine(_ threads: Int = 1) -> Engine { Engine(threads: threads) }

  private func leaf(_ engine: Engine, _ shape: [Int], _ value: (Int) -> Double) throws -> Term {
    engine.term(engine.leaf(try Tensor(dtype: .f32, shape: shape, value)))
  }

  /// Graphs of chance, computed as one plan and one operation at a time: fusion, sharing and the
  /// arena must not change a bit.
  @Test(arguments: 0..<40)
  func aPlanEqualsItsOperationsOneByOne(_ seed: Int) throws {
    func build(_ engine: Engine, eager: Bool) throws -> [Float] {
      var state = UInt64(seed + 1)
      func pick(_ count: Int) -> Int {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return Int(state >> 33) % count
      }
      var terms = try (0..<3).map { which in try leaf(engine, [6, 5]) { Double(($0 * (which + 3)) % 7) / 7 - 0.4 } }
      for _ in 0..<40 {
        let (a, b) = (terms[pick(terms.count)], terms[pick(terms.count)])
        let made: Term
        switch pick(9) {
        case 0: made = try a + b
        case 1: made = try a * b
        case 2: made = try a.applying(.tanh)
        case 3: made = try a.applying(.less, b).select(a, b * 0.5)
        case 4: made = try a.sum([0], keepDims: true).broadcast([6, 5])
        case 5: made = try a.applying(Transpose([1, 0])).reshaped([6, 5])
        case 6: made = try a.matmul(b.applying(Transpose([1, 0]))).matmul(b).applying(.tanh)
        case 7: made = try a.reduce(.max, [1], keepDims: true) - b
        default: made = try (a + 1.5).applying(.sigmoid)
        }
        if eager { _ = try engine.value(made.node) }
        terms.append(made)
      }
      let total = try terms.dropFirst(20).reduce(terms[0]) { try $0 + $1 }
      let value = try engine.value(total.node)
      return (0..<value.count).map { Float(value[$0]) }
    }
    let whole = try build(engine(), eager: false)
    #expect(try build(engine(), eager: true).map(\.bitPattern) == whole.map(\.bitPattern))
    #expect(try build(engine(3), eager: false).map(\.bitPattern) == whole.map(\.bitPattern))
  }

  @Test func equalWorkIsSharedAndChainsAreFused() throws {
    let engine = engine()
    let x = try leaf(engine, [100]) { Double($0) }
    let once = try (x * 2 + 1).applying(.exp)
    let again = try (x * 2 + 1).applying(.exp)
    let sum = try (once + again).sum([0])
    let storage = try Storage(byteCount: 4, describing: "a result")
    let plan = try Plan(stages: [Plan.Stage(outputs: [Plan.Output(node: sum.node, storage: storage, isPrivate: true)])], engine: engine)
    // One kernel for the chain, in which exp stands once, and the sum.
    #expect(plan.stepNames == ["* + exp + sum"])
  }

  @Test func stagesSeeWhatAnUpdateHasChanged() throws {
    let engine = engine()
    let storage = try Storage(byteCount: 64, describing: "a weight")
    storage.bind(Float.self)[0] = 3
    let before = engine.leaf(Tensor(TensorType(.f32, []), storage: storage))
    let after = engine.leaf(Tensor(TensorType(.f32, []), storage: storage))
    let (a, b) = (try Storage(byteCount: 4, describing: "a"), try Storage(byteCount: 4, describing: "b"))
    let first = try engine.term(before).applying(.square)
    let second = try engine.substituting([ObjectIdentifier(before): after], in: [first.node])[0]
    let plan = try Plan(
      stages: [
        Plan.Stage(outputs: [Plan.Output(node: first.node, storage: a, isPrivate: true)]) {
          storage.bind(Float.self)[0] = 5
          return true
        },
        Plan.Stage(outputs: [Plan.Output(node: second, storage: b, isPrivate: true)]),
      ], engine: engine)
    #expect(plan.run())
    #expect(a.bind(Float.self)[0] == 9 && b.bind(Float.self)[0] == 25)
  }

  @Test func shapeFaultsNameTheShapes() throws {
    let engine = engine()
    let (a, b) = (try leaf(engine, [2, 3]) { _ in 0 }, try leaf(engine, [4]) { _ in 0 })
    for build in [{ _ = try a + b }, { _ = try a.matmul(b) }, { _ = try a.applying(Concatenate(axis: 0), b) }] {
      let fault = try #require(throws: Fault.self) { try build() }
      #expect(fault.diagnostic.message.contains("[2, 3]") && fault.diagnostic.message.contains("[4]"))
    }
  }

  @Test func whatNoMachineHoldsIsRefused() throws {
    let engine = engine()
    let x = try leaf(engine, [1]) { _ in 0 }
    #expect(throws: Fault.self) { try engine.value(x.broadcast([1 << 30, 1 << 20]).node) }
    #expect(throws: Fault.self) { try x.broadcast([1 << 40, 1 << 40]) }
  }

  @Test func pendingWorkIsBounded() throws {
    let engine = engine()
    var x = try leaf(engine, [4]) { Double($0) }
    for _ in 0..<50_000 { x = try x + 1 }
    #expect(try engine.value(x.node)[3] == 50_003)
  }

  @Test func emptyAndSingleElements() throws {
    let engine = engine()
    let empty = try leaf(engine, [0, 3]) { _ in 0 }
    #expect(try engine.value((empty * 2 + 1).node).count == 0)
    #expect(try engine.value(empty.sum([0]).node)[2] == 0)
    #expect(throws: Fault.self) { try empty.reduce(.max, [0]) }
    let product = try leaf(engine, [2, 0]) { _ in 0 }.matmul(empty)
    #expect(try engine.value(product.node)[5] == 0)
  }
}
