import Tensors

/// A hash of computations: of operations with their attributes, how they hang together, and the tensors they begin
/// from, whatever the program looked like that wrote them. Who combines results says in which role each one stands.
package struct GraphHash {
  private var hash = Hash128()
  private var walk = GraphWalk()
  private var numbers: [ObjectIdentifier: Int] = [:]
  private let buffers: [(name: String, storage: Storage)]
  /// Operations as texts: finding one out takes long, and few are different.
  private var texts: [AnyHashable: Hash128] = [:]

  /// `buffers`: memory that stands for what will lie in it, so that its bytes of now do not count.
  package init(buffers: [(name: String, storage: Storage)] = []) { self.buffers = buffers }

  package var value: Hash128 { hash }

  package mutating func combine(_ text: String) { hash.combine(text) }
  package mutating func combine(_ number: Int) { hash.combine(UInt64(bitPattern: Int64(number))) }

  package mutating func combine(_ root: Node) {
    for node in walk.nodes(to: root) { add(node) }
    hash.combine(UInt64(numbers[ObjectIdentifier(root)] ?? 0))
  }

  private mutating func add(_ node: Node) {
    numbers[ObjectIdentifier(node)] = numbers.count
    hash.combine("\(node.type)")
    if let tensor = node.tensor {
      if let (name, offset) = place(tensor.storage) {
        hash.combine(name)
        hash.combine(UInt64(offset))
      } else {
        hash.combine(tensor)
      }
    } else if let operation = node.operation {
      hash.combine(text(operation))
      for input in node.inputs { hash.combine(UInt64(numbers[ObjectIdentifier(input)] ?? 0)) }
    }
  }

  /// Every attribute of an operation, by the names in its type.
  private mutating func text(_ operation: any Operation) -> Hash128 {
    let key = operation.key
    if let known = texts[key] { return known }
    let text = Hash128.of("\(operation.name) \(operation)")
    texts[key] = text
    return text
  }

  private func place(_ storage: Storage) -> (String, Int)? {
    for (name, buffer) in buffers {
      let offset = storage.bytes - buffer.bytes
      if offset >= 0, offset < max(buffer.byteCount, 1) { return (name, offset) }
    }
    return nil
  }
}
