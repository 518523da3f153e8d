import Library
import Machine

/// A statement's value as lessons keep it: as `print` shows it, and never a flood.
package enum ResultText {
  private static let lineLimit = 40

  package static func text(_ value: Value, _ machine: Machine) throws -> String {
    if let chart = value.foreign(as: ChartValue.self) { return String(chart.shown(on: machine.effects.console).dropLast()) }
    var text = try machine.text(value, quoted: true)
    if value.tag == .tensor, value.node.type.rank > 0 { text = "\(value.node.type.description)\n\(text)" }
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    guard lines.count > lineLimit else { return text }
    let hidden = lines.count - lineLimit
    return (lines.prefix(lineLimit) + ["... \(hidden) more lines"]).joined(separator: "\n")
  }
}
