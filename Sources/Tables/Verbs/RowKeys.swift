import Tensors

/// The rows of key columns, numbered so that rows have the same code exactly if all their keys are equal. Codes count up from 0
/// in the order of first appearance. A gap equals a gap; 0 and -0 are equal; words are equal if their bytes are.
struct RowKeys {
  let codes: [Int]
  /// The first row of each code.
  let firsts: [Int]

  var distinct: Int { firsts.count }

  /// At least one column; all of the same length.
  init(_ columns: [Column]) {
    var codes = RowKeys.codes(of: columns[0])
    for column in columns.dropFirst() {
      let more = RowKeys.codes(of: column)
      let size = UInt64((more.max() ?? 0) + 1)
      var dense = DenseCodes()
      for row in codes.indices { codes[row] = dense.code(of: UInt64(codes[row]) * size + UInt64(more[row])) }
    }
    var firsts: [Int] = []
    for (row, code) in codes.enumerated() where code == firsts.count { firsts.append(row) }
    self.codes = codes
    self.firsts = firsts
  }

  /// How many rows each code has.
  var counts: [Int] {
    var counts = [Int](repeating: 0, count: distinct)
    for code in codes { counts[code] += 1 }
    return counts
  }

  private static func codes(of column: Column) -> [Int] {
    switch column.cells {
    case .number(let cells): codes(column.gaps, cells.count) { (cells[$0] == 0 ? 0 : cells[$0]).bitPattern }
    case .whole(let cells), .date(let cells), .time(let cells): codes(column.gaps, cells.count) { UInt64(bitPattern: Int64(cells[$0])) }
    case .category(let cells, _): codes(column.gaps, cells.count) { UInt64(UInt32(bitPattern: cells[$0])) }
    case .boolean(let cells): codes(column.gaps, cells.count) { cells[$0] ? 1 : 0 }
    case .text(let texts): codes(texts, column.gaps)
    }
  }

  private static func codes(_ gaps: Gaps, _ count: Int, _ bits: (Int) -> UInt64) -> [Int] {
    var dense = DenseCodes()
    var gapCode: Int?
    var codes = [Int](repeating: 0, count: count)
    for row in 0..<count {
      guard gaps[row] else {
        codes[row] = dense.code(of: bits(row))
        continue
      }
      let code = gapCode ?? dense.unusedCode()
      gapCode = code
      codes[row] = code
    }
    return codes
  }

  private static func codes(_ texts: Texts, _ gaps: Gaps) -> [Int] {
    var dense = DenseTexts(texts)
    return (0..<texts.count).map { dense.code(of: gaps[$0] ? nil : $0) }
  }
}

/// Numbers distinct words of 64 bits from 0 on. A table with open addressing and linear probing; the order of codes does
/// not depend on the hash.
struct DenseCodes {
  private(set) var count = 0
  private var used = 0
  private var keys: [UInt64] = Array(repeating: 0, count: 64)
  /// The code in each slot, or -1.
  private var slots: [Int] = Array(repeating: -1, count: 64)

  mutating func code(of key: UInt64) -> Int {
    let mask = slots.count - 1
    var slot = DenseCodes.mixed(key) & mask
    while slots[slot] >= 0 {
      if keys[slot] == key { return slots[slot] }
      slot = (slot + 1) & mask
    }
    keys[slot] = key
    slots[slot] = count
    count += 1
    used += 1
    if 2 * used > slots.count { grow() }
    return count - 1
  }

  /// A code that no key has.
  mutating func unusedCode() -> Int {
    count += 1
    return count - 1
  }

  /// The finaliser of SplitMix64 (G. Steele et al., OOPSLA 2014).
  private static func mixed(_ key: UInt64) -> Int {
    var z = key &+ 0x9E37_79B9_7F4A_7C15
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return Int(truncatingIfNeeded: z ^ (z >> 31))
  }

  private mutating func grow() {
    let (oldKeys, oldSlots) = (keys, slots)
    keys = Array(repeating: 0, count: 4 * oldKeys.count)
    slots = Array(repeating: -1, count: 4 * oldSlots.count)
    let mask = slots.count - 1
    for (key, code) in zip(oldKeys, oldSlots) where code >= 0 {
      var slot = DenseCodes.mixed(key) & mask
      while slots[slot] >= 0 { slot = (slot + 1) & mask }
      keys[slot] = key
      slots[slot] = code
    }
  }
}

/// Numbers distinct texts in the same way.
private struct DenseTexts {
  private let texts: Texts
  private var gapCode: Int?
  private var count = 0
  /// The first row with the text in each slot, or -1; its hash; its code.
  private var slots: [(row: Int, hash: UInt64, code: Int)] = Array(repeating: (-1, 0, 0), count: 64)
  private var used = 0

  init(_ texts: Texts) { self.texts = texts }

  /// Of a gap if the row is nil.
  mutating func code(of row: Int?) -> Int {
    guard let row else {
      if let gapCode { return gapCode }
      gapCode = count
      count += 1
      return count - 1
    }
    let text = texts.utf8(row)
    let hash = DenseTexts.hash(text)
    let mask = slots.count - 1
    var slot = Int(truncatingIfNeeded: hash) & mask
    while slots[slot].row >= 0 {
      if slots[slot].hash == hash, texts.utf8(slots[slot].row) == text { return slots[slot].code }
      slot = (slot + 1) & mask
    }
    slots[slot] = (row, hash, count)
    count += 1
    used += 1
    if 2 * used > slots.count { grow() }
    return count - 1
  }

  /// Eight bytes at a time.
  private static func hash(_ text: ArraySlice<UInt8>) -> UInt64 {
    var hash = Hash64()
    text.withUnsafeBytes { bytes in
      let whole = bytes.count & ~7
      for offset in stride(from: 0, to: whole, by: 8) { hash.combine(bytes.loadUnaligned(fromByteOffset: offset, as: UInt64.self)) }
      var rest = UInt64(bytes.count)
      for offset in whole..<bytes.count { rest = rest << 8 | UInt64(bytes[offset]) }
      hash.combine(rest)
    }
    return hash.value
  }

  private mutating func grow() {
    let old = slots
    slots = Array(repeating: (-1, 0, 0), count: 4 * old.count)
    let mask = slots.count - 1
    for entry in old where entry.row >= 0 {
      var slot = Int(truncatingIfNeeded: entry.hash) & mask
      while slots[slot].row >= 0 { slot = (slot + 1) & mask }
      slots[slot] = entry
    }
  }
}
