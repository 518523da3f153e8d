import Diagnostics
import Engine
import Glibc
import Tensors

// Values as text, for `print` and for error messages.
extension Machine {
  /// A value as `print` shows it; strings inside other values are quoted. Values with very many parts are abbreviated.
  package func text(_ value: Value, quoted: Bool = false, depth: Int = 0) throws -> String {
    var left = Machine.longestText
    return try text(value, quoted: quoted, depth: depth, &left)
  }

  /// The maximum size of a container's text, in bytes. A small value with nested shared parts can have an exponentially long
  /// text.
  private static let longestText = 1 << 20

  /// `left`: the remaining bytes. Values that are not inside a container are shown in full.
  private func text(_ value: Value, quoted: Bool, depth: Int, _ left: inout Int) throws -> String {
    guard depth < 60, left > 0 else { return "…" }
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
      let count = value.listCount
      let shown = count <= 100 ? Array(0..<count) : Array(0..<20) + Array(count - 5..<count)
      var items = try parts(shown.count, &left) { try text(value.listItem(shown[$0]), quoted: true, depth: depth + 1, &$1) }
      if items.count > 20, count > 100 { items.insert("… \(count - 25) more …", at: 20) }
      return count == 1 ? "(\(items[0]),)" : "(\(items.joined(separator: ", ")))"
    case .record:
      let fields = try parts(value.recordCount, &left) {
        "\(symbols.name(value.recordKey($0))): \(try text(value.recordValue($0), quoted: true, depth: depth + 1, &$1))"
      }
      return "{\(fields.joined(separator: ", "))}"
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
    case .model: return models.text(of: value)
    case .foreign: return value.foreign.text
    default: return "a value"
    }
  }

  /// The texts of a value's parts, up to the remaining bytes.
  private func parts(_ count: Int, _ left: inout Int, _ part: (Int, inout Int) throws -> String) throws -> [String] {
    var texts: [String] = []
    for index in 0..<count {
      try checkpoint()
      guard left > 0 else { return texts + ["…"] }
      let before = left
      let text = try part(index, &left)
      // Nested parts have already been subtracted.
      left = min(left, before - text.utf8.count - 2)
      texts.append(text)
    }
    return texts
  }

  /// `a`, `a or b`, `a, b or c`.
  package static func alternatives(_ words: [String]) -> String {
    words.count < 2 ? words.joined() : words.dropLast().joined(separator: ", ") + " or " + words[words.count - 1]
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

  /// The type and value for error messages: `integer 3`, `tensor f32[2, 2]`.
  package func describe(_ value: Value) -> String {
    switch value.tag {
    case .undefined, .nothing: return "`nothing`"
    case .unknown: return "a value known only at run time"
    case .true, .false: return value.tag == .true ? "boolean true" : "boolean false"
    case .int: return "integer \(value.bits)"
    case .float: return "float \(numberText(value.double))"
    case .string:
      // Decodes only the beginning of a long string.
      let bytes = value.stringBytes
      let text = String(decoding: bytes.prefix(400), as: UTF8.self)
      return "string \(Machine.quote(text.count > 24 || bytes.count > 400 ? String(text.prefix(24)) + "…" : text))"
    case .list: return value.listCount == 0 ? "an empty list" : "a list of \(counted(value.listCount, "element"))"
    case .record: return "a record"
    case .range: return "a range"
    case .slice, .ellipsis: return "a slice"
    case .tensor: return value.node.type.rank == 0 ? "scalar tensor \(value.node.dtype.name)" : "tensor \(value.node.type.description)"
    case .builtin: return "function `\(builtins[value.bits].name)`"
    case .closure: return "function `\(functionName(value))`"
    case .method: return "function `\(functionName(value.asMethod.pointee.closure))`"
    case .blueprint: return "model `\(functionName(value.asBlueprint.pointee.body))`, which has not been called"
    case .model: return "model `\(models.name(of: value))`"
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
        case .string:
          try checkMemory(2 * (buffer.bytes.count + part.stringBytes.count))
          buffer.append(part.stringBytes)
        case .int: buffer.append(part.bits)
        default: try text(part).withUTF8Bytes { buffer.append($0) }
        }
      }
      try checkMemory(buffer.bytes.count)
      frame.a.pointee = heap.string(buffer.bytes)
    }
  }

  /// Throws if there is no memory for an allocation. Strings, lists and records have a budget, since the system overcommits;
  /// large allocations also check the memory that the system has left.
  package func checkMemory(_ bytes: Int) throws {
    let (total, overflow) = heap.allocated.addingReportingOverflow(bytes)
    guard bytes >= 0, !overflow, total <= heap.budget else {
      throw outOfMemory("strings, lists and records are limited to \(Storage.formatBytes(heap.budget)) in total")
    }
    guard Memory.holds(bytes) else { throw outOfMemory("the system has less than \(Storage.formatBytes(bytes)) left") }
  }

  /// Throws if there is no memory for `count` elements of `bytes` bytes each.
  package func checkMemory(for count: Int, of bytes: Int) throws {
    let (total, overflow) = count.multipliedReportingOverflow(by: bytes)
    try checkMemory(overflow ? .max : total)
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
        MachineErrors.badFormat, "invalid format code `\(code)`",
        hint: "format codes are, for example, `.3f` (decimals), `>8` (width), `06d`, `.2e`, `.1%`, `,`")
    }
    if number.tag == .int { return try format.apply(integer: number.bits) }
    if number.tag == .float { return try format.apply(double: number.double) }
    return try format.apply(text: try text(value))
  }
}
