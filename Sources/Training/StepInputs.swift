import DataSets
import Engine
import Glibc
import Tensors

/// The memory from which the graphs of a training read: a batch of examples, its labels, and the key of its random numbers.
struct StepInputs {
  let images: Storage
  let labels: Storage
  /// u32[3], read by the kernels for random numbers; the third is the number of the step.
  let key: Storage
  private let examples: Examples
  private let engine: Engine

  init(_ examples: Examples, size: Int, _ key: RandomKey, _ engine: Engine) throws {
    self.examples = examples
    self.engine = engine
    images = try Storage(byteCount: size * examples.shape.elementCount * 4, describing: "a batch of \(size) examples")
    labels = try Storage(byteCount: (examples.labelType(size)?.byteCount ?? 4), describing: "the labels of a batch")
    self.key = try Storage(byteCount: 12, describing: "a key")
    let words = self.key.bind(UInt32.self)
    (words[0], words[1], words[2]) = (key.low, key.high, 0)
  }

  /// Reads examples `order[start..<start + count]`.
  func fill(_ order: [Int32], _ start: Int, _ count: Int, epoch: Int, step: Int) throws {
    key.bind(UInt32.self)[2] = UInt32(truncatingIfNeeded: step)
    try examples.fill(order, start, count, epoch: epoch, images: images, labels: labels)
  }

  /// Whether all values of the first `count` examples are finite.
  func areFinite(_ count: Int) -> Bool {
    let numbers = images.bind(Float.self)
    return (0..<count * examples.shape.elementCount).allSatisfy { numbers[$0].isFinite }
  }

  /// An empty batch, for tracing without any example.
  func clear() {
    memset(images.bytes, 0, images.byteCount)
    memset(labels.bytes, 0, labels.byteCount)
  }

  /// The leaves of a graph for a batch of `count` examples.
  func leaves(_ count: Int) -> (images: Node, labels: Node, key: Node) {
    (
      engine.leaf(Tensor(TensorType(.f32, [count] + examples.shape), storage: images)),
      engine.leaf(Tensor(examples.labelType(count) ?? TensorType(.i32, [1]), storage: labels)),
      engine.leaf(Tensor(TensorType(.i32, [3]), storage: key))
    )
  }
}
