import Engine

extension Machine {
  /// The memory that a value takes with all that it holds; what it holds twice counts once. A program makes values as
  /// deep as it likes, so it is no recursion.
  package func footprint(of value: Value) -> Int {
    guard value.isHeap else { return 16 }
    var seen: Set<Int> = []
    var waiting = [value]
    var bytes = 0
    while let value = waiting.popLast() {
      guard value.isHeap, seen.insert(value.bits).inserted else { continue }
      switch value.tag {
      case .string: bytes += value.stringBytes.count
      case .list:
        bytes += 16 * value.listCount
        for index in 0..<value.listCount { waiting.append(value.listItem(index)) }
      case .record:
        bytes += 20 * value.recordCount
        for index in 0..<value.recordCount { waiting.append(value.recordValue(index)) }
      case .tensor: bytes += value.node.type.byteCount
      case .model:
        let object = value.asModel.pointee
        waiting += [object.fields, object.arguments, object.training]
      case .foreign: bytes += value.foreign.footprint
      default: bytes += 64
      }
    }
    return bytes
  }
}
