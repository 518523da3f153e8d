import Tensors

/// A hash of computations: of operations with their attributes, how they hang together, and the tensors they begin
/// from, whatever the program looked like that wrote them. Who combines results says in which role each one stands.
package struct GraphHash {
  private var hash = Hash128()
  private var traversal = GraphTraversal()
  private var numbers: [ObjectIdentifier: Int] = [:]
  private let buffers: [(name: String, storage: Storage)]
  /// Operations as descriptionHashes: finding one out takes long, and few are different.
  private var descriptionHashes: [AnyHashable: Hash128] = [:]

  /// `buffers`: memory that stands for what will lie in it, so that its bytes of now do not count.
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

  /// Every attribute of an operation, by the names in its type.
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
