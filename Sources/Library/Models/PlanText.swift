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
        PlanText.shortened(row.name), row.type?.description ?? "", PlanText.human(Double(row.operations)), PlanText.human(Double(row.bytes)),
        PlanText.fixed(seconds * 1e3, 3), PlanText.fixed(100 * row.seconds / max(total, 1e-12), 1) + " %",
        row.seconds > 0 ? PlanText.fixed(100 * roofline.seconds(row) / max(seconds, 1e-12), 0) + " %" : "",
      ])
    }
    let lines = TextTable(rows, right: Set(2..<rows[0].count)).lines
    let operations = report.rows.reduce(0.0) { $0 + Double($1.operations) }
    let least = report.rows.reduce(0.0) { $0 + roofline.seconds($1) }
    let summary =
      "\(PlanText.fixed(total / runs * 1e3, 3)) ms per step over \(report.runs) steps; \(PlanText.human(operations)) operations, "
      + "\(PlanText.human(Double(report.arenaBytes)))B of temporary memory\n"
      + "the machine's limits are \(PlanText.human(roofline.flops)) operations and \(PlanText.human(roofline.memoryBandwidth))B per second "
      + "(\(PlanText.human(roofline.cacheBandwidth))B in cache), so at least \(PlanText.fixed(least * 1e3, 3)) ms per step: "
      + "\(PlanText.fixed(100 * least / max(total / runs, 1e-12), 0)) % of the limit"
    return (lines + [summary]).joined(separator: "\n") + "\n"
  }

  private static func shortened(_ name: String) -> String {
    name.count <= 48 ? name : String(name.prefix(45)) + "..."
  }

  private static func fixed(_ value: Double, _ digits: Int) -> String {
    let scale = [1.0, 10, 100, 1000][digits]
    let whole = Int((max(0, min(value, 1e12)) * scale).rounded())
    guard digits > 0 else { return "\(whole)" }
    let rest = "\(whole % Int(scale))"
    return "\(whole / Int(scale)).\(String(repeating: "0", count: digits - rest.count))\(rest)"
  }

  private static func human(_ value: Double) -> String {
    for (scale, unit) in [(1e12, " T"), (1e9, " G"), (1e6, " M"), (1e3, " k")] where value >= scale {
      return fixed(value / scale, value / scale < 10 ? 2 : value / scale < 100 ? 1 : 0) + unit
    }
    return "\(Int(value)) "
  }
}
