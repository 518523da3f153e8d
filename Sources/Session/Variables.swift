import Diagnostics
import Machine
import Tensors

/// A name of the program with what a person wants to know about its value.
package struct Variable {
  package let name: String
  package let kind: String
  /// A tensor's type, or how many elements there are.
  package let extent: String
  package let bytes: Int
}

extension Session {
  /// The program's names, in alphabetical order.
  package var variables: [Variable] {
    machine.globalNames.sorted().compactMap { name in
      guard let value = machine.global(name) else { return nil }
      return Variable(name: name, kind: machine.typeName(value), extent: extent(of: value), bytes: machine.footprint(of: value))
    }
  }

  private func extent(of value: Value) -> String {
    switch value.tag {
    case .tensor: return value.node.type.description
    default:
      guard let count = try? machine.elementCount(value) else { return "" }
      return "\(count)"
    }
  }

  /// Computes the tensors that names hold and that nobody has looked at yet.
  package func settle() throws {
    for name in machine.globalNames {
      if let value = machine.global(name), value.tag == .tensor { _ = try machine.engine.value(value.node) }
    }
  }
}
