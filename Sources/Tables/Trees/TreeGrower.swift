import Engine

/// Grows trees on the same rows leaf by leaf, always where the loss falls most (G. Ke et al., "LightGBM", NeurIPS 2017), from
/// histograms of the gradients. Features are searched in parallel, and every sum has one order, so that trees are the same for any
/// number of threads.
final class TreeGrower {
  private struct Leaf {
    var node: Int
    /// Of the positions in `order`.
    var rows: Range<Int>
    var sums: BinSums
    /// The index of its histograms; nil if it has too few rows to be split.
    var slot: Int?
    var split: Split?
  }

  private let features: [TreeRows.Feature]
  private let columns: UnsafeBufferPointer<UnsafePointer<UInt8>>
  private let settings: TreeSettings
  private let search: SplitSearch
  private let workers: Workers

  /// Where the bins of each feature start in a histogram.
  private let starts: [Int]
  private let binCount: Int
  private let rowCount: Int
  /// The rows of each leaf are consecutive and ascending.
  private let order: UnsafeMutablePointer<Int32>
  private let moved: UnsafeMutablePointer<Int32>
  /// The gradients and Hessians of the rows of a node.
  private let gathered: UnsafeMutablePointer<SIMD2<Double>>
  private let histograms: UnsafeMutablePointer<BinSums>

  /// Below so many cells, threads cost more than they save.
  private static let parallelCells = 20_000

  init(_ features: [TreeRows.Feature], _ columns: UnsafeBufferPointer<UnsafePointer<UInt8>>, rows: Int, _ settings: TreeSettings, _ workers: Workers) {
    self.features = features
    self.columns = columns
    self.settings = settings
    self.workers = workers
    search = SplitSearch(smallestLeaf: settings.smallestLeaf(rows: rows), l2: settings.l2)
    var (starts, end): ([Int], Int) = ([], 0)
    for feature in features {
      starts.append(end)
      end += feature.bins
    }
    self.starts = starts
    binCount = end
    rowCount = rows
    order = .allocate(capacity: rows)
    moved = .allocate(capacity: rows)
    gathered = .allocate(capacity: rows)
    histograms = .allocate(capacity: settings.leaves * binCount)
  }

  deinit {
    order.deallocate()
    moved.deallocate()
    gathered.deallocate()
    histograms.deallocate()
  }

  /// A tree that lowers the loss with these gradients and Hessians. Adds its values to the scores. All arrays are over the rows
  /// of the features' columns; `rows` are those to learn from.
  func grow(_ rows: [Int32], _ gradients: UnsafePointer<SIMD2<Double>>, _ scores: UnsafeMutablePointer<Double>) throws -> Tree {
    var total = BinSums()
    for (position, row) in rows.enumerated() {
      order[position] = row
      total.sums += gradients[Int(row)]
    }
    total.count = rowCount
    var tree = Tree(nodes: [.init()])
    var leaves = [Leaf(node: 0, rows: 0..<rowCount, sums: total)]
    if canSplit(total) {
      leaves[0].slot = 0
      let splits = try findSplits(built: leaves[0], subtractedFrom: nil, gradients)
      leaves[0].split = splits.0
    }
    while leaves.count < settings.leaves,
      let index = leaves.indices.filter({ leaves[$0].split != nil }).max(by: { gain(leaves[$0]) < gain(leaves[$1]) })
    {
      guard let split = leaves[index].split else { break }
      let leaf = leaves[index]
      let middle = partition(leaf.rows, split)
      var left = Leaf(node: tree.nodes.count, rows: leaf.rows.lowerBound..<middle, sums: split.left)
      var right = Leaf(node: tree.nodes.count + 1, rows: middle..<leaf.rows.upperBound, sums: leaf.sums - split.left)
      tree.nodes[leaf.node].feature = Int32(split.feature)
      tree.nodes[leaf.node].goesLeft = split.goesLeft
      tree.nodes[leaf.node].left = Int32(left.node)
      tree.nodes += [.init(), .init()]
      // The histograms of the smaller child are made from its rows, those of the larger one by subtraction.
      let leftIsSmaller = left.sums.count <= right.sums.count
      if leaves.count + 1 < settings.leaves, canSplit(leftIsSmaller ? right.sums : left.sums) {
        if leftIsSmaller { (left.slot, right.slot) = (leaves.count, leaf.slot) } else { (left.slot, right.slot) = (leaf.slot, leaves.count) }
        let (built, subtracted) = leftIsSmaller ? (left, right) : (right, left)
        let splits = try findSplits(built: built, subtractedFrom: subtracted, gradients)
        (left.split, right.split) = leftIsSmaller ? splits : (splits.1, splits.0)
      }
      leaves[index] = left
      leaves.append(right)
    }
    for leaf in leaves {
      let value = -settings.learningRate * leaf.sums.sums.x / (leaf.sums.sums.y + settings.l2)
      tree.nodes[leaf.node].value = value.isFinite ? value : 0
      for position in leaf.rows { scores[Int(order[position])] += tree.nodes[leaf.node].value }
    }
    return tree
  }

  private func canSplit(_ sums: BinSums) -> Bool { sums.count >= 2 * search.smallestLeaf }

  private func gain(_ leaf: Leaf) -> Double { leaf.split?.gain ?? 0 }

  /// Moves the rows that go left before the others. Returns where the others start.
  private func partition(_ rows: Range<Int>, _ split: Split) -> Int {
    let (column, goesLeft) = (columns[split.feature], split.goesLeft)
    var (left, right) = (rows.lowerBound, 0)
    for position in rows {
      let row = order[position]
      let isLeft = goesLeft.contains(column[Int(row)])
      order[left] = row
      moved[right] = row
      left += isLeft ? 1 : 0
      right += isLeft ? 0 : 1
    }
    (order + left).update(from: moved, count: right)
    return left
  }

  /// Makes the histograms of `built` from its rows, and those of its sibling by subtraction from those of the parent, which are in
  /// the sibling's slot. Returns the best splits of both.
  private func findSplits(built: Leaf, subtractedFrom sibling: Leaf?, _ gradients: UnsafePointer<SIMD2<Double>>) throws -> (Split?, Split?) {
    guard let slot = built.slot else { return (nil, nil) }
    for position in built.rows { gathered[position] = gradients[Int(order[position])] }
    func find(_ feature: Int) -> (Split?, Split?) {
      let bins = features[feature].bins
      let histogram = UnsafeMutableBufferPointer(start: histograms + (slot * binCount + starts[feature]), count: bins)
      histogram.initialize(repeating: BinSums())
      let column = columns[feature]
      for position in built.rows {
        let bin = Int(column[Int(order[position])])
        histogram[bin].sums += gathered[position]
        histogram[bin].count += 1
      }
      let isCategory = features[feature].isCategory
      let split = search.best(UnsafeBufferPointer(histogram), built.sums, feature: feature, isCategory: isCategory)
      guard let sibling, let other = sibling.slot else { return (split, nil) }
      let parent = UnsafeMutableBufferPointer(start: histograms + (other * binCount + starts[feature]), count: bins)
      for bin in 0..<bins { parent[bin] = parent[bin] - histogram[bin] }
      return (split, search.best(UnsafeBufferPointer(parent), sibling.sums, feature: feature, isCategory: isCategory))
    }
    let found: [(Split?, Split?)]
    if built.rows.count * features.count < Self.parallelCells {
      try workers.throwIfInterrupted()
      found = features.indices.map(find)
    } else {
      found = try workers.map(features.count) { find($0) }
    }
    return (best(found.lazy.map(\.0)), best(found.lazy.map(\.1)))
  }

  /// The first of the best.
  private func best(_ splits: some Sequence<Split?>) -> Split? {
    var best: Split?
    for case .some(let split) in splits where split.gain > best?.gain ?? 0 { best = split }
    return best
  }
}
