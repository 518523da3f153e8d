/// A binary tree over bins.
struct Tree: Sendable {
  struct Node: Sendable {
    /// -1 for a leaf.
    var feature: Int32 = -1
    /// The child for the bins of `goesLeft`; the other child follows it.
    var left: Int32 = 0
    var goesLeft = BinSet()
    /// Of a leaf.
    var value = 0.0
  }

  var nodes: [Node]

  /// The value of the leaf that a row reaches.
  @inline(__always) func value(_ columns: UnsafeBufferPointer<UnsafePointer<UInt8>>, _ row: Int) -> Double {
    nodes.withUnsafeBufferPointer { nodes in
      var index = 0
      while nodes[index].feature >= 0 {
        let bin = columns[Int(nodes[index].feature)][row]
        index = Int(nodes[index].left) + (nodes[index].goesLeft.contains(bin) ? 0 : 1)
      }
      return nodes[index].value
    }
  }
}

extension TreeRows {
  /// Calls `body` with the start of each column.
  func withColumns<T>(_ body: (UnsafeBufferPointer<UnsafePointer<UInt8>>) throws -> T) rethrows -> T {
    try cells.withUnsafeBufferPointer { cells in
      guard let start = cells.baseAddress else { return try [].withUnsafeBufferPointer(body) }
      return try features.indices.map { start + $0 * count }.withUnsafeBufferPointer(body)
    }
  }
}
