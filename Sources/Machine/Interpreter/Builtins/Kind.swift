import Diagnostics
import Engine
import Tensors

/// What a parameter accepts, and the Swift type that the body of a built-in gets.
package struct Kind<Content>: Sendable {
  /// As in "must be a number".
  package let text: String
  package let accepts: @Sendable (Value, Machine) -> Bool
  /// Nil if the value is not accepted.
  package let read: @Sendable (Value, Machine) throws -> Content?

  package init(
    _ text: String, accepts: @escaping @Sendable (Value, Machine) -> Bool, read: @escaping @Sendable (Value, Machine) throws -> Content?
  ) {
    self.text = text
    self.accepts = accepts
    self.read = read
  }

  init<Wrapped>(optional kind: Kind<Wrapped>) where Content == Wrapped? {
    self.init(
      kind.text, accepts: { $0.tag == .nothing || kind.accepts($0, $1) },
      read: { value, machine in
        if value.tag == .nothing { return .some(nil) }
        return try kind.read(value, machine).map { .some($0) }
      })
  }
}

extension Kind where Content == Value {
  private init(_ text: String, accepts: @escaping @Sendable (Value, Machine) -> Bool) {
    self.init(text, accepts: accepts, read: { value, _ in value })
  }

  package static var any: Kind { Kind("any value") { _, _ in true } }
  /// Examples; the body distinguishes their types.
  package static var data: Kind { Kind("images, a data set or a tensor") { _, _ in true } }
  package static var list: Kind { Kind("a list") { value, _ in value.tag == .list } }
  package static var function: Kind { Kind("a function") { $1.isCallable($0) } }
  package static var model: Kind { Kind("a model") { value, _ in value.tag == .model } }
}

extension Kind where Content == Int {
  package static var int: Kind {
    Kind("an integer") { value, _ in
      value.tag == .int || value.isSingle || (value.tag == .float && value.double == value.double.rounded() && abs(value.double) < 9e15)
    } read: {
      let value = try $1.scalar($0)
      return value.tag == .int ? value.bits : value.tag == .float ? Int(exactly: value.double) : nil
    }
  }
}

extension Kind where Content: Literal & Comparable {
  /// Numbers within bounds.
  package init(_ kind: Kind, in bounds: some Bounds<Content>) {
    self.init("\(kind.text) \(bounds.text)", accepts: kind.accepts) { value, machine in
      try kind.read(value, machine).flatMap { bounds.contains($0) ? $0 : nil }
    }
  }
}

extension Kind {
  /// The content of a value that is not an argument, such as a model's field; nil if it is not accepted.
  package func content(of value: Value, _ machine: Machine) -> Content? {
    accepts(value, machine) ? (try? read(value, machine)) ?? nil : nil
  }
}

extension Kind where Content == Double {
  package static var number: Kind {
    Kind("a number") { value, _ in
      value.isNumber || value.isSingle
    } read: {
      try $1.scalar($0).number
    }
  }
}

extension Kind where Content == Bool {
  package static var boolean: Kind {
    Kind("a boolean") { value, _ in
      value.isBoolean || value.isSingle
    } read: {
      try $1.boolean($0)
    }
  }
}

extension Kind where Content == String {
  package static var string: Kind {
    Kind("a string") { value, _ in
      value.tag == .string
    } read: { value, _ in
      value.string
    }
  }
}

extension Kind where Content == [Int] {
  /// A list of integers, a single integer, or a tensor of integers.
  package static var shape: Kind {
    Kind("an integer, or a list of integers such as (28, 28, 1)") { value, _ in
      value.tag == .int || value.tag == .list || value.tag == .tensor
    } read: {
      try $1.wholeNumbers($0)
    }
  }
}

extension Kind where Content == Term {
  package static var tensor: Kind {
    Kind("a tensor or a number") { value, _ in
      value.tag == .tensor || value.isNumber || value.isBoolean
    } read: { value, machine in
      machine.engine.term(value.tag == .tensor ? value.node : try machine.weak(value, for: .f32, .refused), at: machine.currentSpan)
    }
  }
}

extension Kind where Content: Foreign {
  package static func foreign(_ text: String, _ type: Content.Type) -> Kind {
    Kind(text) { value, _ in
      value.foreign(as: type) != nil
    } read: { value, _ in
      value.foreign(as: type)
    }
  }
}

extension Value {
  /// A tensor of one element, which can be used as a number.
  fileprivate var isSingle: Bool { tag == .tensor && node.type.count == 1 }
}
