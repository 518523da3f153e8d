import DataSets
import Diagnostics
import Engine
import Machine
import Tensors

/// The second argument of `concat`: an axis in `concat((a, b), 1)`, a list, string or data set in `concat(a, b)`.
private enum AxisOrPart: Sendable {
  case axis(Int)
  case part(Value)
}

extension Kind where Content == AxisOrPart {
  fileprivate static var axisOrPart: Kind {
    Kind("an integer") { value, machine in
      isPart(value) || Kind<Int>.int.accepts(value, machine)
    } read: { value, machine in
      if isPart(value) { return .part(value) }
      return try Kind<Int>.int.read(value, machine).map { .axis($0) }
    }
  }
}

private func isPart(_ value: Value) -> Bool {
  value.tag == .list || value.tag == .string || value.foreign(as: DataSetValue.self) != nil || value.foreign(as: TableValue.self) != nil
}

extension Kind where Content == Value {
  fileprivate static var reversible: Kind {
    Kind("a list, a string or a tensor") { value, _ in
      value.tag == .list || value.tag == .string || value.tag == .tensor
    } read: { value, _ in
      value
    }
  }
}

// Joining and reversing of lists, strings and tensors.
extension Library {
  private static let parts = Parameter("parts", .any, "a list of lists, strings, tensors, data sets or tables; or the first of several of them, but tensors")
  private static let joinedAxis = Parameter("axis", optional: .axisOrPart, "of tensors: the axis to join along", shown: "0")
  private static let moreParts = Rest("more", "further lists, strings, data sets or tables")
  private static let sequence = Parameter("x", .reversible, "a list, a string or a tensor")
  private static let reversedAxis = Parameter("axis", .int, "of a tensor: the axis, counted from 0, or from the end with -1", default: 0)

  static let concat = Builtin(
    "concat", "Lists, strings, tensors, data sets or tables joined end to end, tensors along an axis", [parts, joinedAxis, moreParts],
    examples: [
      Example("print(concat((1,), (2, 3)), concat(((1,), (2, 3), ())))", "(1, 2, 3) (1, 2, 3)"),
      Example("d = digits()\nprint(concat((d[0:10], d[50:55])))", "15 images of 8×8×1 of 10 classes"),
      Example("print(concat(([1, 2], [3])), concat(([[1], [2]], [[3], [4]]), axis=1))", "[1, 2, 3] [[1, 3],\n [2, 4]]"),
    ]
  ) { call in
    let first = try call[parts]
    var items: [Value]
    var axis: Int?
    switch try call[joinedAxis] {
    case .part(let second):
      items = [first, second] + call[moreParts]
    case let given:
      guard first.tag == .list else { throw call.wrong(parts, expected: "a list of lists, strings or tensors", hint: "as in `concat((a, b))`") }
      guard call[moreParts].isEmpty else { throw call.wrong(joinedAxis, expected: "a list, a string or a data set between others") }
      items = first.listItems
      if case .axis(let number) = given { axis = number }
    }
    guard let head = items.first else { throw call.wrong(parts, expected: "a list of at least one element") }
    let sets = items.compactMap { $0.foreign(as: DataSetValue.self)?.set }
    if sets.count == items.count {
      if axis != nil { throw refusedAxis(call) }
      return call.machine.make(foreign: DataSetValue(try DataSet(joining: sets, call.engine)))
    }
    let tables = items.compactMap { $0.foreign(as: TableValue.self) }
    if tables.count == items.count {
      if axis != nil { throw refusedAxis(call) }
      let first = try known(tables[0])
      return call.machine.make(foreign: TableValue(try tables.dropFirst().reduce(first) { try $0.appending(known($1)) }))
    }
    guard [.list, .string, .tensor].contains(head.tag) else {
      throw call.refuse("`concat` joins lists, strings, tensors, data sets or tables, got \(call.machine.describe(head))")
    }
    if let other = items.first(where: { $0.tag != head.tag }) {
      throw call.refuse("`concat` cannot join \(call.machine.describe(head)) and \(call.machine.describe(other))")
    }
    guard head.tag == .tensor else {
      if axis != nil { throw refusedAxis(call) }
      if head.tag == .string { return try call.machine.joining(items) }
      try call.machine.checkMemory(for: items.reduce(0) { $0 + $1.listCount }, of: 48)
      return call.machine.make(list: items.flatMap(\.listItems), sharing: true)
    }
    let terms = items.map { call.term(of: $0.node) }
    let dtype = terms.map(\.dtype).reduce(DType.bool) { $0.promoted(with: $1) }
    let place = try axis.map { try Library.axis(call, $0, of: terms[0].type) } ?? 0
    let nodes = try terms.map { try $0.cast(dtype).node }
    return call.machine.make(node: try call.engine.apply(Concatenate(axis: place), nodes, at: call.span))
  }

  static let reverse = Builtin(
    "reverse", "A list, a string, or a tensor along one axis in reverse order", [sequence, reversedAxis],
    examples: [
      Example("print(reverse((1, 2, 3)), reverse(\"loam\"))", "(3, 2, 1) maol"),
      Example("print(reverse([1, 2, 3]), reverse([[1, 2]], axis=1))", "[3, 2, 1] [[2, 1]]"),
    ]
  ) { call in
    let value = try call[sequence]
    if value.tag == .tensor {
      let x = call.term(of: value.node)
      guard x.type.rank > 0 else { throw call.refuse("`reverse` needs a tensor with an axis, got a single number") }
      return call.result(try x.applying(Slice.flip(axis(call, call[reversedAxis], of: x.type), of: x.shape)))
    }
    if call.has(reversedAxis) { throw refusedAxis(call) }
    if value.tag == .string {
      try call.machine.checkMemory(for: value.stringBytes.count, of: 4)
      return call.machine.make(string: String(value.string.reversed()))
    }
    try call.machine.checkMemory(for: value.listCount, of: 48)
    return call.machine.make(list: value.listItems.reversed(), sharing: true)
  }

  private static func refusedAxis(_ call: Call) -> Fault {
    call.refuse("`\(call.builtin.name)`: only tensors have an `axis`", hint: "leave `axis` out for lists and strings")
  }
}
