import Engine
import Tensors

/// The memory of a value, in bytes.
package struct Footprint {
  /// The size of the value and everything it refers to; shared parts count once.
  package fileprivate(set) var own: Int
  /// The memory that the value keeps alive: a view keeps the whole storage, and an uncomputed tensor keeps its inputs.
  package fileprivate(set) var kept: Int
}

extension Machine {
  /// Not recursive, since values can be nested arbitrarily deep.
  package func footprint(of value: Value) -> Footprint {
    guard value.isHeap else { return Footprint(own: 16, kept: 16) }
    var seen: Set<Int> = []
    var waiting = [value]
    var storages: [ObjectIdentifier: Int] = [:]
    var nodes: Set<ObjectIdentifier> = []
    /// The total size, and the part of it that is not in storages.
    var (own, plain) = (0, 0)
    func keep(_ storage: Storage) { storages[ObjectIdentifier(storage.base)] = storage.base.byteCount }
    func keep(_ root: Node) {
      var waiting = [root]
      while let node = waiting.popLast() {
        guard nodes.insert(ObjectIdentifier(node)).inserted else { continue }
        if let tensor = node.tensor { keep(tensor.storage) }
        waiting += node.inputs
      }
    }
    func count(_ bytes: Int, isStored: Bool = false) {
      own += bytes
      if !isStored { plain += bytes }
    }
    while let value = waiting.popLast() {
      guard value.isHeap, seen.insert(value.bits).inserted else { continue }
      switch value.tag {
      case .string: count(value.stringBytes.count)
      case .list:
        count(16 * value.listCount)
        waiting += value.children
      case .record:
        count(20 * value.recordCount)
        waiting += value.children
      case .tensor:
        let node = value.node
        keep(node)
        count(node.type.byteCount, isStored: !node.isPending)
      case .model:
        let object = value.asModel.pointee
        waiting += [object.fields, object.arguments, object.training]
      case .foreign:
        let foreign = value.foreign
        for storage in foreign.storages { keep(storage) }
        count(foreign.footprint, isStored: !foreign.storages.isEmpty)
      default: count(64)
      }
    }
    return Footprint(own: own, kept: max(own, storages.values.reduce(plain, +)))
  }
}
