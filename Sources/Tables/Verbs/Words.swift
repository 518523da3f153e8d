import Glibc

/// The words of a category or of texts as UTF-8, by row, or one word for all rows. Words are compared by their bytes.
struct Words {
  private enum Source {
    case texts(Texts)
    case levels([Int32], [ArraySlice<UInt8>])
    case one(ArraySlice<UInt8>)
  }
  private let source: Source

  init(_ word: String) { source = .one(Array(word.utf8)[...]) }

  /// Nil for other kinds.
  init?(_ column: Column) {
    switch column.cells {
    case .text(let texts): source = .texts(texts)
    case .category(let codes, let levels): source = .levels(codes, levels.map { Array($0.utf8)[...] })
    default: return nil
    }
  }

  /// Of a row that has a word.
  subscript(_ row: Int) -> ArraySlice<UInt8> {
    switch source {
    case .texts(let texts): texts.utf8(row)
    case .levels(let codes, let levels): levels[Int(codes[row])]
    case .one(let word): word
    }
  }

  static func isLess(_ a: ArraySlice<UInt8>, _ b: ArraySlice<UInt8>) -> Bool {
    a.withUnsafeBytes { x in
      b.withUnsafeBytes { y in
        guard let start = x.baseAddress, let otherStart = y.baseAddress else { return x.isEmpty && !y.isEmpty }
        let order = memcmp(start, otherStart, min(x.count, y.count))
        return order != 0 ? order < 0 : x.count < y.count
      }
    }
  }
}

extension Operand {
  /// Empty for operands of other kinds.
  var words: Words {
    switch self {
    case .column(let column): Words(column) ?? Words("")
    case .cell(.text(let word)): Words(word)
    case .cell: Words("")
    }
  }
}

extension String {
  /// The same bytes; `==` also holds for canonically equivalent characters.
  func hasSameBytes(as other: String) -> Bool { utf8.elementsEqual(other.utf8) }
}

/// The positions of words in a list, by their bytes.
struct WordPositions {
  private(set) var words: [String]
  private var positions: [[UInt8]: Int] = [:]

  init(_ words: [String] = []) {
    self.words = words
    positions.reserveCapacity(words.count)
    for (position, word) in words.enumerated() { positions[Array(word.utf8)] = position }
  }

  subscript(_ word: String) -> Int? { positions[Array(word.utf8)] }

  /// The position of a word, which is appended if it is missing.
  mutating func position(of word: String) -> Int {
    let bytes = Array(word.utf8)
    if let position = positions[bytes] { return position }
    positions[bytes] = words.count
    words.append(word)
    return words.count - 1
  }
}
