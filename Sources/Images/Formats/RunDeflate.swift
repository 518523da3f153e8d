/// Compresses filtered pictures as deflate (RFC 1951): runs of one byte, and a Huffman code of its own for each block. Other
/// repetitions are rare in filtered photographs, and searching for them takes most of the time of a general compressor.
struct RunDeflate {
  /// The bytes of a block.
  private static let blockSize = 1 << 17
  /// Three tokens, each with a word, the extra bits of a length and a distance, fit in 64 bits with the rest of a byte.
  private static let wordLimit = 12
  private static let shortestRun = 4
  private static let longestRun = 258

  /// The largest number of bytes for `count` bytes.
  static func bound(_ count: Int) -> Int { count + (count / storedLimit + count / blockSize + 2) * 8 + 64 }

  /// A stored part has a length of 16 bits.
  private static let storedLimit = 65_535

  private var output: UnsafeMutablePointer<UInt8>
  private var bits: UInt64 = 0
  private var bitCount: UInt64 = 0
  /// Below 256 a byte; otherwise a run of `token - 256` bytes equal to the byte before.
  private let tokens: UnsafeMutablePointer<UInt16>
  private var tokenCount = 0
  /// Four of each, so that equal bytes in a row do not wait for each other.
  private let histograms: UnsafeMutablePointer<UInt32>
  private static let symbolCount = 286

  /// Writes the compressed bytes to `output`, which has `bound` bytes; returns their number.
  static func compress(_ input: UnsafePointer<UInt8>, _ count: Int, to output: UnsafeMutablePointer<UInt8>) -> Int {
    let most = min(count, blockSize)
    return withUnsafeTemporaryAllocation(of: UInt16.self, capacity: most + 8) { tokens in
      withUnsafeTemporaryAllocation(of: UInt32.self, capacity: 4 * symbolCount) { histograms in
        guard let tokens = tokens.baseAddress, let histograms = histograms.baseAddress else { return 0 }
        var deflate = RunDeflate(output: output, tokens: tokens, histograms: histograms)
        var start = 0
        repeat {
          let end = min(count, start + blockSize)
          deflate.block(input, start, end, isLast: end == count)
          start = end
        } while start < count
        return deflate.finish() - output
      }
    }
  }

  private init(output: UnsafeMutablePointer<UInt8>, tokens: UnsafeMutablePointer<UInt16>, histograms: UnsafeMutablePointer<UInt32>) {
    (self.output, self.tokens, self.histograms) = (output, tokens, histograms)
  }

  // MARK: Tokens

  /// Splits a block into bytes and runs, and counts their symbols.
  private mutating func tokenize(_ input: UnsafePointer<UInt8>, _ start: Int, _ end: Int) {
    histograms.initialize(repeating: 0, count: 4 * RunDeflate.symbolCount)
    let (a, b) = (histograms, histograms + RunDeflate.symbolCount)
    let (c, d) = (histograms + 2 * RunDeflate.symbolCount, histograms + 3 * RunDeflate.symbolCount)
    func word(_ place: Int) -> UInt64 { UnsafeRawPointer(input + place).loadUnaligned(as: UInt64.self) }
    var (place, count) = (start, 0)
    if start == 0, end > 0 {
      // The first byte has none before it.
      tokens[0] = UInt16(input[0])
      a[Int(input[0])] &+= 1
      (place, count) = (1, 1)
    }
    while place < end {
      if place &+ 8 <= end {
        let difference = word(place) ^ word(place &- 1)
        // The highest bit of each byte that equals the byte before.
        let low: UInt64 = 0x7F7F_7F7F_7F7F_7F7F
        let equal = ~(((difference & low) &+ low) | difference | low)
        let four = equal & equal &>> 8 & equal &>> 16 & equal &>> 24
        if four == 0 {
          let eight = unsafeBitCast(word(place), to: SIMD8<UInt8>.self)
          UnsafeMutableRawPointer(tokens + count).storeBytes(of: SIMD8<UInt16>(truncatingIfNeeded: eight), as: SIMD8<UInt16>.self)
          var left = word(place)
          for _ in 0..<2 {
            a[Int(left & 0xFF)] &+= 1
            b[Int(left &>> 8 & 0xFF)] &+= 1
            c[Int(left &>> 16 & 0xFF)] &+= 1
            d[Int(left &>> 24 & 0xFF)] &+= 1
            left &>>= 32
          }
          (place, count) = (place &+ 8, count &+ 8)
          continue
        }
        let skip = four.trailingZeroBitCount / 8
        for step in 0..<skip {
          tokens[count &+ step] = UInt16(input[place &+ step])
          a[Int(input[place &+ step])] &+= 1
        }
        (place, count) = (place &+ skip, count &+ skip)
        let length = RunDeflate.run(input, place, min(end, place &+ RunDeflate.longestRun))
        tokens[count] = UInt16(256 &+ length)
        a[RunDeflate.symbol(ofLength: length).symbol] &+= 1
        (place, count) = (place &+ length, count &+ 1)
      } else {
        tokens[count] = UInt16(input[place])
        a[Int(input[place])] &+= 1
        (place, count) = (place &+ 1, count &+ 1)
      }
    }
    tokenCount = count
    for symbol in 0..<RunDeflate.symbolCount { a[symbol] &+= b[symbol] &+ c[symbol] &+ d[symbol] }
    a[RunDeflate.endOfBlock] = 1
  }

  private static let endOfBlock = 256

  /// The number of bytes from `start` that equal the byte before it.
  private static func run(_ input: UnsafePointer<UInt8>, _ start: Int, _ end: Int) -> Int {
    let byte = input[start - 1]
    var place = start
    while place < end, input[place] == byte { place &+= 1 }
    return place - start
  }

  /// The symbol of a run's length, its extra bits and their number (RFC 1951, 3.2.5).
  private static func symbol(ofLength length: Int) -> (symbol: Int, extra: UInt64, bits: UInt64) {
    guard length < longestRun else { return (285, 0, 0) }
    let value = length - 3
    guard value >= 8 else { return (257 + value, 0, 0) }
    let bits = Int.bitWidth - 3 - value.leadingZeroBitCount
    return (261 + 4 * bits + (value >> bits & 3), UInt64(value & ((1 << bits) - 1)), UInt64(bits))
  }

  // MARK: Blocks

  private mutating func block(_ input: UnsafePointer<UInt8>, _ start: Int, _ end: Int, isLast: Bool) {
    tokenize(input, start, end)
    let frequencies = Array(UnsafeBufferPointer(start: histograms, count: RunDeflate.symbolCount))
    let own = HuffmanCode(frequencies, limit: RunDeflate.wordLimit)
    let header = CodeLengths(own.lengths)
    let extra = (265..<285).reduce(0) { $0 + Int(frequencies[$1]) * (($1 - 261) / 4) }
    let runs = frequencies[257...].reduce(0) { $0 + Int($1) }
    func cost(_ lengths: [UInt8]) -> Int { zip(frequencies, lengths).reduce(extra) { $0 + Int($1.0) * Int($1.1) } }
    let (ownBits, fixedBits) = (cost(own.lengths) + header.bitCount + runs, cost(RunDeflate.fixed.lengths) + 5 * runs)
    let storedBits = 8 * (end - start) + ((end - start) / RunDeflate.storedLimit + 1) * 40
    if storedBits <= min(ownBits, fixedBits) { return store(input, start, end, isLast: isLast) }
    let isFixed = fixedBits <= ownBits
    put(isLast ? 1 : 0, 1)
    put(isFixed ? 1 : 2, 2)
    if !isFixed { header.write { put($0, $1) } }
    write(isFixed ? RunDeflate.fixed : own, distanceBits: isFixed ? 5 : 1)
  }

  /// The predefined code (RFC 1951, 3.2.6).
  private static let fixed = HuffmanCode(lengths: (0..<288).map { $0 < 144 ? 8 : $0 < 256 ? 9 : $0 < 280 ? 7 : 8 })

  private mutating func write(_ code: HuffmanCode, distanceBits: UInt64) {
    // For each token, the word with the extra bits and the distance, which is 1 and has a word of zeros; the last byte is their length.
    var table = [UInt64](repeating: 0, count: 256 + RunDeflate.longestRun + 1)
    for byte in 0..<256 { table[byte] = UInt64(code.words[byte]) << 8 | UInt64(code.lengths[byte]) }
    for length in RunDeflate.shortestRun...RunDeflate.longestRun {
      let (symbol, extra, bits) = RunDeflate.symbol(ofLength: length)
      let word = UInt64(code.words[symbol]) | extra << UInt64(code.lengths[symbol])
      table[256 + length] = word << 8 | UInt64(code.lengths[symbol]) + bits + distanceBits
    }
    let (end, size) = (UInt64(code.words[RunDeflate.endOfBlock]), UInt64(code.lengths[RunDeflate.endOfBlock]))
    table.withUnsafeBufferPointer { table in
      var (bits, bitCount, output) = (self.bits, self.bitCount, self.output)
      var place = 0
      let (tokens, tokenCount) = (self.tokens, self.tokenCount)
      while place &+ 3 <= tokenCount {
        // Joined before they meet the bits of the loop, so that only two steps wait for each other. A shift looks at the last 6 bits.
        let (first, second, third) = (table[Int(tokens[place])], table[Int(tokens[place &+ 1])], table[Int(tokens[place &+ 2])])
        let two = first &+ second
        let word = first &>> 8 | (second &>> 8) &<< first | (third &>> 8) &<< two
        bits |= word &<< bitCount
        bitCount &+= (two &+ third) & 0xFF
        place &+= 3
        UnsafeMutableRawPointer(output).storeBytes(of: bits.littleEndian, as: UInt64.self)
        output += Int(bitCount &>> 3)
        bits = bits &>> (bitCount & ~7)
        bitCount &= 7
      }
      while place < tokenCount {
        let entry = table[Int(tokens[place])]
        bits |= (entry &>> 8) &<< bitCount
        bitCount &+= entry & 0xFF
        place &+= 1
      }
      UnsafeMutableRawPointer(output).storeBytes(of: bits.littleEndian, as: UInt64.self)
      output += Int(bitCount &>> 3)
      bits = bits &>> (bitCount & ~7)
      bitCount &= 7
      (self.bits, self.bitCount, self.output) = (bits, bitCount, output)
    }
    put(end, size)
  }

  private mutating func store(_ input: UnsafePointer<UInt8>, _ start: Int, _ end: Int, isLast: Bool) {
    var place = start
    repeat {
      let count = min(RunDeflate.storedLimit, end - place)
      put(isLast && place + count == end ? 1 : 0, 3)
      align()
      for byte in [count & 0xFF, count >> 8, ~count & 0xFF, ~count >> 8 & 0xFF] { put(UInt64(byte), 8) }
      output.update(from: input + place, count: count)
      output += count
      place += count
    } while place < end
  }

  // MARK: Bits

  /// At most 32 bits.
  private mutating func put(_ value: UInt64, _ count: UInt64) {
    bits |= value &<< bitCount
    bitCount &+= count
    while bitCount >= 8 {
      output.pointee = UInt8(truncatingIfNeeded: bits)
      output += 1
      bits &>>= 8
      bitCount &-= 8
    }
  }

  private mutating func align() { if bitCount > 0 { put(0, 8 - bitCount) } }

  private mutating func finish() -> UnsafeMutablePointer<UInt8> {
    align()
    return output
  }
}

/// The header of a block with its own code: the lengths of the words, which are compressed themselves (RFC 1951, 3.2.7). There
/// is one distance, with a word of one bit.
private struct CodeLengths {
  private let symbols: [(symbol: Int, extra: UInt64, bits: UInt64)]
  private let code: HuffmanCode
  private let count: Int
  private static let order = [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15]
  private let sent: Int

  init(_ lengths: [UInt8]) {
    count = max(257, (lengths.lastIndex { $0 > 0 } ?? 0) + 1)
    let all = lengths[..<count] + [1]
    var symbols: [(symbol: Int, extra: UInt64, bits: UInt64)] = []
    var place = 0
    while place < all.count {
      let value = all[place]
      let run = all[place...].prefix { $0 == value }.count
      if value == 0, run >= 3 {
        let zeros = min(run, 138)
        symbols.append(zeros > 10 ? (18, UInt64(zeros - 11), 7) : (17, UInt64(zeros - 3), 3))
        place += zeros
      } else if value > 0, run >= 4 {
        symbols.append((Int(value), 0, 0))
        let repeats = min(run - 1, 6)
        symbols.append((16, UInt64(repeats - 3), 2))
        place += repeats + 1
      } else {
        symbols.append((Int(value), 0, 0))
        place += 1
      }
    }
    var frequencies = [UInt32](repeating: 0, count: 19)
    for symbol in symbols { frequencies[symbol.symbol] += 1 }
    code = HuffmanCode(frequencies, limit: 7)
    self.symbols = symbols
    let lengths = code.lengths
    sent = max(4, (CodeLengths.order.lastIndex { lengths[$0] > 0 } ?? 0) + 1)
  }

  var bitCount: Int { 14 + 3 * sent + symbols.reduce(0) { $0 + Int(code.lengths[$1.symbol]) + Int($1.bits) } }

  func write(_ put: (UInt64, UInt64) -> Void) {
    put(UInt64(count - 257), 5)
    put(0, 5)
    put(UInt64(sent - 4), 4)
    for symbol in CodeLengths.order.prefix(sent) { put(UInt64(code.lengths[symbol]), 3) }
    for (symbol, extra, bits) in symbols {
      put(UInt64(code.words[symbol]), UInt64(code.lengths[symbol]))
      put(extra, bits)
    }
  }
}
