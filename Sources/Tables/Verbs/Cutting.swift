import Diagnostics
import Glibc

/// Where numbers are cut into classes.
package enum CutEdges: Sendable {
  /// At these numbers, which ascend.
  case at([Double])
  /// Into so many classes of the same width from the least number to the greatest.
  case count(Int)
}

extension Column {
  /// A category of the classes of numbers. A class contains its upper edge and not its lower one, as in `(10, 20]`, but the first contains
  /// both: `[0, 10]`. Numbers outside the edges are gaps. The classes are the levels, in order, also those without rows.
  ///
  /// Labels are the intervals, or `labels`, one for each class. If all numbers are equal, classes by count span from 0.5 below to 0.5
  /// above. Errors: columns that are not of numbers (L0517); edges that are fewer than two, not ascending or not finite, counts outside 1 to
  /// 10,000, no number to find edges from, labels that differ in number from the classes or are equal (L0520).
  package func cut(_ edges: CutEdges, labels: [String]? = nil) throws -> Column {
    guard kind.isNumeric, let numbers = numbers() else { throw unfit("cut") }
    let bounds = try bounds(edges, numbers)
    for (low, high) in zip(bounds, bounds.dropFirst()) where !(low < high) {
      throw Fault(TablesErrors.rows, "the edges of `cut` must ascend, got \(low) before \(high)")
    }
    let classes = bounds.count - 1
    let names = labels ?? Column.intervals(edges, bounds)
    guard names.count == classes else {
      throw Fault(
        TablesErrors.rows, "`cut` needs one label for each of \(counted(classes, "class", "classes")), got \(names.count)",
        hint: "n edges make n - 1 classes")
    }
    var positions = WordPositions()
    for (position, name) in names.enumerated() where positions.position(of: name) != position {
      throw Fault(TablesErrors.rows, "the label \"\(name)\" is given twice")
    }
    var codes = [Int32](repeating: -1, count: count)
    for row in 0..<count where numbers[row] >= bounds[0] && numbers[row] <= bounds[classes] {
      codes[row] = Int32(max(0, Column.firstIndex(in: bounds, notBelow: numbers[row]) - 1))
    }
    return Column(name, .category(codes, levels: names), gaps: Gaps(codes.map { $0 < 0 }))
  }

  private func bounds(_ edges: CutEdges, _ numbers: [Double]) throws -> [Double] {
    switch edges {
    case .at(let bounds):
      guard bounds.count >= 2, bounds.count <= 10_001, bounds.allSatisfy(\.isFinite) else {
        throw Fault(TablesErrors.rows, "`cut` needs 2 to 10,001 edges that are finite, got \(bounds.count)")
      }
      return bounds
    case .count(let classes):
      guard (1...10_000).contains(classes) else { throw Fault(TablesErrors.rows, "`cut` makes 1 to 10,000 classes, got \(classes)") }
      let present = numbers.filter { !$0.isNaN }
      guard var least = present.min(), var greatest = present.max() else {
        throw Fault(TablesErrors.rows, "`\(name)` has no number to find the edges of classes from", hint: "give the edges")
      }
      if least == greatest { (least, greatest) = (least - 0.5, greatest + 0.5) }
      return (0...classes).map { $0 == classes ? greatest : Column.between(least, greatest, Double($0) / Double(classes)) }
    }
  }

  /// The position of the first bound that is at least `number`, by bisection.
  private static func firstIndex(in bounds: [Double], notBelow number: Double) -> Int {
    min(bounds.partitioning { $0 >= number }, bounds.count - 1)
  }

  /// Given edges in full, found ones with the fewest digits, three at least, that keep them apart.
  private static func intervals(_ edges: CutEdges, _ bounds: [Double]) -> [String] {
    var texts: [String] = []
    let isGiven = if case .at = edges { true } else { false }
    for digits in isGiven ? 17...17 : 3...17 {
      texts = bounds.map { shortened($0, digits) }
      if Set(texts).count == bounds.count { break }
    }
    return (0..<bounds.count - 1).map { "\($0 == 0 ? "[" : "(")\(texts[$0]), \(texts[$0 + 1])]" }
  }

  private static func shortened(_ number: Double, _ digits: Int) -> String {
    // Whole numbers are written in full.
    if number == number.rounded(), abs(number) < 1e15 { return "\(Int(number))" }
    if digits == 17 { return number.description }
    var buffer = [CChar](repeating: 0, count: 64)
    _ = withVaList([Int32(digits), number]) { vsnprintf(&buffer, buffer.count, "%.*g", $0) }
    return String(decoding: buffer.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }
}
