import Glibc

/// What is known of the states of a row's columns, passed along the tree to its roots (J. Pearl, Reverend Bayes on inference engines,
/// AAAI 1982). From here, the states can be drawn or their probabilities computed.
struct Beliefs {
  /// For each column and state, how likely what is known of the columns below it is.
  private var below: [[Double]]
  /// The same as it arrives at the parent of each edge.
  private var messages: [[Double]] = []
  /// The logarithm of the probability of what is known.
  private(set) var logProbability = 0.0
  private let model: PrivateTable
  private let shares: [[Double]]
  private let roots: [Int]

  /// `allowed`: for each column a weight for each state; nil if all are possible.
  init(_ model: PrivateTable, _ tree: PrivateTable.Tree, allowed: [[Double]?]) {
    self.model = model
    (shares, roots) = (tree.shares, tree.roots)
    below = zip(allowed, tree.shares).map { $0 ?? [Double](repeating: 1, count: $1.count) }
    messages = [[Double]](repeating: [], count: model.edges.count)
    for (place, edge) in model.edges.enumerated().reversed() {
      let (count, child) = (below[edge.parent].count, below[edge.child])
      let possible = child.indices.filter { child[$0] > 0 }
      var message = (0..<count).map { state in
        possible.count == child.count && allowed[edge.child] == nil && child.allSatisfy({ $0 == 1 })
          ? 1 : possible.reduce(0) { $0 + edge.conditional[state * child.count + $1] * child[$1] }
      }
      // Only ratios matter; products of many small numbers would vanish.
      let largest = message.max() ?? 1
      if largest > 0 {
        for state in message.indices { message[state] /= largest }
        logProbability += log(largest)
      }
      messages[place] = message
      for state in 0..<count { below[edge.parent][state] *= message[state] }
    }
    for root in roots { logProbability += log(zip(shares[root], below[root]).reduce(0) { $0 + $1.0 * $1.1 }) }
  }

  /// The state of each column, drawn; -1 for columns that are not modelled.
  func drawn(_ random: inout RowRandomness) -> [Int] {
    var states = [Int](repeating: -1, count: shares.count)
    for root in roots { states[root] = random.position(zip(shares[root], below[root]).map { $0 * $1 }) }
    for edge in model.edges {
      let (start, child) = (states[edge.parent] * below[edge.child].count, below[edge.child])
      states[edge.child] = random.position(child.indices.map { edge.conditional[start + $0] * child[$0] })
    }
    return states
  }

  /// The probability of each state of each column.
  func probabilities() -> [[Double]] {
    var result = [[Double]](repeating: [], count: shares.count)
    func normalised(_ weights: [Double]) -> [Double] {
      let total = weights.reduce(0, +)
      return total > 0 ? weights.map { $0 / total } : weights
    }
    for root in roots { result[root] = normalised(zip(shares[root], below[root]).map { $0 * $1 }) }
    for (place, edge) in model.edges.enumerated() {
      let child = below[edge.child]
      var weights = [Double](repeating: 0, count: child.count)
      for (state, share) in result[edge.parent].enumerated() where share > 0 && messages[place][state] > 0 {
        // The message is what all states of the child contribute to the parent's, up to a factor.
        let total = child.indices.reduce(0) { $0 + edge.conditional[state * child.count + $1] * child[$1] }
        for other in child.indices { weights[other] += share * edge.conditional[state * child.count + other] * child[other] / total }
      }
      result[edge.child] = normalised(weights)
    }
    return result
  }
}

extension PrivateTable {
  /// What all rows have in common.
  struct Tree {
    let shares: [[Double]]
    /// The modelled columns that no edge leads to.
    let roots: [Int]
  }

  var tree: Tree {
    let children = Set(edges.map(\.child))
    return Tree(shares: columns.map(\.shares), roots: columns.indices.filter { columns[$0].isModelled && !children.contains($0) })
  }
}
