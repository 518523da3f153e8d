/// Distinct words, numbered in the order in which they were first seen.
struct WordTable {
  private(set) var words = Texts()
  /// Whether each word was quoted where it was first seen.
  private(set) var quoted: [Bool] = []
  /// Of each word: a short one itself with its length, else a hash.
  private var keys: [UInt64] = []
  /// Places of words, -1 for none; a power of two in number.
  private var slots: [Int32]
  private var mask: Int

  init() {
    slots = [Int32](repeating: -1, count: 64)
    mask = 63
  }

  var count: Int { keys.count }
  var byteCount: Int { words.byteCount + 9 * keys.count + 4 * slots.count }

  /// The number of a word, which is new if it equals the previous `count`. Quoted and unquoted words differ.
  mutating func number(of word: UnsafeBufferPointer<UInt8>, isQuoted: Bool = false) -> Int32 {
    let (key, isShort) = WordTable.key(word, isQuoted)
    var slot = WordTable.slot(key, mask)
    while true {
      let place = slots[slot]
      if place < 0 { break }
      if keys[Int(place)] == key, isShort || (quoted[Int(place)] == isQuoted && words.equals(Int(place), word)) { return place }
      slot = (slot + 1) & mask
    }
    let place = Int32(clamping: keys.count)
    slots[slot] = place
    keys.append(key)
    quoted.append(isQuoted)
    words.append(word)
    if 2 * keys.count > slots.count { grow() }
    return place
  }

  private mutating func grow() {
    let size = 4 * slots.count
    slots = [Int32](repeating: -1, count: size)
    mask = size - 1
    for (place, key) in keys.enumerated() {
      var slot = WordTable.slot(key, mask)
      while slots[slot] >= 0 { slot = (slot + 1) & mask }
      slots[slot] = Int32(place)
    }
  }

  /// Words of up to 7 bytes are in their key: the last byte is the length times 2, plus 1 if quoted. It is 255 in other keys.
  @inline(__always) private static func key(_ word: UnsafeBufferPointer<UInt8>, _ isQuoted: Bool) -> (UInt64, isShort: Bool) {
    let count = word.count
    guard let raw = UnsafeRawPointer(word.baseAddress), count > 0 else { return (isQuoted ? 1 << 56 : 0, true) }
    if count <= 7 {
      var bytes: UInt64
      if count >= 4 {
        // Two halves that overlap.
        let low = UInt64(UInt32(littleEndian: raw.loadUnaligned(as: UInt32.self)))
        let high = UInt64(UInt32(littleEndian: raw.loadUnaligned(fromByteOffset: count - 4, as: UInt32.self)))
        bytes = low | high << UInt64(8 * (count - 4))
      } else {
        bytes = UInt64(word[0]) | UInt64(word[count >> 1]) << UInt64(8 * (count >> 1)) | UInt64(word[count - 1]) << UInt64(8 * (count - 1))
      }
      return (bytes | UInt64(2 * count + (isQuoted ? 1 : 0)) << 56, true)
    }
    var state: UInt64 = 0x9E37_79B9_7F4A_7C15 ^ UInt64(truncatingIfNeeded: count) ^ (isQuoted ? 1 << 40 : 0)
    var place = 0
    while place + 8 <= count {
      state = mixed(state ^ raw.loadUnaligned(fromByteOffset: place, as: UInt64.self))
      place += 8
    }
    // The last eight bytes, some of them again.
    if place < count { state = mixed(state ^ raw.loadUnaligned(fromByteOffset: count - 8, as: UInt64.self)) }
    return (state | 0xFF << 56, false)
  }

  @inline(__always) private static func slot(_ key: UInt64, _ mask: Int) -> Int { Int(truncatingIfNeeded: mixed(key)) & mask }

  @inline(__always) private static func mixed(_ state: UInt64) -> UInt64 {
    let product = state.multipliedFullWidth(by: 0xA076_1D64_78BD_642F)
    return product.high ^ product.low
  }
}
