import DataSets
import Diagnostics
import Engine
import Glibc
import Images
import Tensors

/// The training data: examples of one shape, with or without labels.
package final class Examples {
  package let count: Int
  package let shape: [Int]
  /// Classes; nil if there are none, or if labels are shares of classes.
  package let labels: [Int32]?
  /// The type of the labels of a batch: i32[size], or f32[size, classes]; nil without labels.
  package func labelType(_ size: Int) -> TensorType? {
    labelShape.map { TensorType($0.isEmpty ? .i32 : .f32, [size] + $0) }
  }
  private let labelShape: [Int]?
  private let engine: Engine
  /// All examples, if none is augmented per epoch.
  package let tensor: Tensor?
  private let dataSet: DataSet?
  private let augment: Recipe
  private var positions: [Int] = []

  package init(_ tensor: Tensor, _ engine: Engine) throws {
    guard tensor.type.rank > 0, tensor.shape[0] > 0 else {
      throw Fault(DataErrors.empty, "no examples in \(tensor.type.description)", hint: "the first dimension is the number of examples")
    }
    self.tensor = try Examples.floats(tensor)
    count = tensor.shape[0]
    shape = Array(tensor.shape.dropFirst())
    labels = nil
    labelShape = nil
    dataSet = nil
    augment = Recipe()
    self.engine = engine
  }

  package init(_ dataSet: DataSet, augment: Recipe, _ engine: Engine) throws {
    guard dataSet.count > 0 else { throw Fault(DataErrors.empty, "the data set is empty", hint: "check that the selection matches at least one example") }
    shape = try dataSet.exampleShape(under: augment)
    count = dataSet.count
    labelShape = dataSet.labelShape(under: augment)
    labels = labelShape == [] ? dataSet.labels : nil
    tensor = augment.isEmpty ? try Examples.floats(dataSet.examples(engine)) : nil
    self.dataSet = dataSet
    self.augment = augment
    self.engine = engine
  }

  /// Converts features to f32, in which models compute. Throws if a value overflows.
  private static func floats(_ tensor: Tensor) throws -> Tensor {
    guard tensor.dtype != .f32 else { return tensor }
    return try Tensor(dtype: .f32, shape: tensor.shape) { index in
      let value = tensor[index]
      guard !value.isFinite || Float(value).isFinite else {
        throw Fault(
          TensorErrors.badType, "example \(index / max(1, tensor.count / tensor.shape[0])) contains \(value), which is out of range for f32 (at most 3.4e38)",
          hint: "scale the data first, for example divide it by its maximum")
      }
      return value
    }
  }

  /// The first examples as a tensor of shape [count] + `shape`.
  package func first(_ count: Int) throws -> (examples: Tensor, labels: Tensor?) {
    let result = try Tensor(uninitialized: TensorType(.f32, [count] + shape))
    let labels = try Tensor(uninitialized: labelType(count) ?? TensorType(.i32, [count]))
    try fill((0..<Int32(count)).map { $0 }, 0, count, epoch: 0, images: result.storage, labels: labels.storage)
    return (result, labelShape == nil ? nil : labels)
  }

  /// Hashes everything that determines the batches.
  func combine(into hash: inout Hash128) throws {
    hash.combine(count: count)
    if let tensor { hash.combine(tensor) }
    if tensor == nil, let dataSet {
      try hash.combine(dataSet, engine)
      hash.combine(augment)
    }
    hash.combine(count: labels?.count ?? 0)
    if let labels { labels.withUnsafeBytes { hash.combine($0) } }
    if labels == nil, let target = dataSet?.target { hash.combine(try target.tensor()) }
  }

  /// Copies examples `order[start..<start + size]` to the input buffers.
  func fill(_ order: [Int32], _ start: Int, _ size: Int, epoch: Int, images: Storage, labels labelStorage: Storage) throws {
    let output = images.bind(Float.self)
    let each = shape.elementCount
    if let tensor {
      let source = tensor.floats()
      for index in 0..<size { memcpy(output + index * each, source + Int(order[start + index]) * each, each * 4) }
    } else if let dataSet {
      positions.removeAll(keepingCapacity: true)
      for index in 0..<size { positions.append(Int(order[start + index])) }
      try dataSet.draw(positions, epoch: UInt32(truncatingIfNeeded: epoch), extra: augment, into: images.bytes, .f32, [size] + shape, engine)
    }
    if labels == nil, labelShape != nil, let dataSet {
      try dataSet.softLabels(
        (0..<size).map { Int(order[start + $0]) }, epoch: UInt32(truncatingIfNeeded: epoch), extra: augment, into: labelStorage.bind(Float.self))
    }
    if let labels {
      let target = labelStorage.bind(Int32.self)
      for index in 0..<size { target[index] = labels[Int(order[start + index])] }
    }
  }
}
