extension RandomAccessCollection where Index == Int {
  /// The first position whose element satisfies a condition that holds for all elements after it, too; the end if there is none.
  @inline(__always) func partitioning(_ isAfter: (Element) -> Bool) -> Int {
    var (low, high) = (startIndex, endIndex)
    while low < high {
      let middle = low + (high - low) / 2
      if isAfter(self[middle]) { high = middle } else { low = middle + 1 }
    }
    return low
  }
}
