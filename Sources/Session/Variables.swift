import Diagnostics
import Machine
import Tensors

/// A variable of the program, for display.
package struct Variable {
  package let name: String
  package let kind: String
  /// The type of a tensor, or the number of elements.
  package let extent: String
  /// Bytes of the value itself.
  package let bytes: Int
  /// Bytes that are freed only with the name; nil if that is not much more than the value itself. For example, a slice
  /// keeps the whole tensor in memory.
  package let kept: Int?
}

extension Session {
  /// The variables of the program, in alphabetical order.
  package var variables: [Variable] {
    machine.globalNames.sorted().compactMap { name in
      guard let value = machine.global(name) else { return nil }
      let footprint = machine.footprint(of: value)
      // Ignore the rounding of allocation sizes.
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

  /// Evaluates the lazy tensors that variables hold.
  package func evaluateVariables() throws {
    for name in machine.globalNames {
      if let value = machine.global(name), value.tag == .tensor { _ = try machine.engine.value(value.node) }
    }
  }
}
