import CKernels
import Diagnostics
import Tensors

/// The matrix product of the last two dimensions; leading dimensions must be equal. `Term.matmul` turns a batch times one
/// matrix into a single larger product.
package struct MatMul: Operation {
  package let transposeA: Bool
  package let transposeB: Bool

  package init(transposeA: Bool = false, transposeB: Bool = false) {
    self.transposeA = transposeA
    self.transposeB = transposeB
  }

  package var name: String { "@" }

  package func infer(_ inputs: [TensorType]) throws(Fault) -> TensorType {
    let (a, b) = (inputs[0], inputs[1])
    guard a.dtype == b.dtype, a.dtype.isFloat else {
      throw Fault(TensorErrors.badType, "`@` expects two float tensors of the same type, got \(a.description) and \(b.description)")
    }
    let (m, k) = transposeA ? (a.shape[a.rank - 1], a.shape[a.rank - 2]) : (a.shape[a.rank - 2], a.shape[a.rank - 1])
    let (k2, n) = transposeB ? (b.shape[b.rank - 1], b.shape[b.rank - 2]) : (b.shape[b.rank - 2], b.shape[b.rank - 1])
    let batch = Array(a.shape.dropLast(2))
    guard k == k2, batch == Array(b.shape.dropLast(2)) else {
      throw MatMul.mismatch(a, b)
    }
    return TensorType(a.dtype, batch + [m, n])
  }

  static func mismatch(_ a: TensorType, _ b: TensorType) -> Fault {
    let inner = b.shape.count > 1 ? b.shape[b.rank - 2] : b.shape.first ?? 1
    return Fault(
      TensorErrors.shapes,
      "`@` cannot multiply \(a.description) by \(b.description): inner dimensions \(a.shape.last ?? 1) and \(inner) differ",
      hint: "the last dimension on the left must equal the second to last on the right"
        + (a.shape.last == b.shape.last && b.rank >= 2 ? "; try `transpose` on the right side" : ""))
  }

  /// With C = A B: dA = G Bᵀ, dB = Aᵀ G; a transposed operand swaps the order.
  package func gradient(_ rule: GradientRule) throws -> [Term?] {
    let (a, b, g) = (rule.inputs[0], rule.inputs[1], rule.upstream)
    let da =
      transposeA
      ? try b.applying(MatMul(transposeA: transposeB, transposeB: true), g)
      : try g.applying(MatMul(transposeB: !transposeB), b)
    let db =
      transposeB
      ? try g.applying(MatMul(transposeA: true, transposeB: transposeA), a)
      : try a.applying(MatMul(transposeA: !transposeA), g)
    return [da, db]
  }

  package func operationCount(_ inputs: [TensorType], _ output: TensorType) -> Int {
    Shapes.checkedCount([2, output.count, inputs[0].shape[inputs[0].rank - (transposeA ? 2 : 1)]]) ?? Int.max
  }

  private static func step(_ name: String, _ arguments: LoamMatMul, _ kernels: LoamKernels) -> Step {
    let (kernel, units, scratch) = withUnsafePointer(to: arguments) {
      (kernels.matmul, Int(kernels.matmul_units($0)), Int(kernels.matmul_scratch($0)))
    }
    let work = Int(arguments.batch * arguments.m * arguments.n * arguments.k) / Swift.max(units, 1)
    return Step(name, arguments, units: units, grain: 400_000 / Swift.max(work, 1), scratchBytes: scratch) {
      kernel?($0, Int64($1), Int64($2), $3)
    }
  }

  package func lower(_ context: LoweringContext) -> [Step] {
    let (a, b) = (context.inputs[0], context.inputs[1])
    let shape = context.type.shape
    let (m, n) = (shape[shape.count - 2], shape[shape.count - 1])
    let k = transposeA ? a.type.shape[a.type.rank - 2] : a.type.shape[a.type.rank - 1]
    let batch = shape.dropLast(2).reduce(1, *)
    let arguments = LoamMatMul(
      type: context.type.dtype.rawValue, transpose_a: transposeA ? 1 : 0, transpose_b: transposeB ? 1 : 0,
      batch: Int64(batch), m: Int64(m), n: Int64(n), k: Int64(k), stride_a: Int64(m * k),
      stride_b: Int64(k * n), a: a.address, b: b.address, c: context.address)
    return [MatMul.step(name, arguments, context.kernels)]
  }
}

extension Term {
  /// `@` as NumPy's matmul: a vector is a row on the left and a column on the right.
  /// https://numpy.org/doc/stable/reference/generated/numpy.matmul.html
  package func matmul(_ other: Term) throws -> Term {
    let common = dtype.promoted(with: other.dtype).floating
    var (a, b) = (try cast(common), try other.cast(common))
    guard a.type.rank > 0, b.type.rank > 0 else {
      throw Fault(
        TensorErrors.shapes, "`@` expects vectors or matrices, got a scalar",
        hint: "multiply by a scalar with `*`")
    }
    let (row, column) = (a.type.rank == 1, b.type.rank == 1)
    if row { a = try a.reshaped([1] + a.shape) }
    if column { b = try b.reshaped(b.shape + [1]) }
    let inner = b.shape[b.type.rank - 2]
    guard a.shape[a.type.rank - 1] == inner else { throw MatMul.mismatch(type, other.type) }
    var product: Term
    if b.type.rank == 2 {
      // One matrix for the whole batch: a single tall product.
      let rows = a.shape.dropLast().reduce(1, *)
      let tall = try a.reshaped([rows, inner]).applying(MatMul(), b)
      product = try tall.reshaped(a.shape.dropLast() + [b.shape[1]])
    } else {
      guard let batch = Shapes.broadcast(Array(a.shape.dropLast(2)), Array(b.shape.dropLast(2))) else {
        throw MatMul.mismatch(type, other.type)
      }
      product = try a.broadcast(batch + a.shape.suffix(2)).applying(MatMul(), b.broadcast(batch + b.shape.suffix(2)))
    }
    var shape = product.shape
    if column { shape.removeLast() }
    if row { shape.remove(at: shape.count - (column ? 1 : 2)) }
    return try product.reshaped(shape)
  }
}
