import Engine
import Tensors

/// The memory of a value, in bytes.
package struct Footprint {
  /// What it is made of, with all that it holds; what it holds twice counts once.
  package fileprivate(set) var own: Int
  /// What stays in memory as long as the value does: a view keeps the whole that it is a part of, and a tensor that has not
  /// been computed yet keeps what it will be computed from.
  package fileprivate(set) var kept: Int
}

extension Machine {
  package func footprint(of value: Value) -> Footprint {
    var seen: Set<Int> = []
    var storages: [ObjectIdentifier: Int] = [:]
    var nodes: Set<ObjectIdentifier> = []
    /// Beside what lies in storages.
    var plain = 0
    func keep(_ storage: Storage) { storages[ObjectIdentifier(storage.whole)] = storage.whole.byteCount }
    func keep(_ root: Node) {
      var waiting = [root]
      while let node = waiting.popLast() {
        guard nodes.insert(ObjectIdentifier(node)).inserted else { continue }
        if let tensor = node.tensor { keep(tensor.storage) }
        waiting += node.inputs
      }
    }
    func own(_ bytes: Int) -> Int {
      plain += bytes
      return bytes
    }
    func bytes(_ value: Value) -> Int {
      guard value.isHeap, seen.insert(value.bits).inserted else { return 0 }
      switch value.tag {
      case .string: return own(value.stringBytes.count)
      case .list: return value.listItems.reduce(own(16 * value.listCount)) { $0 + bytes($1) }
      case .record: return (0..<value.recordCount).reduce(own(20 * value.recordCount)) { $0 + bytes(value.recordValue($1)) }
      case .tensor:
        let node = value.node
        keep(node)
        return node.isPending ? own(node.type.byteCount) : node.type.byteCount
      case .model:
        let object = value.asModel.pointee
        return [object.fields, object.arguments, object.training].reduce(0) { $0 + bytes($1) }
      case .foreign:
        let foreign = value.foreign
        for storage in foreign.storages { keep(storage) }
        return foreign.storages.isEmpty ? own(foreign.footprint) : foreign.footprint
      default: return own(64)
      }
    }
    guard value.isHeap else { return Footprint(own: 16, kept: 16) }
    let own = bytes(value)
    return Footprint(own: own, kept: max(own, storages.values.reduce(plain, +)))
  }
}
