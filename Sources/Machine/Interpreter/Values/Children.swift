extension Value {
  /// The values in a list or a record, in order; empty for all else.
  package var children: [Value] {
    switch tag {
    case .list: listItems
    case .record: (0..<recordCount).map { recordValue($0) }
    default: []
    }
  }
}

extension Machine {
  /// A list or record of the same form, with each value transformed in order.
  package func mapChildren(of value: Value, _ transform: (Value) throws -> Value) rethrows -> Value {
    guard value.tag == .record else { return make(list: try value.listItems.map(transform)) }
    return make(record: try (0..<value.recordCount).map { (symbols.name(value.recordKey($0)), try transform(value.recordValue($0))) })
  }
}
