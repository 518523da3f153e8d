import DataSets
import Diagnostics
import Engine
import Machine
import Tensors
import Training

/// The range of values that a model expects in its examples, ends included: `expects = 0..1` in its body.
struct ExpectedValues {
  private let low: Double
  private let high: Double
  private let model: String
  /// Allows for rounding at the ends of the range.
  private static let tolerance = 1e-6

  /// Nil if the model has no such setting, or `nothing` as that.
  init?(_ machine: Machine, _ model: Value) throws {
    guard let value = Library.modelSetting("expects", of: model, machine), value.tag != .nothing else { return nil }
    guard let bounds = Library.bounds(value, machine) else {
      throw Library.badSetting("expects", value, of: model, machine, "a range of values such as 0..1")
    }
    (low, high) = bounds
    self.model = machine.models.name(of: model)
  }

  private func fits(_ number: Float) -> Bool {
    Double(number) >= low - ExpectedValues.tolerance && Double(number) <= high + ExpectedValues.tolerance
  }

  /// Throws if a value of the data is out of range; unknown values are skipped.
  func check(_ data: Value, _ machine: Machine) throws {
    if let set = data.foreign(as: DataSetValue.self)?.set {
      switch set.source {
      // Bytes are read as 0 to 1.
      case .dense(let tensor) where tensor.dtype == .u8: if low > 0 || high < 1, machine.policy.readsData { try check(set.examples(machine.engine)) }
      case .dense(let tensor) where set.selectedItems.count == tensor.shape[0]: try check(tensor)
      case .files: if low > 0 || high < 1, machine.policy.readsData { try check(set.examples(machine.engine)) }
      case .dense, .ragged: for item in try set.source.items(set.selectedItems, machine.engine) where item.dtype == .f32 { try check(item) }
      case .rows(let rows): if rows.isKnown { try check(ExpectedValues.floats(set.examples(machine.engine)), rows) }
      }
    } else if data.tag == .tensor, let tensor = try machine.policy.readsData ? machine.engine.value(data.node) : data.node.tensor {
      try check(ExpectedValues.floats(tensor))
    }
  }

  private static func floats(_ tensor: Tensor) throws -> Tensor {
    tensor.dtype == .f32 ? tensor : try Tensor(dtype: .f32, shape: tensor.shape) { tensor[$0] }
  }

  /// `tensor`: f32, an example in each row.
  func check(_ tensor: Tensor, _ rows: Rows? = nil) throws {
    let numbers = UnsafeBufferPointer(start: tensor.floats(), count: tensor.count)
    guard let place = numbers.firstIndex(where: { !fits($0) }) else { return }
    let range = "\(Library.plainText(low)) to \(Library.plainText(high))"
    // Columns differ in scale, pixels do not.
    let width = tensor.type.rank == 2 ? tensor.shape[1] : 1
    let isTable = tensor.type.rank == 2 && (rows != nil || width < 64)
    let column = place % width
    let own = isTable ? stride(from: column, to: numbers.count, by: width).map { numbers[$0] } : Array(numbers)
    let title = isTable ? "column \((rows ?? Rows(tensor)).title(column)) of the data" : "the data"
    guard own.allSatisfy(\.isFinite) else {
      throw Fault(
        DataErrors.notFinite, "\(title) has the value \(own.contains { $0.isNaN } ? "nan" : "inf"), expected \(range) for `\(model)`",
        hint: "remove such examples first")
    }
    let (least, greatest) = (own.min() ?? 0, own.max() ?? 0)
    let hint: String
    if !isTable, least >= 0, greatest > 1, greatest <= 255, own.allSatisfy({ $0 == $0.rounded() }) {
      hint = "these look like bytes of images: divide them by 255, `x / 255`"
    } else if isTable {
      hint =
        "rescale each column: `scaled = rescale(data\(low == 0 && high == 1 ? "" : ", to=\(Library.plainText(low))..\(Library.plainText(high))"))`; `unscale(sample(m, 5), like=scaled)` restores the original units"
    } else {
      hint = "scale the values before training"
    }
    throw Fault(
      TrainingErrors.unexpectedValues,
      "`\(model)` expects values from \(range); \(title) has values from \(Library.plainText(Double(least))) to \(Library.plainText(Double(greatest)))",
      hint: hint)
  }

}

extension Library {
  /// A number in a message: 3, not 3.0.
  static func plainText(_ number: Double) -> String { Int(exactly: number).map { "\($0)" } ?? (number.isNaN ? "nan" : "\(Float(number))") }

  private static let checkedTensor = Parameter("x", .tensor, "a tensor")
  private static let allowed = Parameter("range", .any, "such as 0..1")
  private static let subjectName = Parameter("name", .string, "the name of the tensor in the error")

  static let expectations: [Builtin] = [
    Builtin(
      "_expect_range", "Raises an error if a known tensor has values outside a range, ends included",
      [checkedTensor, allowed, subjectName],
      examples: [Example("_expect_range([0, 1], 0..1, \"the target\")")]
    ) { call in
      guard let (low, high) = bounds(try call[allowed], call.machine) else { throw call.wrong(allowed, expected: "a range such as 0..1") }
      guard let tensor = try call.machine.valuesToCheck(call[checkedTensor].node) else { return .nothing }
      guard let place = (0..<tensor.count).first(where: { !(tensor[$0] >= low - 1e-6 && tensor[$0] <= high + 1e-6) }) else { return .nothing }
      var (rest, position) = (place, [Int]())
      for size in tensor.shape.reversed() {
        position.insert(rest % size, at: 0)
        rest /= size
      }
      let text = "[\(position.map(String.init).joined(separator: ", "))]"
      throw Fault(
        TrainingErrors.unexpectedValues,
        "\(try call[subjectName]) has the value \(plainText(tensor[place])) at \(text), expected \(plainText(low)) to \(plainText(high))",
        hint: "scale it first: `rescale(data)` for columns of numbers, `x / 255` for bytes of images")
    }
  ]
}
