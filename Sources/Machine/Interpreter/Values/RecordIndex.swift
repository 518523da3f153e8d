/// The positions of a large record's fields by symbol: a hash table with open addressing, at most half full. Small records
/// have none, since a linear search is as fast.
struct RecordIndex: BitwiseCopyable {
  struct Slot: BitwiseCopyable {
    /// -1 if the slot is empty.
    var symbol: Int32
    var place: Int32
  }

  let slots: UnsafeMutablePointer<Slot>
  /// A power of two.
  let count: Int

  /// Records up to this capacity have no index.
  static let maximumUnindexedCapacity = 16

  static func slotCount(for capacity: Int) -> Int {
    var count = 32
    while count < capacity * 2 { count *= 2 }
    return count
  }

  func clear() { slots.update(repeating: Slot(symbol: -1, place: 0), count: count) }

  /// Spreads consecutive symbols over the table. (D. Knuth, "The Art of Computer Programming",
  /// volume 3, section 6.4: multiplicative hashing.)
  private func start(_ symbol: Symbol) -> Int {
    let mixed = UInt32(bitPattern: symbol.id) &* 0x9E37_79B1
    return Int(mixed ^ (mixed >> 15)) & (count - 1)
  }

  func place(of symbol: Symbol) -> Int? {
    var at = start(symbol)
    while slots[at].symbol != symbol.id {
      if slots[at].symbol < 0 { return nil }
      at = (at + 1) & (count - 1)
    }
    return Int(slots[at].place)
  }

  /// Adds a symbol that is not in the table.
  func add(_ symbol: Symbol, at place: Int) {
    var at = start(symbol)
    while slots[at].symbol >= 0 { at = (at + 1) & (count - 1) }
    slots[at] = Slot(symbol: symbol.id, place: Int32(place))
  }
}

extension RecordObject {
  /// The position of a field.
  @inline(__always)
  func position(of symbol: Symbol) -> Int? {
    if let index { return index.place(of: symbol) }
    for place in 0..<count where keys[place] == symbol { return place }
    return nil
  }
}
