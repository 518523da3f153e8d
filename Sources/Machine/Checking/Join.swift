import Engine

// What is known about a variable after two ways that may have been taken.
extension Machine {
  /// What is known about a variable that has one of two values.
  package func join(_ a: Value, _ b: Value, depth: Int = 0) -> Value {
    if a.tag == b.tag, a.bits == b.bits { return a }
    if a.tag == .undefined { return b }
    if b.tag == .undefined { return a }
    switch (a.tag, b.tag) {
    case (.tensor, .tensor) where a.node.type == b.node.type:
      return keep(heap.tensor(engine.placeholder(a.node.type), isParameter: a.isParameter && b.isParameter))
    case (.string, .string) where a.string == b.string: return a
    case (.list, .list) where a.listCount == b.listCount && depth < 8:
      return make(list: zip(a.listItems, b.listItems).map { join($0, $1, depth: depth + 1) }, sharing: true)
    case (.record, .record) where a.recordCount == b.recordCount && depth < 8:
      guard (0..<a.recordCount).allSatisfy({ a.recordKey($0) == b.recordKey($0) }) else { return .unknown }
      return make(
        record: (0..<a.recordCount).map { (symbols.name(a.recordKey($0)), join(a.recordValue($0), b.recordValue($0), depth: depth + 1)) })
    case (.model, .model) where (try? areSameBlueprints(a, b)) == true: return b
    case (.closure, .closure) where prototype(of: a) === prototype(of: b): return b
    case (.range, .range), (.foreign, .foreign): return (try? areSame(a, b)) == true ? a : .unknown
    default: return .unknown
    }
  }

  /// What is known about a variable changed by a loop that was not followed to its end: the type of a tensor, the identity
  /// of a model or a function, and nothing else.
  func joinAfterCut(_ before: Value, _ now: Value) -> Value {
    switch join(before, now) {
    case let value where [.model, .closure, .blueprint, .foreign, .builtin, .unknown].contains(value.tag): value
    case let value where value.tag == .tensor: keep(heap.tensor(engine.placeholder(value.node.type), isParameter: value.isParameter))
    default: .unknown
    }
  }

  private func areSameBlueprints(_ a: Value, _ b: Value) throws -> Bool {
    let (x, y) = (a.asModel.pointee, b.asModel.pointee)
    return try x.blueprint.bits == y.blueprint.bits && areSame(x.arguments, y.arguments) && models.isBuilt(a) == models.isBuilt(b)
  }
}
