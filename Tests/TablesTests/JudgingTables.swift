import Engine
import Foundation
import Testing

@testable import Tables

/// Tables that Tests/Reference/judging.py makes by the same formulas, and the numbers it found.
enum JudgingTables {
  static func workers(_ threads: Int = 1) -> Workers { Workers(Engine(threads: threads)) }

  static func expected() throws -> [String: Double] {
    let file = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent().appending(path: "Reference/judging.txt")
    return try String(contentsOf: file, encoding: .utf8).split(separator: "\n").reduce(into: [:]) { numbers, line in
      let parts = line.split(separator: "\t")
      numbers[String(parts[0])] = Double(parts[1])
    }
  }

  /// A number in [0, 1) by SplitMix64.
  static func unit(_ seed: Int, _ row: Int, _ place: Int) -> Double {
    var z = UInt64(seed * 1_000_003 + row * 101 + place) &* 0x9E37_79B9_7F4A_7C15
    z = (z ^ z >> 30) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ z >> 27) &* 0x94D0_49BB_1331_11EB
    return Double((z ^ z >> 31) >> 11) * 0x1p-53
  }

  /// Two columns of numbers, one with gaps, a column of whole numbers, one of categories with gaps, and one of booleans.
  static func mixed(_ seed: Int, _ count: Int, shift: Double = 0) throws -> Table {
    func unit(_ row: Int, _ place: Int) -> Double { JudgingTables.unit(seed, row, place) }
    let rows = 0..<count
    let a = rows.map { 10 * unit($0, 0) + shift }
    let gapsOfB = rows.map { unit($0, 2) < 0.1 + shift / 10 }
    let gapsOfD = rows.map { unit($0, 6) < 0.05 }
    return try Table([
      Column("a", .number(a)),
      Column("b", .number(rows.map { gapsOfB[$0] ? 0 : 0.5 * a[$0] + 3 * unit($0, 1) }), gaps: Gaps(gapsOfB)),
      Column("c", .whole(rows.map { Int(20 * unit($0, 3) * unit($0, 4)) })),
      // The order of the levels does not matter.
      Column(
        "d", .category(rows.map { gapsOfD[$0] ? -1 : Int32(3 - Int(4 * unit($0, 5) * unit($0, 5))) }, levels: ["k3", "k2", "k1", "k0"]),
        gaps: Gaps(gapsOfD)),
      Column("e", .boolean(rows.map { unit($0, 7) < (a[$0] - shift) / 10 })),
    ])
  }

  /// Features and a number that depends on them.
  static func learnable(_ seed: Int, _ count: Int) throws -> (features: Table, y: [Double]) {
    func unit(_ row: Int, _ place: Int) -> Double { JudgingTables.unit(seed, row, place) }
    let gaps = (0..<count).map { unit($0, 6) < 0.15 }
    let levels = (0..<count).map { Int(12 * unit($0, 5)) }
    let y = (0..<count).map { row -> Double in
      let noise = 0.6 * (unit(row, 7) + unit(row, 8) + unit(row, 9) - 1.5)
      return 2 * unit(row, 0) + 3 * unit(row, 1) * unit(row, 2) + (gaps[row] ? 1 : unit(row, 4)) + 1.5 * Double(levels[row] * 7 % 12) / 12 + noise
    }
    var columns = (0..<4).map { place in Column("x\(place)", .number((0..<count).map { unit($0, place) })) }
    columns.append(Column("x4", .number((0..<count).map { gaps[$0] ? 0 : unit($0, 4) }), gaps: Gaps(gaps)))
    columns.append(Column("level", .category(levels.map(Int32.init), levels: (0..<12).map { "\($0)" })))
    return (try Table(columns), y)
  }
}
