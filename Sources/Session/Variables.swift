import Diagnostics
import Machine
import Tensors

/// A name of the program with what a person wants to know about its value.
package struct Variable {
  package let name: String
  package let kind: String
  /// A tensor's type, or how many elements there are.
  package let extent: String
  /// Of the value itself.
  package let bytes: Int
  /// The memory that stays as long as the name does; nil where that is not much more than the value itself. A slice keeps
  /// the whole that it is a part of.
  package let kept: Int?
}

extension Session {
  /// The program's names, in alphabetical order.
  package var variables: [Variable] {
    machine.globalNames.sorted().compactMap { name in
      guard let value = machine.global(name) else { return nil }
      let footprint = machine.footprint(of: value)
      // Memory is laid out in rounded sizes, which is nobody's concern.
      let isMore = footprint.kept - footprint.own >= max(1024, footprint.own / 8)
      return Variable(
        name: name, kind: machine.typeName(value), extent: extent(of: value), bytes: footprint.own, kept: isMore ? footprint.kept : nil)
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
