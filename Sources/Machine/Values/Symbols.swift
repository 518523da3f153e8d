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

  package func existing(_ name: String) -> Symbol? { ids[name].map { Symbol(id: $0) } }
  package func name(_ symbol: Symbol) -> String { names[Int(symbol.id)] }
  package var count: Int { names.count }
}
