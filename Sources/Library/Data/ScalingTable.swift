import DataSets
import Diagnostics
import Engine
import Machine
import Tensors

extension Kind where Content == ClosedRange<Double> {
  fileprivate static var interval: Kind {
    Kind("a range whose end is greater than its start, such as -1..1") { value, _ in
      value.tag == .range
    } read: {
      Library.bounds($0, $1).map { $0.low...$0.high }
    }
  }
}

// Scales columns of numbers, and reverts it.
extension Library {
  private static let data = Parameter("data", .data, "a data set of rows, or a tensor [count, columns]")
  private static let like = Parameter("like", optional: .any, "a data set that is already scaled, whose scale is used")
  private static let interval = Parameter("to", optional: .interval, "the new minimum and maximum, such as -1..1", shown: "0..1")
  private static let scaledData = Parameter("x", .any, "a scaled data set, or a tensor [..., columns]")
  private static let scale = Parameter("like", optional: .any, "the scaled data set, for a tensor", shown: "x")

  static let scalings: [Builtin] = [
    Builtin(
      "standardize", "Rows scaled so that each column has mean 0 and standard deviation 1, as a data set that keeps the scale for `unscale`",
      [data, like],
      examples: [
        Example("print(standardize(dataset([[150, 3], [170, 3]])).rows)", "[[-1,  0],\n [ 1,  0]]"),
        Example("scaled = standardize(dataset([[150, 50], [170, 70]]))\nprint(standardize(dataset([[180, 60]]), like=scaled).rows)", "[[2, 0]]"),
      ]
    ) { call in try scaled(call) { try Scaling.standardizing($0) } },
    Builtin(
      "rescale",
      "Rows scaled so that each column spans a range, as a data set that keeps the scale for `unscale`; a constant column becomes the minimum",
      [data, interval, like],
      examples: [
        Example("print(rescale(dataset([[150, 50], [160, 70], [170, 60]])).rows)", "[[  0,   0],\n [0.5,   1],\n [  1, 0.5]]"),
        Example("print(rescale([[150], [160], [170]], to=-1..1).rows)", "[[-1],\n [ 0],\n [ 1]]"),
      ]
    ) { call in
      let interval = try call[Library.interval] ?? 0...1
      return try scaled(call) { try Scaling.rescaling($0, to: interval.lowerBound, interval.upperBound) }
    },
    Builtin(
      "unscale", "Reverts `standardize` or `rescale`: rows in their original units, of a scaled data set or of a tensor such as samples of a model",
      [scaledData, scale],
      examples: [
        Example("scaled = rescale(dataset([[150, 50], [170, 70]]))\nprint(unscale([[0.5, 1]], like=scaled))", "[[160,  70]]"),
        Example("print(unscale(standardize(dataset([[150, 3], [170, 3]]))).rows)", "[[150,   3],\n [170,   3]]"),
      ]
    ) { call in try unscaled(call) },
  ]

  /// The ends of a finite range of numbers; nil unless the first is less than the second.
  static func bounds(_ value: Value, _ machine: Machine) -> (low: Double, high: Double)? {
    guard value.tag == .range, let low = value.rangeBounds.low.number, let high = value.rangeBounds.high.number, low < high,
      low.isFinite, high.isFinite
    else { return nil }
    return (low, high)
  }

  private static func scaled(_ call: Call, _ scaling: (Rows) throws -> Scaling) throws -> Value {
    let set = try rowSet(call)
    guard let rows = set.rows else {
      throw call.wrong(data, expected: "rows of numbers", hint: "pixels in a data set are already 0 to 1")
    }
    let width = rows.numbers.shape[1]
    let taken = Rows(
      rows.isKnown ? try set.examples(call.engine) : try Tensor(uninitialized: TensorType(.f32, [set.count, width])), columns: rows.columns,
      label: rows.label, scalings: rows.scalings, isKnown: rows.isKnown)
    let steps: [Scaling]
    if let like = try call[like] {
      steps = try scalings(call, Library.like, like, columns: width)
    } else {
      steps = [taken.isKnown ? try scaling(taken) : .unknown(columns: width)]
    }
    let numbers = taken.isKnown ? try steps.reduce(taken.numbers) { try $1.applied(to: $0) } : taken.numbers
    return try made(call, set, Rows(numbers, columns: rows.columns, label: rows.label, scalings: rows.scalings + steps, isKnown: rows.isKnown))
  }

  private static func made(_ call: Call, _ set: DataSet, _ rows: Rows) throws -> Value {
    call.machine.make(foreign: DataSetValue(try DataSet(.rows(rows), labels: set.labels, names: set.names)))
  }

  /// The data set, or one made of a tensor's rows.
  private static func rowSet(_ call: Call) throws -> DataSet {
    let value = try call[data]
    if let set = value.foreign(as: DataSetValue.self)?.set { return set }
    guard value.tag == .tensor, value.node.type.rank == 2, value.node.shape[1] > 0 else { throw call.wrong(data, expected: data.meaning) }
    if value.node.isUnknown { return try DataSet(.rows(Rows(Tensor(uninitialized: TensorType(.f32, value.node.shape)), isKnown: false))) }
    return try DataSet(.rows(Rows(floats(call.engine.value(value.node)), columns: value.node.tableSchema?.columns ?? [])))
  }

  /// The scalings of the data set in an argument.
  private static func scalings(_ call: Call, _ parameter: any AnyParameter, _ value: Value, columns: Int) throws -> [Scaling] {
    guard let rows = value.foreign(as: DataSetValue.self)?.set.rows, let first = rows.scalings.first else {
      throw call.wrong(parameter, expected: "a scaled data set", hint: "`standardize` and `rescale` return data sets that keep their scale")
    }
    guard first.offsets.count == columns else {
      throw call.refuse(
        "`\(call.builtin.name)` got \(counted(columns, "column")), but `\(parameter.name)` has \(first.offsets.count)",
        hint: "use the scale of a data set with the same columns")
    }
    return rows.scalings
  }

  private static func unscaled(_ call: Call) throws -> Value {
    let (value, like) = (try call[scaledData], try call[scale])
    if let set = value.foreign(as: DataSetValue.self)?.set {
      guard let rows = set.rows else { throw call.wrong(scaledData, expected: "rows of numbers") }
      let width = rows.numbers.shape[1]
      let steps = try like.map { try scalings(call, scale, $0, columns: width) } ?? scalings(call, scaledData, value, columns: width)
      guard rows.isKnown else { return try made(call, set, Rows(rows.numbers, columns: rows.columns, label: rows.label, isKnown: false)) }
      let numbers = try steps.reversed().reduce(set.examples(call.engine)) { try $1.undone(on: $0) }
      return try made(call, set, Rows(numbers, columns: rows.columns, label: rows.label))
    }
    guard value.tag == .tensor, let columns = value.node.shape.last else { throw call.wrong(scaledData, expected: scaledData.meaning) }
    guard let like else {
      throw call.refuse(
        "`unscale` of a tensor needs `like`, since a tensor has no scale",
        hint: "pass the data set that the model was trained on: `unscale(x, like=scaled)`")
    }
    let x = call.term(of: value.node)
    var result = try x.cast(x.dtype.floating)
    let dtype = result.dtype
    for step in try scalings(call, scale, like, columns: columns).reversed() {
      func row(_ numbers: [Double]) throws -> Term { call.engine.term(call.engine.leaf(try Tensor(dtype: dtype, shape: [columns]) { numbers[$0] })) }
      // target + (x - offset) / scale, solved for x.
      let shift = zip(step.offsets, step.scales).map { $0 - step.target * $1 }
      result = try result * row(step.scales) + row(shift)
    }
    let unscaled = call.result(result)
    // Unscaled rows have the columns of the table again.
    if let set = like.foreign(as: DataSetValue.self)?.set, let rows = set.rows, !rows.columns.isEmpty, unscaled.node.type.rank == 2 {
      unscaled.node.tableSchema = TableSchema(columns: rows.columns, label: rows.label, classes: set.names)
    }
    return unscaled
  }
}
