/// A name as a number: fields and globals are found by it.
package struct Symbol: Hashable, BitwiseCopyable, Sendable {
  package let id: Int32
}

/// The names of one machine.
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

  /// As many as an instruction can name.
  static let limit = 1 << 24

  /// What the next name costs where there is no room for it: all of them move.
  var growth: Int { ids.count < ids.capacity && names.count < names.capacity ? 0 : ids.count * 112 }

  package func existing(_ name: String) -> Symbol? { ids[name].map { Symbol(id: $0) } }
  package func name(_ symbol: Symbol) -> String { names[Int(symbol.id)] }
  package var count: Int { names.count }
}
