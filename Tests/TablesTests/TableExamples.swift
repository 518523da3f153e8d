import Testing

@testable import Tables

enum Examples {
  static func penguins() throws -> Table {
    try Table([
      Column("species", .category([0, 0, 0, 1, 1, 2], levels: ["Adelie", "Gentoo", "Chinstrap"])),
      Column("bill_length_mm", .number([39.1, 39.5, 0, 46, 50, 42.5]), gaps: gaps(2)),
      Column("body_mass_g", .whole([3750, 3800, 0, 4200, 5700, 3850]), gaps: gaps(2)),
      Column("sex", .category([0, 1, -1, 1, 0, -1], levels: ["male", "female"]), gaps: gaps(2, 5)),
      Column("hatched", .date(["2007-11-11", "2007-11-11", "2007-11-16", "2007-11-27", "2007-11-27", "2007-12-03"].map(days))),
    ])
  }

  static func gaps(_ rows: Int..., count: Int = 6) -> Gaps { Gaps((0..<count).map { rows.contains($0) }) }

  static func days(_ text: String) -> Int { Calendar.days(Array(text.utf8)[...]) ?? 0 }
}

/// Compares line by line, so that a failure shows the lines that differ.
func expectText(_ text: String, _ expected: String, sourceLocation: SourceLocation = #_sourceLocation) {
  let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
  let wanted = expected.split(separator: "\n", omittingEmptySubsequences: false)
  guard lines != wanted else { return }
  let rows = (0..<max(lines.count, wanted.count)).map { row in
    let (line, want) = (row < lines.count ? String(lines[row]) : "(none)", row < wanted.count ? String(wanted[row]) : "(none)")
    return line == want ? "  \(line)" : "+ \(line)\n- \(want)"
  }
  Issue.record("differs:\n\(rows.joined(separator: "\n"))", sourceLocation: sourceLocation)
}
