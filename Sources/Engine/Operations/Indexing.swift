import CKernels
import Diagnostics
import Tensors

/// Rows of the first input at the indices in the second (i32). An index out of range results in NaN, or in zero for
/// integers, because a running plan cannot raise an error.
package struct Gather: Operation {
  package init() {}

  package var name: String { "gather" }

  package func infer(_ inputs: [TensorType]) throws(Fault) -> TensorType {
    guard inputs[0].rank > 0, inputs[1].dtype == .i32 else {
      throw Fault(TensorErrors.badType, "indices must be integers (i32), got \(inputs[1].description)")
    }
    return TensorType(inputs[0].dtype, inputs[1].shape + inputs[0].shape.dropFirst())
  }

  package func gradient(_ rule: GradientRule) throws -> [Term?] {
    [try rule.upstream.applying(ScatterAdd(shape: rule.inputs[0].shape), rule.inputs[1]), nil]
  }

  package func lower(_ context: LoweringContext) -> [Step] {
    let (table, positions) = (context.inputs[0], context.inputs[1])
    let row = table.type.shape.dropFirst().reduce(1, *)
    let (type, count, output, rows) = (context.type.dtype.rawValue, positions.type.count, context.address, table.type.shape[0])
    return [
      Step(name) {
        loam_gather(
          type, table.address, positions.address.assumingMemoryBound(to: Int32.self), Int64(count), Int64(rows), Int64(row), output)
      }
    ]
  }
}

/// Adds the rows of the first input into a zero tensor of `shape`, at the indices in the second. Indices out of range
/// are ignored.
package struct ScatterAdd: Operation {
  package let shape: [Int]

  package var name: String { "scatter_add" }

  package func infer(_ inputs: [TensorType]) -> TensorType { TensorType(inputs[0].dtype, shape) }

  package func gradient(_ rule: GradientRule) throws -> [Term?] {
    [try rule.upstream.applying(Gather(), rule.inputs[1]), nil]
  }

  package func lower(_ context: LoweringContext) -> [Step] {
    let (rows, positions) = (context.inputs[0], context.inputs[1])
    let row = shape.dropFirst().reduce(1, *)
    let (type, count, output, total) = (context.type.dtype.rawValue, positions.type.count, context.address, shape[0])
    return [
      Step(name) {
        loam_scatter_add(
          type, rows.address, positions.address.assumingMemoryBound(to: Int32.self), Int64(count), Int64(total),
          Int64(row), output)
      }
    ]
  }
}

/// The integers 0, 1, ..., count - 1 as i32.
package struct Arange: Operation {
  package let count: Int

  package init(_ count: Int) { self.count = count }

  package var name: String { "arange" }

  package func infer(_ inputs: [TensorType]) -> TensorType { TensorType(.i32, [count]) }

  package func lower(_ context: LoweringContext) -> [Step] {
    let output = context.address.assumingMemoryBound(to: Int32.self)
    let count = count
    return [Step(name) { for index in 0..<count { output[index] = Int32(truncatingIfNeeded: index) } }]
  }
}

/// Random numbers: uniform in [0, 1) or standard normal. The only input is the stream's key (three i32 words: key low,
/// key high, step), so that a traced plan draws new numbers at each step.
package struct RandomSample: Operation {
  package enum Kind: UInt8, Sendable { case uniform, normal }

  let kind: Kind
  /// The index of this draw in the stream.
  let drawIndex: UInt32
  let type: TensorType

  package init(_ kind: Kind, drawIndex: UInt32, _ type: TensorType) {
    self.kind = kind
    self.drawIndex = drawIndex
    self.type = type
  }

  package var name: String { kind == .uniform ? "rand" : "randn" }

  package func infer(_ inputs: [TensorType]) -> TensorType { type }

  package func lower(_ context: LoweringContext) -> [Step] {
    let arguments = LoamRandom(
      type: type.dtype.rawValue, kind: kind.rawValue, place: drawIndex,
      key: context.inputs[0].address.assumingMemoryBound(to: UInt32.self), count: Int64(type.count),
      output: context.address)
    let kernel = context.kernels.random
    return [Step(name, arguments, units: type.count, grain: 4096) { kernel?($0, Int64($1), Int64($2)) }]
  }
}
