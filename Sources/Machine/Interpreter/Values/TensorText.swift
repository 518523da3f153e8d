import Glibc
import Tensors

/// Formats a tensor's elements like NumPy: in brackets, with aligned columns, and long dimensions abbreviated.
struct TensorText {
  private let tensor: Tensor
  private static let edge = 3
  /// Tensors with more elements than this are abbreviated.
  private let longest: Int

  init(_ tensor: Tensor, longest: Int = 1000) {
    self.tensor = tensor
    self.longest = longest
  }

  var text: String {
    if tensor.type.rank == 0 { return number(tensor[0]) }
    if tensor.count == 0 { return tensor.type.description }
    let cut = tensor.count > longest
    let width = tensor.type.rank > 1 ? shownPositions(cut).map { number(tensor[$0]).count }.max() ?? 0 : 0
    return rows(0, 0, cut, width)
  }

  private func rows(_ axis: Int, _ offset: Int, _ cut: Bool, _ width: Int) -> String {
    let stride = tensor.shape[(axis + 1)...].reduce(1, *)
    let indices = shown(tensor.shape[axis], cut)
    if axis == tensor.type.rank - 1 {
      let items = indices.map {
        $0.map { index in
          let text = number(tensor[offset + index])
          return String(repeating: " ", count: max(0, width - text.count)) + text
        } ?? "…"
      }
      return "[" + items.joined(separator: ", ") + "]"
    }
    let items = indices.map { $0.map { rows(axis + 1, offset + $0 * stride, cut, width) } ?? "…" }
    let breaks = String(repeating: "\n", count: tensor.type.rank - 1 - axis) + String(repeating: " ", count: axis + 1)
    return "[" + items.joined(separator: "," + breaks) + "]"
  }

  private func shown(_ count: Int, _ cut: Bool) -> [Int?] {
    guard cut, count > 2 * TensorText.edge else { return (0..<count).map { $0 } }
    return (0..<TensorText.edge).map { $0 } + [nil] + (count - TensorText.edge..<count).map { $0 }
  }

  private func shownPositions(_ cut: Bool) -> [Int] {
    var positions = [0]
    for (axis, size) in tensor.shape.enumerated() {
      let stride = tensor.shape[(axis + 1)...].reduce(1, *)
      positions = positions.flatMap { position in shown(size, cut).compactMap { $0.map { position + $0 * stride } } }
    }
    return positions
  }

  /// Floats have up to six significant digits, the precision of f32.
  private func number(_ value: Double) -> String {
    switch tensor.dtype {
    case .bool: return value == 0 ? "false" : "true"
    case .i32, .u8: return "\(Int(value))"
    case .f32, .f64:
      if value.isNaN { return "nan" }
      if value.isInfinite { return value < 0 ? "-inf" : "inf" }
      return FormatCode.print("%.6g", value)
    }
  }
}

extension Machine {
  /// A tensor's elements as text, abbreviated if there are more than `longest`.
  package func text(of tensor: Tensor, longest: Int) -> String { TensorText(tensor, longest: longest).text }
}
