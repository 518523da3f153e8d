import Diagnostics
import Tensors

/// A node with its engine, for building graphs with operators.
package struct Term {
  package let node: Node
  package let engine: Engine
  /// The source location of the expression. If nil, operations take the location of their inputs, as those of a gradient
  /// do.
  package let origin: Span?

  package init(_ node: Node, _ engine: Engine, at origin: Span? = nil) {
    self.node = node
    self.engine = engine
    self.origin = origin
  }

  package var type: TensorType { node.type }
  package var shape: [Int] { node.type.shape }
  package var dtype: DType { node.type.dtype }

  package func applying(_ operation: any Operation, _ others: Term...) throws -> Term {
    try applied(operation, others)
  }

  package func applying(_ function: ElementwiseFunction, _ others: Term...) throws -> Term {
    try applied(Elementwise(function), others)
  }

  private func applied(_ operation: any Operation, _ others: [Term]) throws -> Term {
    let place = origin ?? others.lazy.compactMap(\.origin).first
    return Term(try engine.apply(operation, [node] + others.map(\.node), at: place ?? node.origin), engine, at: place)
  }

  /// A scalar of this term's dtype.
  package func constant(_ value: Double) -> Term {
    Term(engine.constant(value, dtype), engine)
  }

  package static func + (a: Term, b: Term) throws -> Term { try a.applying(.add, b) }
  package static func - (a: Term, b: Term) throws -> Term { try a.applying(.subtract, b) }
  package static func * (a: Term, b: Term) throws -> Term { try a.applying(.multiply, b) }
  package static func / (a: Term, b: Term) throws -> Term { try a.applying(.divide, b) }
  package static func + (a: Term, b: Double) throws -> Term { try a + a.constant(b) }
  package static func - (a: Term, b: Double) throws -> Term { try a - a.constant(b) }
  package static func * (a: Term, b: Double) throws -> Term { try a * a.constant(b) }
  package static func / (a: Term, b: Double) throws -> Term { try a / a.constant(b) }
  package static func - (a: Double, b: Term) throws -> Term { try b.constant(a) - b }
  package static prefix func - (a: Term) throws -> Term { try a.applying(.negate) }

  /// The upstream gradient times a local derivative: see `ElementwiseFunction.maskedMultiply`.
  func masked(_ slope: Term) throws -> Term { try applying(.maskedMultiply, slope) }

  package func select(_ yes: Term, _ no: Term) throws -> Term { try applying(.select, yes, no) }

  package func reshaped(_ shape: [Int]) throws -> Term {
    shape == self.shape ? self : try applying(Reshape(shape))
  }

  package func cast(_ dtype: DType) throws -> Term {
    dtype == self.dtype ? self : try applying(Elementwise(.cast(to: dtype)))
  }

  package func broadcast(_ shape: [Int]) throws -> Term {
    shape == self.shape ? self : try applying(Broadcast(shape))
  }

  /// The sum over `axes`; with `keepDims` they stay as dimensions of size 1.
  package func sum(_ axes: [Int], keepDims: Bool = false) throws -> Term {
    try reduce(.sum, axes, keepDims: keepDims)
  }

  package func reduce(_ kind: Reduce.Kind, _ axes: [Int], keepDims: Bool = false) throws -> Term {
    if let pool = Pooling.reducing(kind, axes, of: node) {
      let pooled = try Term(pool.images, engine, at: origin).applying(pool.operation)
      return try keepDims ? pooled.reshaped(pooled.shape[..<3] + [1] + pooled.shape[3...]) : pooled
    }
    // Adjacent axes are one pass. Later axes go first, so that earlier indices stay valid.
    var result = self
    var left = axes.sorted()
    while let last = left.popLast() {
      var first = last
      while left.last == first - 1 { first = left.removeLast() }
      result = try result.applying(Reduce(kind, first...last))
    }
    guard keepDims else { return result }
    return try result.reshaped(shape.enumerated().map { axes.contains($0.offset) ? 1 : $0.element })
  }

  /// Sums over the broadcast dimensions, down to shape `target`.
  package func summed(to target: [Int]) throws -> Term {
    guard shape != target else { return self }
    let extra = shape.count - target.count
    if extra < 0 { return try broadcast(target) }
    let axes = shape.indices.filter { $0 < extra || (target[$0 - extra] == 1 && shape[$0] != 1) }
    let result = axes.isEmpty ? self : try sum(axes)
    let reshaped = result.shape.elementCount == target.elementCount ? try result.reshaped(target) : try result.broadcast(target)
    return reshaped
  }
}
