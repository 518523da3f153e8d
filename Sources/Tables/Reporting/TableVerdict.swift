/// What the main measures of a report say, a sentence or two for each topic.
enum TableVerdict {
  static func sentences(_ report: TableReport) -> [String] {
    [validity(report), alike(report), detection(report), usefulness(report), privacy(report)].compactMap { $0 }
  }

  private static func validity(_ report: TableReport) -> String? {
    guard let valid = report.estimate(.validRows) else { return nil }
    guard valid.value < 1 else { return "All synthetic rows are valid." }
    var sentence = "\(ReportNumber.percent(1 - valid.value)) of the synthetic rows are invalid"
    if let constraints = report.estimate(.constraints), constraints.value < 1 {
      sentence += "; \(ReportNumber.percent(1 - constraints.value)) violate the constraints"
    }
    if let worst = ReportPart.worstFirst(report.rows.filter { $0.measure == .validCells }).first {
      sentence += "; most invalid cells are in \(worst.columnsText)"
    }
    return sentence + "."
  }

  private static func alike(_ report: TableReport) -> String? {
    func sentence(_ mean: Estimate?, _ what: String, _ measures: [TableMeasure]) -> String? {
      guard let mean, let worst = ReportPart.worstFirst(report.rows.filter { measures.contains($0.measure) }).first else { return nil }
      return "\(what) are alike by \(ReportNumber.text(mean.value)) of 1 on average, "
        + "and least in \(worst.columnsText), by \(ReportNumber.text(worst.estimate.value))."
    }
    let sentences = [
      sentence(report.estimate(.meanShape), "Columns", [.numberShape, .categoryShape]),
      sentence(report.estimate(.meanTrend), "Pairs of columns", [.correlation, .contingency]),
    ].compactMap { $0 }
    return sentences.isEmpty ? nil : sentences.joined(separator: " ")
  }

  private static func detection(_ report: TableReport) -> String? {
    guard let area = report.estimate(.detection) else { return nil }
    let value = ReportNumber.text(area.value)
    if area.high < 0.5 { return "A classifier finds synthetic rows less often than by chance (\(value)), which hints at copies of real rows." }
    if area.low <= 0.5 { return "A classifier cannot tell synthetic rows from real ones (\(value), where 0.5 is chance)." }
    return "A classifier finds the real one of a real and a synthetic row in \(ReportNumber.percent(area.value)) of pairs, where 50 % is chance."
  }

  private static func usefulness(_ report: TableReport) -> String? {
    let measures: [(TableMeasure, TableMeasure, TableMeasure, String)] = [
      (.accuracyOfSynthetic, .accuracyOfReal, .accuracyOfShuffled, "with an accuracy of"),
      (.r2OfSynthetic, .r2OfReal, .r2OfShuffled, "with an R² of"),
    ]
    for (synthetic, real, shuffled, words) in measures {
      guard let row = report.rows.first(where: { $0.measure == synthetic }) else { continue }
      var sentence = "A model trained on synthetic rows predicts \(row.columnsText) \(words) \(ReportNumber.text(row.estimate.value))"
      if let real = report.estimate(real) { sentence += "; trained on real rows, \(ReportNumber.text(real.value))" }
      if let shuffled = report.estimate(shuffled) { sentence += "; without any structure, \(ReportNumber.text(shuffled.value))" }
      return sentence + "."
    }
    return nil
  }

  /// A sign of memorised rows is one that chance does not explain: the intervals do not overlap.
  private static func privacy(_ report: TableReport) -> String? {
    var signs: [String] = []
    if let copies = report.estimate(.copies), let chance = report.estimate(.copiesAmongTest), copies.low > chance.high {
      signs.append("\(ReportNumber.percent(copies.value)) of the synthetic rows are copies, where \(ReportNumber.percent(chance.value)) are by chance")
    }
    if let nearer = report.estimate(.nearerToTraining), nearer.low > 0.5 {
      signs.append("\(ReportNumber.percent(nearer.value)) are nearer to training rows than to test rows, where 50 % is chance")
    }
    if let attack = report.estimate(.membership), attack.low > 0.5 {
      signs.append("an attacker recognises training rows in \(ReportNumber.percent(attack.value)) of pairs, where 50 % is chance")
    }
    if !signs.isEmpty { return "There are signs of memorised training rows: \(signs.joined(separator: "; "))." }
    return report.estimate(.nearerToTraining) == nil ? nil : "There is no sign of memorised training rows."
  }
}
