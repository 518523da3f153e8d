/// The eigenvalues and eigenvectors of a real symmetric matrix, in double precision: Householder reflections to a tridiagonal
/// matrix, then QL steps with implicit shifts.
///
/// J. Wilkinson, C. Reinsch, Handbook for automatic computation 2: Linear algebra, 1971, contributions II/2 and II/4;
/// G. Golub, C. Van Loan, Matrix computations, 4th edition, 2013, sections 8.2 and 8.3.
struct SymmetricEigen {
  /// In ascending order.
  private(set) var values: [Double]
  /// Row i is the eigenvector of value i, of length 1; its component of the largest magnitude is positive.
  private(set) var vectors: [Double]

  /// An eigenvalue converges in two or three steps; more than this many mean that it does not.
  private static let mostSteps = 100

  /// Of a sum of squares, in a matrix whose largest element is 1: its reciprocal is still finite, and to leave it out changes
  /// nothing. A matrix of lower rank comes to such rows after its rank.
  private static let negligible = 1e-290

  private let size: Int
  /// Beside the diagonal, which is in `values`; the last one is 0.
  private var beside: [Double]

  /// Of a matrix by rows, which must be finite and symmetric. Calls `checkpoint` about `size` times.
  init(_ matrix: [Double], size: Int, checkpoint: () throws -> Void) throws {
    precondition(matrix.count == size * size)
    self.size = size
    values = [Double](repeating: 0, count: size)
    beside = [Double](repeating: 0, count: size)
    vectors = matrix
    guard size > 0 else { return }
    // Squares neither overflow nor vanish in a matrix whose largest element is 1.
    let scale = matrix.map { abs($0) }.max() ?? 0
    if scale > 0 { for place in vectors.indices { vectors[place] /= scale } }
    try reduce(checkpoint)
    try diagonalise(checkpoint)
    for place in values.indices { values[place] *= scale }
    sort()
  }

  // MARK: To a tridiagonal matrix

  /// A step for each column: with v from the column below the diagonal, H = I - b v vᵀ turns it into a multiple of the first
  /// unit vector, and A becomes H A H. The vectors v are kept in the rows of A that are done.
  private mutating func reduce(_ checkpoint: () throws -> Void) throws {
    let size = size
    var weights = [Double](repeating: 0, count: size)
    var product = [Double](repeating: 0, count: size)
    try vectors.withUnsafeMutableBufferPointer { a in
      for column in 0..<size {
        try checkpoint()
        let row = column * size
        values[column] = a[row + column]
        let start = column + 1
        guard start < size else { break }
        var rest = 0.0
        for place in start + 1..<max(size, start + 1) { rest += a[row + place] * a[row + place] }
        let first = a[row + start]
        guard rest > SymmetricEigen.negligible else {
          beside[column] = first
          continue
        }
        let length = (first * first + rest).squareRoot()
        let target = first > 0 ? -length : length
        beside[column] = target
        a[row + start] = first - target
        let weight = 2 / (a[row + start] * a[row + start] + rest)
        weights[column] = weight
        // With p = b A v and w = p - (b/2) (pᵀ v) v, H A H = A - v wᵀ - w vᵀ.
        var along = 0.0
        for i in start..<size {
          var sum = 0.0
          for j in start..<size { sum += a[i * size + j] * a[row + j] }
          product[i] = weight * sum
          along += product[i] * a[row + i]
        }
        for i in start..<size { product[i] -= weight / 2 * along * a[row + i] }
        for i in start..<size {
          let (v, w) = (a[row + i], product[i])
          for j in start..<size { a[i * size + j] -= v * product[j] + w * a[row + j] }
        }
      }
    }
    vectors = try transposedProduct(weights, checkpoint)
  }

  /// Qᵀ, where Q is the product of all reflections.
  private func transposedProduct(_ weights: [Double], _ checkpoint: () throws -> Void) throws -> [Double] {
    let size = size
    var result = [Double](repeating: 0, count: size * size)
    var product = [Double](repeating: 0, count: size)
    try vectors.withUnsafeBufferPointer { a in
      try result.withUnsafeMutableBufferPointer { q in
        for i in 0..<size { q[i * size + i] = 1 }
        for column in (0..<size).reversed() where weights[column] != 0 {
          try checkpoint()
          let (row, start) = (column * size, column + 1)
          // The columns of H Q are the rows here: each loses its part along v.
          for i in start..<size {
            var sum = 0.0
            for j in start..<size { sum += q[i * size + j] * a[row + j] }
            product[i] = weights[column] * sum
          }
          for i in start..<size { for j in start..<size { q[i * size + j] -= product[i] * a[row + j] } }
        }
      }
    }
    return result
  }

  // MARK: To a diagonal matrix

  private mutating func diagonalise(_ checkpoint: () throws -> Void) throws {
    for first in 0..<size {
      try checkpoint()
      for _ in 0..<SymmetricEigen.mostSteps {
        let last = blockEnd(from: first)
        guard last > first else { break }
        step(first, last)
      }
    }
  }

  /// The end of the block in which `first` is coupled to its neighbours.
  private func blockEnd(from first: Int) -> Int {
    var last = first
    while last < size - 1 {
      let size = abs(values[last]) + abs(values[last + 1])
      if abs(beside[last]) <= .ulpOfOne * size || abs(beside[last]) < .leastNormalMagnitude { break }
      last += 1
    }
    return last
  }

  /// One QL step on a block, with Wilkinson's shift: rotations from its end to its start, applied to the vectors as well.
  private mutating func step(_ first: Int, _ last: Int) {
    func length(_ x: Double, _ y: Double) -> Double { (x * x + y * y).squareRoot() }
    let ratio = (values[first + 1] - values[first]) / (2 * beside[first])
    // The shift is the eigenvalue of the leading 2 by 2 part that is nearer to its first element.
    let steep = abs(ratio) > 1e150 ? abs(ratio) : length(ratio, 1)
    var bulge = values[last] - values[first] + beside[first] / (ratio + (ratio < 0 ? -steep : steep))
    var (sine, cosine, moved) = (1.0, 1.0, 0.0)
    for place in (first..<last).reversed() {
      let (f, b) = (sine * beside[place], cosine * beside[place])
      let r = length(f, bulge)
      beside[place + 1] = r
      guard r > 0 else {
        // The block falls into two.
        values[place + 1] -= moved
        beside[last] = 0
        return
      }
      (sine, cosine) = (f / r, bulge / r)
      let shifted = values[place + 1] - moved
      let turned = (values[place] - shifted) * sine + 2 * cosine * b
      moved = sine * turned
      values[place + 1] = shifted + moved
      bulge = cosine * turned - b
      rotate(place, sine, cosine)
    }
    values[first] -= moved
    beside[first] = bulge
    beside[last] = 0
  }

  /// Rotates two adjacent rows of the vectors.
  private mutating func rotate(_ row: Int, _ sine: Double, _ cosine: Double) {
    let size = size
    vectors.withUnsafeMutableBufferPointer { v in
      let (upper, lower) = (row * size, (row + 1) * size)
      for place in 0..<size {
        let (x, y) = (v[upper + place], v[lower + place])
        v[lower + place] = sine * x + cosine * y
        v[upper + place] = cosine * x - sine * y
      }
    }
  }

  private mutating func sort() {
    let order = values.indices.sorted { values[$0] < values[$1] || (values[$0] == values[$1] && $0 < $1) }
    var sorted: [Double] = []
    sorted.reserveCapacity(size * size)
    for row in order {
      let vector = vectors[row * size..<(row + 1) * size]
      var largest = 0.0
      for element in vector where abs(element) > abs(largest) { largest = element }
      sorted += largest < 0 ? vector.map { -$0 } : Array(vector)
    }
    values = order.map { values[$0] }
    vectors = sorted
  }
}
