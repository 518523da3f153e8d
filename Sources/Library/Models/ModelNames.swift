import Engine
import Machine
import Training

/// What a model knows about its data.
struct ModelNames {
  let classes: [String]
  let columns: [String]
  private let range: (low: Double, high: Double)?

  init(_ machine: Machine, _ model: Value) {
    classes = (try? machine.classNames(of: model)) ?? []
    columns = machine.models.training(of: model).foreign(as: TrainingState.self)?.tableSchema?.columns ?? []
    range = Library.modelSetting("expects", of: model, machine).flatMap { Library.bounds($0, machine) }
  }

  /// In words what the examples are.
  func examples(_ shape: [Int]) -> String {
    let axes =
      switch shape.count {
      case 1: columns.isEmpty ? "rows of numbers" : "rows of the columns \(columns.joined(separator: ", "))"
      case 3: "images [n, height, width, channels]"
      default: "examples along the first dimension"
      }
    return axes + (range.map { ", values from \(Library.plainText($0.low)) to \(Library.plainText($0.high))" } ?? "")
  }
}

extension Machine {
  /// The names of the classes that a built model was trained on.
  func classNames(of model: Value) throws -> [String] {
    let names = try models.field(symbols.intern("class_names"), of: model)
    return names.tag == .list ? names.listItems.filter { $0.tag == .string }.map(\.string) : []
  }
}
