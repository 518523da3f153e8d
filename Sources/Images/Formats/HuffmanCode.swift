/// A prefix code of at most `limit` bits for symbols with these frequencies, with canonical code words (RFC 1951, 3.2.2).
struct HuffmanCode {
  /// The length of each symbol's word in bits; 0 if the symbol does not occur.
  let lengths: [UInt8]
  /// The words, the first bit lowest, as deflate stores them.
  let words: [UInt16]

  init(lengths: [UInt8]) {
    self.lengths = lengths
    var counts = [UInt16](repeating: 0, count: 16)
    for length in lengths where length > 0 { counts[Int(length)] += 1 }
    var next = [UInt16](repeating: 0, count: 16)
    for length in 1..<16 { next[length] = (next[length - 1] &+ counts[length - 1]) &<< 1 }
    words = lengths.map { length in
      guard length > 0 else { return 0 }
      defer { next[Int(length)] &+= 1 }
      return HuffmanCode.reversed(next[Int(length)], length)
    }
  }

  init(_ frequencies: [UInt32], limit: Int) {
    // By frequency, ties by symbol.
    let symbols = frequencies.indices.filter { frequencies[$0] > 0 }.sorted { (frequencies[$0], $0) < (frequencies[$1], $1) }
    var lengths = [UInt8](repeating: 0, count: frequencies.count)
    if symbols.count == 1 { lengths[symbols[0]] = 1 }
    if symbols.count > 1 {
      var counts = HuffmanCode.counts(symbols.map { frequencies[$0] }, limit: limit)
      var rest = symbols[...]
      // The rarest symbols have the longest words.
      for length in stride(from: limit, through: 1, by: -1) {
        for symbol in rest.prefix(counts[length]) { lengths[symbol] = UInt8(length) }
        rest = rest.dropFirst(counts[length])
        counts[length] = 0
      }
    }
    self.init(lengths: lengths)
  }

  /// The number of words of each length, for two or more ascending frequencies.
  private static func counts(_ weights: [UInt32], limit: Int) -> [Int] {
    // Huffman's algorithm with two queues: leaves, and inner nodes, which arise in ascending order (J. van Leeuwen, "On the
    // construction of Huffman trees", 1976).
    let leaves = weights.count
    var sums = weights.map(UInt64.init)
    var parents = [Int](repeating: 0, count: 2 * leaves - 1)
    var (leaf, inner) = (0, leaves)
    for node in leaves..<2 * leaves - 1 {
      var sum: UInt64 = 0
      for _ in 0..<2 {
        let takesLeaf = leaf < leaves && (inner >= node || sums[leaf] <= sums[inner])
        let child = takesLeaf ? leaf : inner
        if takesLeaf { leaf += 1 } else { inner += 1 }
        parents[child] = node
        sum += sums[child]
      }
      sums.append(sum)
    }
    var depths = [Int](repeating: 0, count: 2 * leaves - 1)
    var counts = [Int](repeating: 0, count: limit + 1)
    var excess = -(1 << limit)
    for node in stride(from: 2 * leaves - 3, through: 0, by: -1) {
      depths[node] = depths[parents[node]] + 1
      guard node < leaves else { continue }
      let length = min(depths[node], limit)
      counts[length] += 1
      excess += 1 << (limit - length)
    }
    // Words that are cut to the limit are too many; a shorter word is lengthened for each (ITU-T T.81, K.3).
    while excess > 0 {
      guard let length = (1..<limit).last(where: { counts[$0] > 0 }) else { break }
      counts[length] -= 1
      counts[length + 1] += 2
      counts[limit] -= 1
      excess -= 1
    }
    return counts
  }

  private static func reversed(_ word: UInt16, _ length: UInt8) -> UInt16 {
    var (result, rest): (UInt16, UInt16) = (0, word)
    for _ in 0..<length {
      result = result << 1 | rest & 1
      rest >>= 1
    }
    return result
  }
}
