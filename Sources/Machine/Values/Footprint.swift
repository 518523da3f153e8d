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
  /// A program makes values as deep as it likes, so it is no recursion.
  package func footprint(of value: Value) -> Footprint {
    guard value.isHeap else { return Footprint(own: 16, kept: 16) }
    var seen: Set<Int> = []
    var waiting = [value]
    var storages: [ObjectIdentifier: Int] = [:]
    var nodes: Set<ObjectIdentifier> = []
    /// What the values are made of, and what of it is not in storages.
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
        for index in 0..<value.listCount { waiting.append(value.listItem(index)) }
      case .record:
        count(20 * value.recordCount)
        for index in 0..<value.recordCount { waiting.append(value.recordValue(index)) }
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
