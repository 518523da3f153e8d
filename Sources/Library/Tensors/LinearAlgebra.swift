import Diagnostics
import Engine
import Machine
import Tensors

// Decompositions of matrices.
extension Library {
  private static let matrix = Parameter("a", .tensor, "a symmetric matrix, [n, n]")

  /// The greatest number of columns: a decomposition takes n³ operations.
  private static let mostColumns = 1 << 12

  static let linearAlgebra: [Builtin] = [
    Builtin(
      "eigh", "Eigenvalues [n] in ascending order and eigenvectors [n, n], one in each column, of a symmetric matrix, as a list, f64", [matrix],
      examples: [
        Example("(values, vectors) = eigh([[2, 1], [1, 2]])\nprint(values)\nprint(is_close(vectors @ transpose(vectors), eye(2)))", "[1, 3]\ntrue")
      ],
      references: ["G. Golub, C. Van Loan, Matrix computations, 4th edition, 2013, section 8.3"]
    ) { call in
      let term = try call[matrix]
      guard term.type.rank == 2, term.shape[0] == term.shape[1] else {
        throw call.refuse("`eigh` expects a square matrix [n, n], got \(term.type.description)")
      }
      let size = term.shape[0]
      guard size <= mostColumns else { throw call.refuse("`eigh` accepts at most \(mostColumns) columns, got \(size)") }
      try call.refuseGradient()
      if term.node.isUnknown {
        let shapes = [TensorType(.f64, [size]), TensorType(.f64, [size, size])]
        return call.machine.make(list: shapes.map { call.machine.make(node: call.engine.placeholder($0)) })
      }
      // The matrix, the vectors, and each once more while they are computed and sorted.
      try call.machine.checkMemory(for: 4 * size * size, of: 8)
      let given = try call.engine.value(term.node)
      let found = try SymmetricEigen(symmetric(given, size), size: size) { try call.machine.checkpoint() }
      let values = try Tensor(dtype: .f64, shape: [size]) { found.values[$0] }
      let vectors = try Tensor(dtype: .f64, shape: [size, size]) { found.vectors[$0 % size * size + $0 / size] }
      return call.machine.make(list: [call.machine.make(tensor: values), call.machine.make(tensor: vectors)])
    }
  ]

  /// The elements of a matrix, of which both halves are averaged: they may differ by rounding.
  private static func symmetric(_ given: Tensor, _ size: Int) throws -> [Double] {
    var largest = 0.0
    for place in 0..<given.count {
      guard given[place].isFinite else {
        throw Fault(
          TensorErrors.notSymmetric, "`eigh` expects finite numbers, got \(plainText(given[place])) at [\(place / size), \(place % size)]",
          hint: "print the values that the matrix was computed from")
      }
      largest = max(largest, abs(given[place]))
    }
    let tolerance = largest * (given.dtype == .f32 ? 1e-4 : 1e-9)
    var matrix = [Double](repeating: 0, count: size * size)
    for row in 0..<size {
      for column in 0..<size {
        let (one, other) = (given[row * size + column], given[column * size + row])
        guard abs(one - other) <= tolerance else {
          throw Fault(
            TensorErrors.notSymmetric,
            "`eigh` expects a symmetric matrix, got \(plainText(one)) at [\(row), \(column)] and \(plainText(other)) at [\(column), \(row)]",
            hint: "`(a + transpose(a)) / 2` is the symmetric part of a matrix")
        }
        matrix[row * size + column] = one / 2 + other / 2
      }
    }
    return matrix
  }
}

extension Call {
  /// For a built-in that computes on values and has no gradient: a result that silently has none would be a mistake.
  func refuseGradient() throws {
    guard machine.trace == nil, !engine.isRecording else {
      throw refuse("`\(builtin.name)` has no gradient, so it cannot be used in a loss or inside `grad`", hint: "call it after the training")
    }
  }
}
