import DataSets
import Diagnostics
import Effects
import Images
import Tensors

/// A recipe as evaluated, with what it says about copies.
struct GrowRecipe {
  let program: String
  var recipe = Recipe()
  var copies = 1
  var keepsOriginals = false
}

/// What `loam grow` prints: live progress on a terminal, and a summary.
final class GrowReport {
  private let plan: GrowPlan
  private let output: String
  private let effects: Effects
  private let start: Double
  private var last: GrowRun.Progress?

  init(_ plan: GrowPlan, output: String, _ effects: Effects) {
    (self.plan, self.output, self.effects) = (plan, output, effects)
    start = effects.clock.seconds
  }

  func progress(_ progress: GrowRun.Progress) {
    last = progress
    effects.progress.update(line(progress))
  }

  private func line(_ progress: GrowRun.Progress) -> String {
    let seconds = effects.clock.seconds - start
    let share = progress.total > 0 ? progress.done * 100 / progress.total : 100
    var line = "\(share) %  \(progress.done) of \(progress.total)"
    if seconds > 0.5, progress.made > 0 {
      let rate = Double(progress.made) / seconds
      line += "  \(rateText(rate)) a second  \(timeText(Double(progress.total - progress.done) / rate)) left"
    }
    return line
  }

  func skipped(_ picture: SkippedPicture) {
    let name = picture.problem.contains(picture.name) ? "" : "`\(picture.name)`: "
    effects.progress.writeLine("left out: \(name)\(picture.problem)".visible)
  }

  func interrupted() {
    let done = last.map { "\($0.done) of \($0.total) results are made" } ?? "no result is made yet"
    effects.progress.writeLine("interrupted: \(done); --resume continues")
  }

  func finished(_ outcome: GrowRun.Outcome) {
    let seconds = effects.clock.seconds - start
    // Erases the live line.
    if last != nil, effects.progress.permanentLines == .last { effects.progress.writeLine("100 %  \(plan.results.count) of \(plan.results.count)") }
    var line = "\(output.visible): \(counted(outcome.made, "picture"))"
    if outcome.alreadyMade > 0 { line += " (and \(outcome.alreadyMade) made before)" }
    line += " from \(plan.source.count)"
    if outcome.made > 0 { line += " in \(timeText(seconds)), \(rateText(Double(outcome.made) / max(seconds, 1e-9))) a second" }
    if !outcome.skipped.isEmpty { line += "; \(counted(outcome.skipped.count, plan.mixing == nil ? "broken picture" : "result")) left out" }
    effects.console.write(line + "\n")
  }

  func forecast(_ forecast: GrowForecast) {
    let (source, settings) = (plan.source, plan.settings)
    var lines = ["\(counted(source.count, "picture"))\(source.classes.isEmpty ? "" : " of \(counted(source.classes.count, "class", "classes"))")"]
    let part = plan.part.count == 1 ? "" : " (part \(plan.part.number) of \(plan.part.count))"
    lines.append("\(counted(forecast.results, "result"))\(part) in \(output.visible), \(counted(forecast.files, "file")) as \(settings.format.rawValue)")
    if !plan.annotationKinds.isEmpty { lines.append("with \(plan.annotationKinds.joined(separator: ", ")) of each") }
    for example in forecast.examples { lines.append("  \(example.name.visible)  \(example.shape.map(String.init).joined(separator: "×"))") }
    if forecast.results > forecast.examples.count { lines.append("  ...") }
    lines.append("about \(Storage.formatBytes(forecast.bytesInMemory)) in memory, judged by \(counted(forecast.sampled, "picture"))")
    effects.console.write(lines.map { $0 + "\n" }.joined())
  }

  private func rateText(_ rate: Double) -> String { rate < 10 ? "\((rate * 10).rounded() / 10)" : "\(Int(rate.rounded()))" }

  private func timeText(_ seconds: Double) -> String {
    guard seconds >= 60 else { return seconds < 10 ? "\((seconds * 10).rounded() / 10) s" : "\(Int(seconds.rounded())) s" }
    let whole = Int(min(seconds, 1e9).rounded())
    return whole >= 3600 ? "\(whole / 3600) h \(whole / 60 % 60) min" : "\(whole / 60) min \(whole % 60) s"
  }
}
