import Engine
import Tensors

/// Where random numbers come from now: a key, and a counter of the draws made with it. The draws of
/// a stream are numbered in program order.
package final class RandomStream {
  private let key: RandomKey
  package private(set) var place: UInt32 = 0
  /// The key as the input of drawing operations: given where a plan changes it from step to step.
  private var node: Node?

  package init(key: RandomKey, node: Node? = nil) {
    self.key = key
    self.node = node
  }

  /// The key and place of a draw that Swift code makes by itself. In a loss it counts as looking at
  /// a value: a replayed plan would draw the same again.
  package func next(_ engine: Engine) -> (key: RandomKey, place: UInt32) {
    engine.noteValueRead()
    return (key, nextDrawIndex())
  }

  private func nextDrawIndex() -> UInt32 {
    defer { place &+= 1 }
    return place
  }

  package func draw(_ kind: RandomSample.Kind, _ type: TensorType, _ engine: Engine) throws -> Node {
    let keyNode: Node
    if let node {
      keyNode = node
    } else {
      keyNode = engine.leaf(try RandomStream.keyTensor(key))
      node = keyNode
    }
    return try engine.apply(RandomSample(kind, drawIndex: nextDrawIndex(), type), [keyNode])
  }

  /// Key low, key high, step: the words that a drawing kernel reads.
  package static func keyTensor(_ key: RandomKey, step: UInt32 = 0) throws -> Tensor {
    try Tensor([Int32(bitPattern: key.low), Int32(bitPattern: key.high), Int32(bitPattern: step)], shape: [3])
  }
}
