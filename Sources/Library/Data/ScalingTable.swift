import DataSets
import Diagnostics
import Engine
import Machine
import Tensors

// Columns of numbers on other scales, and back.
extension Library {
  private static let dataParameter = Parameter("data", .data, "a data set of rows, or a tensor [count, columns]")
  private static let likeParameter = Parameter("like", .any, "a data set that is scaled already: its scale is used", default: "nothing")

  static let scalings: [Builtin] = [
    Builtin(
      "standardize", "Rows with each column brought to mean 0 and standard deviation 1, as a data set that keeps the scale for `unscale`",
      [dataParameter, likeParameter],
      examples: [
        Example("print(standardize(dataset([[150, 3], [170, 3]])).rows)", "[[-1,  0],\n [ 1,  0]]"),
        Example("scaled = standardize(dataset([[150, 50], [170, 70]]))\nprint(standardize(dataset([[180, 60]]), like=scaled).rows)", "[[2, 0]]"),
      ]
    ) { call in try scaled(call, like: 1) { try Scaling.standardizing($0) } },
    Builtin(
      "rescale", "Rows with each column brought to a range, as a data set that keeps the scale for `unscale`; a column of one value becomes the least",
      [dataParameter, Parameter("to", .any, "the least and the greatest value, such as -1..1", default: "0..1"), likeParameter],
      examples: [
        Example("print(rescale(dataset([[150, 50], [160, 70], [170, 60]])).rows)", "[[  0,   0],\n [0.5,   1],\n [  1, 0.5]]"),
        Example("print(rescale([[150], [160], [170]], to=-1..1).rows)", "[[-1],\n [ 0],\n [ 1]]"),
      ]
    ) { call in
      var (low, high) = (0.0, 1.0)
      if call.has(1), call[1].tag != .nothing {
        guard let bounds = bounds(call[1], call.machine) else { throw call.wrong(1, hint: "write a range whose end is greater than its start: `to=-1..1`") }
        (low, high) = bounds
      }
      return try scaled(call, like: 2) { try Scaling.rescaling($0, to: low, high) }
    },
    Builtin(
      "unscale", "Rows in the units they had before `standardize` or `rescale`: a scaled data set, or a tensor such as a sample of a model",
      [Parameter("x", .any, "a scaled data set, or a tensor [..., columns]"), Parameter("like", .any, "the scaled data set, for a tensor", default: "x")],
      examples: [
        Example("scaled = rescale(dataset([[150, 50], [170, 70]]))\nprint(unscale([[0.5, 1]], like=scaled))", "[[160,  70]]"),
        Example("print(unscale(standardize(dataset([[150, 3], [170, 3]]))).rows)", "[[150,   3],\n [170,   3]]"),
      ]
    ) { call in try unscaled(call) },
  ]

  /// The ends of a range of numbers, the first below the second.
  static func bounds(_ value: Value, _ machine: Machine) -> (low: Double, high: Double)? {
    guard value.tag == .range, let low = value.rangeBounds.low.number, let high = value.rangeBounds.high.number, low < high, low.isFinite, high.isFinite
    else { return nil }
    return (low, high)
  }

  private static func scaled(_ call: Call, like index: Int, _ scaling: (Rows) throws -> Scaling) throws -> Value {
    let set = try rowSet(call)
    guard let rows = set.rows else {
      throw call.refuse("`\(call.builtin.name)` works on rows of numbers, and the data set holds images", hint: "the pixels of a data set are 0 to 1 already")
    }
    let width = rows.numbers.shape[1]
    let taken = Rows(
      rows.isKnown ? try set.examples(call.engine) : try Tensor(uninitialized: TensorType(.f32, [set.count, width])), columns: rows.columns,
      label: rows.label, scalings: rows.scalings, isKnown: rows.isKnown)
    let steps: [Scaling]
    if call.has(index), call[index].tag != .nothing {
      steps = try scalings(call, index, columns: width)
    } else {
      steps = [taken.isKnown ? try scaling(taken) : .unknown(columns: width)]
    }
    let numbers = taken.isKnown ? try steps.reduce(taken.numbers) { try $1.applied(to: $0) } : taken.numbers
    return try made(call, set, Rows(numbers, columns: rows.columns, label: rows.label, scalings: rows.scalings + steps, isKnown: rows.isKnown))
  }

  private static func made(_ call: Call, _ set: DataSet, _ rows: Rows) throws -> Value {
    call.machine.make(foreign: DataSetValue(try DataSet(.rows(rows), labels: set.labels, names: set.names)))
  }

  /// The data set, or one of a tensor's rows.
  private static func rowSet(_ call: Call) throws -> DataSet {
    if let set = call[0].foreign(as: DataSetValue.self)?.set { return set }
    guard call[0].tag == .tensor, call[0].node.type.rank == 2, call[0].node.shape[1] > 0 else { throw call.wrong(0) }
    if call[0].node.isUnknown { return try DataSet(.rows(Rows(Tensor(uninitialized: TensorType(.f32, call[0].node.shape)), isKnown: false))) }
    return try DataSet(.rows(Rows(floats(call.engine.value(call[0].node)), columns: call[0].node.tableSchema?.columns ?? [])))
  }

  /// The scale of a data set that an argument names.
  private static func scalings(_ call: Call, _ index: Int, columns: Int) throws -> [Scaling] {
    let name = call.builtin.parameters[index].name
    guard let rows = call[index].foreign(as: DataSetValue.self)?.set.rows, let first = rows.scalings.first else {
      throw call.refuse(
        "`\(call.builtin.name)` needs a scaled data set as `\(name)`, got \(call.machine.describe(call[index]))",
        hint: "`standardize` and `rescale` return data sets that keep their scale")
    }
    guard first.offsets.count == columns else {
      throw call.refuse(
        "`\(call.builtin.name)` got \(counted(columns, "column")), and `\(name)` has \(first.offsets.count)",
        hint: "a scale belongs to the columns it was made for")
    }
    return rows.scalings
  }

  private static func unscaled(_ call: Call) throws -> Value {
    let source = call.has(1) && call[1].tag != .nothing ? 1 : 0
    if let set = call[0].foreign(as: DataSetValue.self)?.set {
      guard let rows = set.rows else { throw call.wrong(0) }
      let steps = try scalings(call, source, columns: rows.numbers.shape[1])
      guard rows.isKnown else { return try made(call, set, Rows(rows.numbers, columns: rows.columns, label: rows.label, isKnown: false)) }
      let numbers = try steps.reversed().reduce(set.examples(call.engine)) { try $1.undone(on: $0) }
      return try made(call, set, Rows(numbers, columns: rows.columns, label: rows.label))
    }
    guard call[0].tag == .tensor, let columns = call[0].node.shape.last else { throw call.wrong(0) }
    guard source == 1 else {
      throw call.refuse("a tensor does not know its scale", hint: "name the data set that the model was trained on: `unscale(x, like=scaled)`")
    }
    var result = try call.term(0).cast(call.term(0).dtype.floating)
    let dtype = result.dtype
    for step in try scalings(call, 1, columns: columns).reversed() {
      func row(_ numbers: [Double]) throws -> Term { call.engine.term(call.engine.leaf(try Tensor(dtype: dtype, shape: [columns]) { numbers[$0] })) }
      // target + (x - offset) / scale, solved for x.
      let shift = zip(step.offsets, step.scales).map { $0 - step.target * $1 }
      result = try result * row(step.scales) + row(shift)
    }
    let value = call.result(result)
    // A sample in the units of the table has the columns of the table.
    if let set = call[1].foreign(as: DataSetValue.self)?.set, let rows = set.rows, !rows.columns.isEmpty, value.node.type.rank == 2 {
      value.node.tableSchema = TableSchema(columns: rows.columns, label: rows.label, classes: set.names)
    }
    return value
  }
}
