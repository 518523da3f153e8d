/// An interned name, by which fields and globals are looked up.
package struct Symbol: Hashable, BitwiseCopyable, Sendable {
  package let id: Int32
}

/// The interned names of one machine.
package final class Symbols {
  private var ids: [String: Int32] = [:]
  private var names: [String] = []

  package init() {}

  package func intern(_ name: String) -> Symbol {
    if let id = ids[name] { return Symbol(id: id) }
    let id = Int32(names.count)
    ids[name] = id
    names.append(name)
    return Symbol(id: id)
  }

  /// The maximum number of symbols that instructions can encode.
  static let limit = 1 << 24

  /// The memory in bytes that the next name needs if the tables have to grow; 0 otherwise.
  var growth: Int { ids.count < ids.capacity && names.count < names.capacity ? 0 : ids.count * 112 }

  package func existing(_ name: String) -> Symbol? { ids[name].map { Symbol(id: $0) } }
  package func name(_ symbol: Symbol) -> String { names[Int(symbol.id)] }
  package var count: Int { names.count }
}
