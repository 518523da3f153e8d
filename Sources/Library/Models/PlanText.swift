import Engine

/// A plan's report as a table for people.
struct PlanText {
  private let report: PlanReport
  private let roofline: Roofline

  init(_ report: PlanReport, _ roofline: Roofline) {
    self.report = report
    self.roofline = roofline
  }

  var text: String {
    let runs = Double(max(report.runs, 1))
    let total = report.rows.reduce(0) { $0 + $1.seconds }
    var rows = [["kernel", "output", "operations", "bytes", "ms", "share", "of the limit"]]
    for row in report.rows where row.seconds > 0 || row.operations > 0 {
      let seconds = row.seconds / runs
      rows.append([
        PlanText.shortened(row.name), row.type?.description ?? "", Quantity.text(Double(row.operations)), Quantity.text(Double(row.bytes)),
        Quantity.fixed(seconds * 1e3, 3), Quantity.fixed(100 * row.seconds / max(total, 1e-12), 1) + " %",
        row.seconds > 0 ? Quantity.fixed(100 * roofline.seconds(row) / max(seconds, 1e-12), 0) + " %" : "",
      ])
    }
    let lines = TextTable(rows, right: Set(2..<rows[0].count)).lines
    let operations = report.rows.reduce(0.0) { $0 + Double($1.operations) }
    let least = report.rows.reduce(0.0) { $0 + roofline.seconds($1) }
    let summary =
      "\(Quantity.fixed(total / runs * 1e3, 3)) ms per step over \(report.runs) steps; \(Quantity.text(operations)) operations, "
      + "\(Quantity.text(Double(report.arenaBytes)))B of temporary memory\n"
      + "the machine's limits are \(Quantity.text(roofline.flops)) operations and \(Quantity.text(roofline.memoryBandwidth))B per second "
      + "(\(Quantity.text(roofline.cacheBandwidth))B in cache), so at least \(Quantity.fixed(least * 1e3, 3)) ms per step: "
      + "\(Quantity.fixed(100 * least / max(total / runs, 1e-12), 0)) % of the limit"
    return (lines + [summary]).joined(separator: "\n") + "\n"
  }

  private static func shortened(_ name: String) -> String {
    name.count <= 48 ? name : String(name.prefix(45)) + "..."
  }
}
