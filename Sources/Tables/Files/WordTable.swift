/// Distinct words, numbered in the order in which they were first seen. Words are hashed as bytes.
struct WordTable {
  private(set) var words = Texts()
  /// Whether each word was quoted where it was first seen.
  private(set) var quoted: [Bool] = []
  private var hashes: [UInt32] = []
  /// Places of words, -1 for none; a power of two in number.
  private var slots: [Int32]
  private var mask: Int

  init() {
    slots = [Int32](repeating: -1, count: 64)
    mask = 63
  }

  var count: Int { hashes.count }
  var byteCount: Int { words.byteCount + 5 * hashes.count + 4 * slots.count }

  /// The number of a word, which is new if it equals the previous `count`. Quoted and unquoted words differ.
  mutating func number(of word: UnsafeBufferPointer<UInt8>, isQuoted: Bool = false) -> Int32 {
    let hash = WordTable.hash(word, isQuoted)
    var slot = Int(hash) & mask
    while true {
      let place = slots[slot]
      if place < 0 { break }
      if hashes[Int(place)] == hash, quoted[Int(place)] == isQuoted, words.equals(Int(place), word) { return place }
      slot = (slot + 1) & mask
    }
    let place = Int32(clamping: hashes.count)
    slots[slot] = place
    hashes.append(hash)
    quoted.append(isQuoted)
    words.append(word)
    if 2 * hashes.count > slots.count { grow() }
    return place
  }

  private mutating func grow() {
    let size = 4 * slots.count
    slots = [Int32](repeating: -1, count: size)
    mask = size - 1
    for (place, hash) in hashes.enumerated() {
      var slot = Int(hash) & mask
      while slots[slot] >= 0 { slot = (slot + 1) & mask }
      slots[slot] = Int32(place)
    }
  }

  /// Multiplies and folds eight bytes at a time.
  @inline(__always) private static func hash(_ word: UnsafeBufferPointer<UInt8>, _ isQuoted: Bool) -> UInt32 {
    var state: UInt64 = 0x9E37_79B9_7F4A_7C15 ^ UInt64(truncatingIfNeeded: word.count) ^ (isQuoted ? 1 << 40 : 0)
    var place = 0
    let raw = UnsafeRawPointer(word.baseAddress)
    while let raw, place + 8 <= word.count {
      state = mixed(state ^ raw.loadUnaligned(fromByteOffset: place, as: UInt64.self))
      place += 8
    }
    var rest: UInt64 = 0
    while place < word.count {
      rest = rest << 8 | UInt64(word[place])
      place += 1
    }
    state = mixed(state ^ rest)
    return UInt32(truncatingIfNeeded: state ^ state >> 32)
  }

  @inline(__always) private static func mixed(_ state: UInt64) -> UInt64 {
    let product = state.multipliedFullWidth(by: 0xA076_1D64_78BD_642F)
    return product.high ^ product.low
  }
}
