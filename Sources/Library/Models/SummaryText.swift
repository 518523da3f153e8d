import Machine
import Tensors

/// A summary as a table for people, at most 80 columns wide.
package struct SummaryText {
  private let summary: ModelSummary
  private let limit: Int
  private static let width = 80
  private static let outputWidth = 12

  /// `limit`: the number of layers to show.
  package init(_ summary: ModelSummary, limit: Int = .max) {
    self.summary = summary
    self.limit = limit
  }

  /// The table: a row of titles, the layers, their total. Then what the numbers mean.
  package var lines: [String] {
    let shown = summary.layers.prefix(limit)
    var rows = [["layer", "output", "", "parameters", "FLOPs", "weights", "outputs"]]
    rows += shown.map { layer in
      let calls = layer.activity?.calls ?? 0
      return [
        SummaryText.name(layer), output(layer), calls > 1 ? "\(calls)×" : "", layer.parameters > 0 ? Quantity.grouped(layer.parameters) : "",
        SummaryText.quantity(layer.activity?.operations ?? 0), SummaryText.bytes(Double(layer.parameterBytes)),
        SummaryText.bytes(layer.activity?.outputBytes ?? 0),
      ]
    }
    rows.append([
      "total", "", "", Quantity.grouped(summary.parameters), SummaryText.quantity(summary.operations),
      SummaryText.bytes(Double(summary.parameterBytes)), SummaryText.bytes(summary.outputBytes),
    ])
    if rows.allSatisfy({ $0[2].isEmpty }) { rows = rows.map { Array($0.prefix(2)) + $0.dropFirst(3) } }
    var lines = TextTable(fitted(rows), right: Set(2..<rows[0].count)).lines
    if shown.count < summary.layers.count { lines.insert("… \(summary.layers.count - shown.count) more", at: lines.count - 1) }
    return lines + notes
  }

  package var text: String { lines.joined(separator: "\n") + "\n" }

  // MARK: Cells

  private static func name(_ layer: ModelSummary.Layer) -> String {
    let space = String(repeating: "  ", count: min(layer.depth, 12))
    if let path = layer.sameAs { return "\(space)\(layer.name) = \(path)" }
    return space + (layer.name.isEmpty ? layer.kind : "\(layer.name) \(layer.kind)")
  }

  /// The shape for each example, as in `7×7×64`.
  private func output(_ layer: ModelSummary.Layer) -> String {
    if layer.sameAs != nil { return "" }
    if layer.isState { return "state" }
    guard summary.function != nil else { return layer.isBuilt ? "" : "not built" }
    guard let activity = layer.activity else { return layer.depth == 0 ? "" : "not called" }
    let shapes = activity.outputs.map { type in
      let shape = type.shape.first == 1 ? Array(type.shape.dropFirst()) : type.shape
      return shape.isEmpty ? "1" : shape.map(String.init).joined(separator: "×")
    }
    return SummaryText.shortened(shapes.joined(separator: ", "), SummaryText.outputWidth)
  }

  private static func quantity(_ value: Double) -> String {
    var text = Quantity.text(value)
    if text.last == " " { text.removeLast() }
    return value > 0 ? text : ""
  }

  private static func bytes(_ value: Double) -> String { value > 0 ? Quantity.text(value) + "B" : "" }

  private static func shortened(_ text: String, _ width: Int) -> String {
    text.count <= width ? text : String(text.prefix(max(width, 1) - 1)) + "…"
  }

  /// The names are shortened to what the other columns leave.
  private func fitted(_ rows: [[String]]) -> [[String]] {
    let widths = (1..<rows[0].count).map { column in rows.map { $0[column].count }.max() ?? 0 }
    let available = max(20, SummaryText.width - widths.reduce(0) { $0 + $1 + 2 })
    return rows.map { [SummaryText.shortened($0[0], available)] + $0.dropFirst() }
  }

  // MARK: Notes

  private var notes: [String] {
    var first = "\(SummaryText.counted(summary.parameters, "trainable parameter")), \(Quantity.text(Double(summary.parameterBytes)))B"
    if summary.states > 0 {
      first += "; states of \(SummaryText.counted(summary.states, "number")), \(Quantity.text(Double(summary.stateBytes)))B"
    }
    guard let function = summary.function else { return [first] }
    return [
      first, "FLOPs and outputs: one example in `\(function)`; a multiply-add is 2 FLOPs. A row",
      "includes all calls of its layer, but not the layers within it.",
    ]
  }

  private static func counted(_ count: Int, _ noun: String) -> String { "\(Quantity.grouped(count)) \(noun)\(count == 1 ? "" : "s")" }
}
