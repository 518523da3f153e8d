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
    var starts: [UnsafePointer<UInt8>] = []
    func next(_ column: Int) throws -> T {
      guard column < columns.count else { return try starts.withUnsafeBufferPointer(body) }
      return try columns[column].withUnsafeBufferPointer { buffer in
        if let start = buffer.baseAddress { starts.append(start) }
        return try next(column + 1)
      }
    }
    return try next(0)
  }
}
