import Engine
import Tensors

// Reshapes, slices, padding and windows.
extension Translator {
  func reshape(_ name: String, _ from: [Dimension], _ to: [Dimension]) -> String {
    if from == to { return name }
    // In the shape of a Reshape, 0 copies the size of the same dimension, and -1 is whatever is left.
    let hasEmpty = to.contains(Dimension(0))
    let copied = to.indices.filter { !to[$0].isFixed && $0 < from.count && from[$0] == to[$0] }
    let varying = to.indices.filter { !to[$0].isFixed && !copied.contains($0) }
    let shape: String
    if hasEmpty || varying.count > 1 {
      shape = vector(to)
    } else {
      shape = integers(to.indices.map { copied.contains($0) ? 0 : varying.contains($0) ? -1 : to[$0].offset })
    }
    return add("Reshape", [name, shape], hasEmpty ? [ONNXAttribute("allowzero", 1)] : [])
  }

  func slice(_ node: AlignedNode, of shape: [Dimension], _ name: String) throws -> String {
    let operations = node.operations(Slice.self)
    var (axes, starts, ends, steps) = ([Int](), [Dimension](), [Dimension](), [Int]())
    for axis in shape.indices {
      let step = operations[0].steps[axis]
      guard operations.allSatisfy({ $0.steps[axis] == step }) else { throw DependsOnBatch(node: node.first) }
      let start = try dimension(operations.map { $0.starts[axis] }, node)
      let count = try dimension(operations.map { $0.counts[axis] }, node)
      if step == 1, start == Dimension(0), count == shape[axis] { continue }
      axes.append(axis)
      steps.append(step == 0 ? 1 : step)
      if count == Dimension(0) {
        starts.append(Dimension(0))
        ends.append(Dimension(0))
        continue
      }
      starts.append(start)
      let last = try dimension(operations.map { $0.starts[axis] + ($0.counts[axis] - 1) * step }, node)
      // One past the last; before the first element there is only "as far as possible".
      if step > 0 {
        ends.append(last.adding(1))
      } else {
        ends.append(last == Dimension(0) ? Dimension(-Int(Int32.max)) : last.adding(-1))
      }
    }
    if axes.isEmpty { return name }
    return add("Slice", [name, vector(starts), vector(ends), integers(axes), integers(steps)])
  }

  /// The adjoint of a slice: zeros around and between the elements.
  func scatterSlice(_ node: AlignedNode, _ input: AlignedNode, _ name: String) throws -> String {
    let operations = node.operations(SliceScatter.self)
    let (target, shape) = (try sizes(node), try sizes(input))
    var (result, now) = (name, shape)
    for axis in shape.indices {
      let step = operations[0].slice.steps[axis]
      guard operations.allSatisfy({ $0.slice.steps[axis] == step }) else { throw DependsOnBatch(node: node.first) }
      let starts = operations.map { $0.slice.starts[axis] }
      if step < 0 {
        // The same elements from the last to the first.
        result = flipped(result, axis)
      }
      let spread = abs(step)
      if spread > 1 {
        var apart = now
        apart.insert(Dimension(1), at: axis + 1)
        result = reshape(result, now, apart)
        result = padded(result, apart.count, after: [axis + 1: Dimension(spread - 1)], node.dtype)
        apart[axis + 1] = Dimension(spread)
        let counts = input.nodes.map { $0.shape[axis] }
        now[axis] = try dimension(counts.map { $0 * spread }, node)
        result = reshape(result, apart, now)
        // Without the zeros after the last element.
        let kept = try dimension(counts.map { max(0, ($0 - 1) * spread + 1) }, node)
        result = add("Slice", [result, integers([0]), vector([kept]), integers([axis]), integers([1])])
        now[axis] = kept
      }
      let extents = input.nodes.map { max(0, ($0.shape[axis] - 1) * spread + 1) }
      let lowest = zip(starts, input.nodes).map { step < 0 && $1.shape[axis] > 0 ? $0 + ($1.shape[axis] - 1) * step : $0 }
      let before = try dimension(lowest, node)
      let after = try dimension(zip(zip(node.nodes, lowest), extents).map { $0.0.shape[axis] - $0.1 - $1 }, node)
      if before != Dimension(0) || after != Dimension(0) {
        result = padded(result, now.count, before: [axis: before], after: [axis: after], node.dtype)
      }
      now[axis] = target[axis]
    }
    return result
  }

  private func flipped(_ name: String, _ axis: Int) -> String {
    add("Slice", [name, integers([-1]), integers([-Int(Int32.max)]), integers([axis]), integers([-1])])
  }

  /// Zeros before and after along some axes.
  func padded(_ name: String, _ rank: Int, before: [Int: Dimension] = [:], after: [Int: Dimension] = [:], _ dtype: DType) -> String {
    let pads = (0..<rank).map { before[$0] ?? Dimension(0) } + (0..<rank).map { after[$0] ?? Dimension(0) }
    return add("Pad", [name, vector(pads), scalar(0, dtype)])
  }

  /// Rows added into a zero tensor.
  func scatterAdd(_ node: AlignedNode, _ operands: [AlignedNode], _ names: [String]) throws -> String {
    let zeros = add("Expand", [scalar(0, node.dtype), vector(try sizes(node))])
    let positions = add("Unsqueeze", [cast(names[1], to: .int64), integers([operands[1].rank])])
    return add("ScatterND", [zeros, positions, names[0]], [ONNXAttribute("reduction", "add")])
  }
}
