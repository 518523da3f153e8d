import DataSets
import Diagnostics
import Engine
import Images
import Tensors
import Testing

@Suite struct DataSetTests {
  private func set(_ count: Int = 6) throws -> DataSet {
    let images = try Tensor(dtype: .u8, shape: [count, 8, 8, 1]) { Double(($0 * 7) % 256) }
    return try DataSet(.dense(images), labels: (0..<Int32(count)).map { $0 % 3 }, names: ["a", "b", "c"])
  }

  private let turn = RecipeStep(.rotate(.uniform(-20, 20), about: .spot(.center)), key: RandomKey(bits: 9), place: 0)
  private let cut = RecipeStep(.crop(height: 5, width: 5, at: .random), key: RandomKey(bits: 9), place: 1)

  private func bits(_ tensor: Tensor) -> [UInt32] { (0..<tensor.count).map { Float(tensor[$0]).bitPattern } }

  @Test func copiesCarryTheirLabels() throws {
    let grown = try set().applying([turn], copies: 4)
    #expect(grown.count == 24 && grown.labels?.prefix(8) == [0, 0, 0, 0, 1, 1, 1, 1])
    let engine = Engine(threads: 1)
    let images = try grown.images(engine)
    // The four copies of one image are turned differently.
    let first = bits(images.rows(0..<1)), second = bits(images.rows(1..<2))
    #expect(first != second)
  }

  @Test func originalsCanStay() throws {
    let engine = Engine(threads: 1)
    let kept = try set().applying([turn], copies: 2, keep: true)
    #expect(kept.count == 18)
    #expect(bits(try kept.images(engine).rows(3..<4)) == bits(try set().images(engine).rows(1..<2)))
  }

  /// Early or late, whole or in part, with any number of threads: the same pixels.
  @Test func nobodyCanTellWhenItWasComputed() throws {
    let whole = try set().applying([turn], copies: 3).applying([cut]).images(Engine(threads: 1))
    let threaded = try set().applying([turn], copies: 3).applying([cut]).images(Engine(threads: 4))
    #expect(bits(whole) == bits(threaded))
    let part = try set().applying([turn], copies: 3).applying([cut]).selecting([4, 9])
    let pixels = try part.images(Engine(threads: 1))
    #expect(bits(pixels.rows(0..<1)) == bits(whole.rows(4..<5)))
    #expect(bits(pixels.rows(1..<2)) == bits(whole.rows(9..<10)))
  }

  @Test func slicesKeepLabels() throws {
    let part = try set().selecting([5, 0])
    #expect(part.count == 2 && part.labels == [2, 0])
  }

  @Test func countsMustAgree() throws {
    let images = try Tensor(dtype: .u8, shape: [2, 4, 4, 1]) { _ in 0 }
    let fault = try #require(throws: Fault.self) { try DataSet(.dense(images), labels: [1]) }
    #expect(fault.diagnostic.message.contains("2") && fault.diagnostic.message.contains("1"))
  }
}
