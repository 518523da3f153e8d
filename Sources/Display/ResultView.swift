import Diagnostics
import Effects
import Library
import Machine
import Tensors

/// The text of a value at the prompt or below a cell of a lesson: a description, and as much of the value as is useful.
/// Omissions are marked `…`, since `...` in a lesson matches anything.
package struct ResultView {
  private let machine: Machine
  private static let rowLimit = 8
  private static let layerLimit = 40
  private static let itemLimit = 20
  private static let shownItems = 10
  private static let fieldLimit = 30
  private static let characterLimit = 2000
  private static let lineWidth = 80

  package init(_ machine: Machine) { self.machine = machine }

  package func text(_ value: Value) throws -> String {
    if let chart = value.foreign(as: ChartValue.self) { return String(chart.shown(on: machine.effects.console).dropLast()) }
    if value.tag == .foreign, let shown = value.foreign.shown(width: terminalWidth, dim: aside) { return shown }
    switch value.tag {
    case .tensor where value.node.type.rank > 0: return try tensor(value)
    case .model where machine.models.isBuilt(value): return try model(value)
    case .list: return try list(value, depth: 0)
    case .record: return try record(value)
    case .string: return try string(value, limit: ResultView.characterLimit)
    default: return try machine.text(value, quoted: true)
    }
  }

  /// A description, as opposed to the value itself: grey if the terminal has colours.
  private func aside(_ text: String) -> String {
    machine.effects.console.terminal?.showsColours == true ? "\u{1B}[90m\(text)\u{1B}[0m" : text
  }

  // MARK: Tensors

  private func tensor(_ value: Value) throws -> String {
    let tensor = try machine.engine.value(value.node)
    var head = tensor.type.description
    if let range = try range(of: tensor) { head += ", \(range)" }
    guard tensor.count > 0 else { return aside(head) }
    let text = machine.text(of: tensor, longest: 100)
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    if lines.count <= ResultView.rowLimit { return "\(aside(head))\n\(text)" }
    // The numbers of a large tensor with three or more dimensions are of no use; `show` draws images.
    guard tensor.type.rank == 2 else { return aside(head) }
    let hidden = lines.count - ResultView.rowLimit
    return "\(aside(head))\n\(lines.prefix(ResultView.rowLimit).joined(separator: "\n"))\n\(aside("… \(counted(hidden, "more row"))"))"
  }

  /// `0..0.98`, and how many numbers are NaN; of booleans, how many are true.
  private func range(of tensor: Tensor) throws -> String? {
    guard tensor.count > 0 else { return nil }
    if tensor.dtype == .bool {
      let count = try (0..<tensor.count).count {
        try machine.checkpoint()
        return tensor[$0] != 0
      }
      return "\(count) true"
    }
    var (low, high, missing) = (Double.infinity, -Double.infinity, 0)
    for index in 0..<tensor.count {
      try machine.checkpoint()
      let number = tensor[index]
      if number.isNaN { missing += 1 } else { (low, high) = (min(low, number), max(high, number)) }
    }
    guard missing < tensor.count else { return "all nan" }
    let range = "\(try number(low, tensor.dtype))..\(try number(high, tensor.dtype))"
    return missing > 0 ? "\(range), \(missing) nan" : range
  }

  private func number(_ value: Double, _ dtype: DType) throws -> String {
    guard value.isFinite else { return value < 0 ? "-inf" : "inf" }
    return dtype.isFloat ? try machine.formatted(Value(value), ".6g") : "\(Int(value))"
  }

  private var terminalWidth: Int { machine.effects.console.terminal?.columns ?? ResultView.lineWidth }

  // MARK: Models

  /// The table of its layers, as `summary` prints it.
  private func model(_ value: Value) throws -> String {
    let head = try machine.text(value)
    if let fitted = Library.fitted(of: value, machine)?.shown(width: terminalWidth, dim: aside) { return "\(head)\n\(fitted)" }
    let summary = Library.summary(of: value, machine)
    guard summary.layers.count > 1 || summary.parameters + summary.states > 0 else { return head }
    var lines = SummaryText(summary, limit: ResultView.layerLimit).lines
    lines[0] = aside(lines[0])
    return ([head] + lines).joined(separator: "\n")
  }

  // MARK: Lists, records and strings

  /// The short form of a value inside another.
  private func brief(_ value: Value, depth: Int) throws -> String {
    guard depth < 4 else { return "…" }
    switch value.tag {
    case .tensor where value.node.type.count > 6 || value.node.type.rank > 1: return value.node.type.description
    case .list: return try list(value, depth: depth)
    case .record: return "{\(try fields(value, limit: 8, depth: depth).joined(separator: ", "))}"
    case .string: return try string(value, limit: 60)
    default: return try machine.text(value, quoted: true, depth: depth)
    }
  }

  private func list(_ value: Value, depth: Int) throws -> String {
    let count = value.listCount
    let shown = count > ResultView.itemLimit ? ResultView.shownItems : count
    var items = try (0..<shown).map { try brief(value.listItem($0), depth: depth + 1) }
    if shown < count { items.append("… \(count - shown) more") }
    let isLong = depth == 0 && items.reduce(0) { $0 + $1.count + 2 } > ResultView.lineWidth && items.contains { $0.count > 12 }
    if isLong { return "(\n" + items.map { "  \($0)" }.joined(separator: ",\n") + "\n)" }
    return count == 1 ? "(\(items[0]),)" : "(\(items.joined(separator: ", ")))"
  }

  private func record(_ value: Value) throws -> String {
    let fields = try fields(value, limit: ResultView.fieldLimit, depth: 0)
    if fields.reduce(2, { $0 + $1.count + 2 }) <= ResultView.lineWidth { return "{\(fields.joined(separator: ", "))}" }
    return "{\n" + fields.map { "  \($0)" }.joined(separator: ",\n") + "\n}"
  }

  private func fields(_ value: Value, limit: Int, depth: Int) throws -> [String] {
    let shown = min(value.recordCount, limit)
    var fields = try (0..<shown).map {
      "\(machine.symbols.name(value.recordKey($0))): \(try brief(value.recordValue($0), depth: depth + 1))"
    }
    if shown < value.recordCount { fields.append("… \(value.recordCount - shown) more") }
    return fields
  }

  private func string(_ value: Value, limit: Int) throws -> String {
    let text = value.string
    guard text.count > limit else { return try machine.text(value, quoted: true) }
    return "\(Machine.quote(String(text.prefix(limit)))) … \(text.count - limit) more characters"
  }
}
