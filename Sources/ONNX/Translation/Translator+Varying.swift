import Engine
import Tensors

// Values that no input enters, but the number of examples does.
extension Translator {
  /// Numbers from 0, counted up to a size.
  func range(_ count: Dimension, _ dtype: DType, from start: Double = 0, by step: Double = 1) throws -> String {
    // Range takes scalars.
    let end = squeezed(cast(name(count), to: ONNXType(dtype)))
    let limit =
      start == 0 && step == 1 ? end : add("Add", [add("Mul", [end, scalar(step, dtype)]), scalar(start, dtype)])
    return add("Range", [scalar(start, dtype), limit, scalar(step, dtype)])
  }

  private func squeezed(_ vector: String) -> String { add("Squeeze", [vector, integers([0])]) }

  /// A scalar that is the number of examples times a factor plus a term, or the reciprocal of such a number, as in a mean.
  func varyingScalar(_ node: AlignedNode, _ values: [Double]) throws -> String {
    func size(_ numbers: [Double]) -> Dimension? {
      let whole = numbers.compactMap { number in
        abs(number) < 1e15 && abs(number - number.rounded()) <= abs(number) * 1e-7 ? Int(number.rounded()) : nil
      }
      return whole.count == numbers.count ? Dimension(whole, at: batches) : nil
    }
    if values.allSatisfy({ $0 == $0.rounded() }), let size = size(values) { return squeezed(cast(name(size), to: ONNXType(node.dtype))) }
    guard node.dtype.isFloat, let size = size(values.map { 1 / $0 }) else { throw DependsOnBatch(node: node.first) }
    return add("Reciprocal", [squeezed(cast(name(size), to: ONNXType(node.dtype)))])
  }

  /// A tensor that was computed before: a scalar, or evenly spaced numbers as `arange` makes them.
  func varyingConstant(_ node: AlignedNode) throws -> String {
    let tensors = try node.nodes.map(value)
    if node.rank == 0 { return try varyingScalar(node, tensors.map { $0[0] }) }
    guard node.rank == 1, let longest = tensors.max(by: { $0.count < $1.count }), longest.count > 1 else { throw DependsOnBatch(node: node.first) }
    let (start, step) = (longest[0], longest[1] - longest[0])
    guard step != 0, node.dtype != .bool, node.dtype != .u8,
      tensors.allSatisfy({ tensor in (0..<tensor.count).allSatisfy { tensor[$0] == start + Double($0) * step } })
    else { throw DependsOnBatch(node: node.first) }
    return try range(dimension(tensors.map(\.count), node), node.dtype, from: start, by: step)
  }
}
