import Tensors

/// A structural hash of computations: operations with their attributes, the edges between them, and the tensors at the
/// leaves. It is independent of the program text. Callers that combine several results also hash the role of each.
package struct GraphHash {
  private var hash = Hash128()
  private var traversal = GraphTraversal()
  private var numbers: [ObjectIdentifier: Int] = [:]
  private let buffers: [(name: String, storage: Storage)]
  /// Hashes of operation descriptions, cached because reflection is slow and few operations differ.
  private var descriptionHashes: [AnyHashable: Hash128] = [:]

  /// `buffers`: memory hashed by name and offset instead of by its current contents.
  package init(buffers: [(name: String, storage: Storage)] = []) { self.buffers = buffers }

  package var value: Hash128 { hash }

  package mutating func combine(_ text: String) { hash.combine(text) }
  package mutating func combine(_ number: Int) { hash.combine(UInt64(bitPattern: Int64(number))) }

  package mutating func combine(_ root: Node) {
    for node in traversal.nodes(to: root) { add(node) }
    hash.combine(UInt64(numbers[ObjectIdentifier(root)] ?? 0))
  }

  private mutating func add(_ node: Node) {
    numbers[ObjectIdentifier(node)] = numbers.count
    hash.combine("\(node.type)")
    if let tensor = node.tensor {
      if let (name, offset) = bufferOffset(of: tensor.storage) {
        hash.combine(name)
        hash.combine(UInt64(offset))
      } else {
        hash.combine(tensor)
      }
    } else if let operation = node.operation {
      hash.combine(hash(of: operation))
      for input in node.inputs { hash.combine(UInt64(numbers[ObjectIdentifier(input)] ?? 0)) }
    }
  }

  /// Covers every attribute of an operation, by reflection.
  private mutating func hash(of operation: any Operation) -> Hash128 {
    let key = operation.key
    if let known = descriptionHashes[key] { return known }
    let hash = Hash128.of("\(operation.name) \(operation)")
    descriptionHashes[key] = hash
    return hash
  }

  private func bufferOffset(of storage: Storage) -> (String, Int)? {
    for (name, buffer) in buffers {
      let offset = storage.bytes - buffer.bytes
      if offset >= 0, offset < max(buffer.byteCount, 1) { return (name, offset) }
    }
    return nil
  }
}
