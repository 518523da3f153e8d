import Engine
import Tensors

/// A source of random numbers: a key, and a counter of the draws made with it, in program order.
package final class RandomStream {
  private let key: RandomKey
  package private(set) var place: UInt32 = 0
  /// The key as an input of random operations; passed in if a plan changes it from step to step.
  private var node: Node?

  package init(key: RandomKey, node: Node? = nil) {
    self.key = key
    self.node = node
  }

  /// The key and counter of a draw in Swift code. In a loss it counts as reading a value, since a replayed plan would draw
  /// the same numbers again.
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

  /// The input of random kernels: key low, key high, step.
  package static func keyTensor(_ key: RandomKey, step: UInt32 = 0) throws -> Tensor {
    try Tensor([Int32(bitPattern: key.low), Int32(bitPattern: key.high), Int32(bitPattern: step)], shape: [3])
  }
}
