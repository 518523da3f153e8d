import Engine

/// Distances between rows: the mean over the columns of the difference in units of the real range for numbers, at most 1, and of 0 or 1 for
/// categories (J. Gower, "A general coefficient of similarity", 1971). Two missing cells are alike; a missing one and another have distance 1.
struct RecordDistances {
  /// Cells such that their distance is the absolute difference, at most 1.
  private let columns: [[ComparedTables.Part: [Float]]]

  /// Far from every other cell.
  private static let missing: Float = -9

  init(_ tables: ComparedTables, _ workers: Workers) throws {
    columns = try workers.map(tables.columns.count) { position in
      let column = tables.columns[position]
      let known = column.real.filter { !$0.isNaN }
      let (low, high) = (known.min() ?? 0, known.max() ?? 0)
      // Halves, so that the range of huge numbers is finite.
      let halfRange = high / 2 - low / 2
      func scaled(_ cell: Double) -> Float {
        if cell.isNaN { return RecordDistances.missing }
        if column.isDiscrete { return Float(cell) }
        guard halfRange > 0 else { return cell == low ? 0 : cell < low ? -1 : 1 }
        return Float(max(-1, min(2, (cell / 2 - low / 2) / halfRange)))
      }
      return [.synthetic: column.synthetic.map(scaled), .real: column.real.map(scaled), .test: column.test.map(scaled)]
    }
  }

  /// For each of these rows: the distance to the nearest of the others.
  func nearest(_ rows: (ComparedTables.Part, [Int32]), to others: (ComparedTables.Part, [Int32]), _ workers: Workers) throws -> [Double] {
    func gathered(_ rows: (part: ComparedTables.Part, positions: [Int32])) -> [[Float]] {
      columns.map { parts in
        let cells = parts[rows.part] ?? []
        return rows.positions.map { cells[Int($0)] }
      }
    }
    let (queries, references, count) = (gathered(rows), gathered(others), rows.1.count)
    var nearest = [Double](repeating: .infinity, count: count)
    try nearest.withUnsafeMutableBufferPointer { nearest in
      try workers.forEachRange(count, grain: 64) { range in
        for query in range { nearest[query] = Double(RecordDistances.nearest(query, queries, references)) / Double(columns.count) }
      }
    }
    return nearest
  }

  /// The smallest sum of differences, in blocks of rows that stay in the cache.
  private static func nearest(_ query: Int, _ queries: [[Float]], _ references: [[Float]]) -> Float {
    let count = references.first?.count ?? 0
    return withUnsafeTemporaryAllocation(of: Float.self, capacity: 1024) { sums in
      var smallest = Float.infinity
      for start in stride(from: 0, to: count, by: sums.count) {
        let length = min(sums.count, count - start)
        for place in 0..<length { sums[place] = 0 }
        for (column, cells) in references.enumerated() {
          let cell = queries[column][query]
          cells.withUnsafeBufferPointer { cells in
            guard let cells = cells.baseAddress.map({ $0 + start }), let sums = sums.baseAddress else { return }
            for place in 0..<length {
              let difference = (cells[place] - cell).magnitude
              sums[place] += difference < 1 ? difference : 1
            }
          }
        }
        for place in 0..<length where sums[place] < smallest { smallest = sums[place] }
      }
      return smallest
    }
  }
}
