import Engine

extension Machine {
  /// The memory that a value takes with all that it holds; what it holds twice counts once.
  package func footprint(of value: Value) -> Int {
    var seen: Set<Int> = []
    func bytes(_ value: Value) -> Int {
      guard value.isHeap, seen.insert(value.bits).inserted else { return 0 }
      switch value.tag {
      case .string: return value.stringBytes.count
      case .list: return value.listItems.reduce(16 * value.listCount) { $0 + bytes($1) }
      case .record: return (0..<value.recordCount).reduce(20 * value.recordCount) { $0 + bytes(value.recordValue($1)) }
      case .tensor: return value.node.type.byteCount
      case .model:
        let object = value.asModel.pointee
        return [object.fields, object.arguments, object.training].reduce(0) { $0 + bytes($1) }
      case .foreign: return value.foreign.footprint
      default: return 64
      }
    }
    return value.isHeap ? bytes(value) : 16
  }
}
