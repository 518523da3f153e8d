import Diagnostics
import Engine
import Glibc
import Tensors

// Values as text: what `print` writes and what errors name.
extension Machine {
  /// A value as `print` shows it; texts are quoted inside other values.
  package func text(_ value: Value, quoted: Bool = false, depth: Int = 0) throws -> String {
    guard depth < 60 else { return "…" }
    switch value.tag {
    case .undefined, .nothing: return "nothing"
    case .unknown: return "unknown"
    case .true: return "true"
    case .false: return "false"
    case .int: return "\(value.bits)"
    case .float: return numberText(value.double)
    case .ellipsis: return "..."
    case .string: return quoted ? Machine.quote(value.string) : value.string
    case .list:
      let items = try shortened(value.listCount) { try text(value.listItem($0), quoted: true, depth: depth + 1) }
      return value.listCount == 1 ? "(\(items),)" : "(\(items))"
    case .record:
      return try "{"
        + (0..<value.recordCount).map { index in
          "\(symbols.name(value.recordKey(index))): \(try text(value.recordValue(index), quoted: true, depth: depth + 1))"
        }.joined(separator: ", ") + "}"
    case .range:
      let (low, high, step) = value.rangeBounds
      let whole = "\(try text(low))..\(try text(high))"
      return value.rangeHasStep ? whole + " by \(try text(step))" : whole
    case .slice: return "a slice"
    case .tensor: return try TensorText(engine.value(value.node)).text
    case .builtin: return "<function \(builtins[value.bits].name)>"
    case .closure: return "<function \(functionName(value))>"
    case .method: return "<function \(functionName(value.asMethod.pointee.closure))>"
    case .blueprint: return "<model \(functionName(value.asBlueprint.pointee.body))>"
    case .model: return modelText(value)
    case .foreign: return value.foreign.text
    default: return "a value"
    }
  }

  private func shortened(_ count: Int, _ item: (Int) throws -> String) rethrows -> String {
    if count <= 100 { return try (0..<count).map(item).joined(separator: ", ") }
    let head = try (0..<20).map(item), tail = try (count - 5..<count).map(item)
    return (head + ["… \(count - 25) more …"] + tail).joined(separator: ", ")
  }

  package static func quote(_ text: String) -> String {
    let escaped = text.map { character -> String in
      switch character {
      case "\"": "\\\""
      case "\\": "\\\\"
      case "\n": "\\n"
      case "\t": "\\t"
      default: String(character)
      }
    }
    return "\"\(escaped.joined())\""
  }

  package func functionName(_ closure: Value) -> String { prototype(of: closure).name }

  package func prototype(of closure: Value) -> Prototype {
    closure.asClosure.pointee.prototype.pointee.owner._withUnsafeGuaranteedRef { $0 }
  }

  /// A float always shows that it is one: `2.0`, `1e+20`, `inf`.
  package func numberText(_ number: Double) -> String {
    if number.isNaN { return "nan" }
    if number.isInfinite { return number < 0 ? "-inf" : "inf" }
    return "\(number)"
  }

  /// What kind of value this is, for messages: `the integer 3`, `a tensor f32[2, 2]`.
  package func describe(_ value: Value) -> String {
    switch value.tag {
    case .undefined, .nothing: return "nothing"
    case .unknown: return "a value that only a run would know"
    case .true, .false: return value.tag == .true ? "true" : "false"
    case .int: return "the integer \(value.bits)"
    case .float: return "the number \(numberText(value.double))"
    case .string:
      let text = value.string
      return "the text \(Machine.quote(text.count > 24 ? String(text.prefix(24)) + "…" : text))"
    case .list: return "a list of \(value.listCount)"
    case .record: return "a record"
    case .range: return "a range"
    case .slice, .ellipsis: return "a slice"
    case .tensor: return value.node.type.rank == 0 ? "a tensor of one number (\(value.node.dtype.name))" : "a tensor \(value.node.type.description)"
    case .builtin: return "the function `\(builtins[value.bits].name)`"
    case .closure: return "the function `\(functionName(value))`"
    case .method: return "the function `\(functionName(value.asMethod.pointee.closure))`"
    case .blueprint: return "the model `\(functionName(value.asBlueprint.pointee.body))`, not yet called"
    case .model: return "a model `\(modelName(value))`"
    case .foreign:
      let name = value.foreign.typeName
      return "aeiou".contains(name.first ?? "x") ? "an \(name)" : "a \(name)"
    default: return "a value"
    }
  }

  package func typeName(_ value: Value) -> String {
    switch value.tag {
    case .undefined, .nothing: "nothing"
    case .true, .false: "bool"
    case .int: "int"
    case .float: "float"
    case .string: "string"
    case .list: "list"
    case .record: "record"
    case .range: "range"
    case .slice, .ellipsis: "slice"
    case .tensor: "tensor"
    case .builtin, .closure, .method: "function"
    case .blueprint, .model: "model"
    case .foreign: value.foreign.typeName
    default: "value"
    }
  }

  // MARK: Interpolation

  func interpolate(_ frame: Activation) -> Bool {
    let (parts, count) = (frame.b, rawC(frame.pointee.pc))
    return attempting(frame) {
      let buffer = textBuffer
      buffer.clear()
      for index in 0..<count {
        let part = parts[index]
        switch part.tag {
        case .string: buffer.append(part.stringBytes)
        case .int: buffer.append(part.bits)
        default: try text(part).withUTF8Bytes { buffer.append($0) }
        }
      }
      try checkMemory(buffer.bytes.count)
      frame.a.pointee = heap.string(buffer.bytes)
    }
  }

  /// The system hands out more memory than it has, so texts and lists have a budget.
  package func checkMemory(_ bytes: Int) throws {
    let (total, overflow) = heap.allocated.addingReportingOverflow(bytes)
    guard bytes >= 0, !overflow, total <= heap.budget else {
      throw Fault(
        MachineErrors.memory, "texts and lists may take \(Storage.human(heap.budget)) in all, which is used up",
        hint: "does a loop let one of them grow without end?")
    }
  }

  func format(_ frame: Activation) -> Bool {
    attempting(frame) {
      let code = (frame.pointee.constants + rawC(frame.pointee.pc) * 16).to(Value.self).pointee.string
      frame.a.pointee = heap.string(try formatted(frame.b.pointee, code))
    }
  }

  package func formatted(_ value: Value, _ code: String) throws -> String {
    let number = value.tag == .tensor && value.node.type.count == 1 ? try scalar(value) : value
    guard let format = FormatCode(code) else {
      throw Fault(
        MachineErrors.badFormat, "`\(code)` is no format code",
        hint: "some are `.3f` (decimals), `>8` (width), `06d`, `.2e`, `.1%`, `,`")
    }
    if number.tag == .int { return try format.apply(integer: number.bits) }
    if number.tag == .float { return try format.apply(double: number.double) }
    return try format.apply(text: try text(value))
  }
}
