/// The cells of a column that were read so far, in the narrowest form that holds all of them. Each piece is copied and can be freed at
/// once, so that a file never needs memory for its cells twice.
struct CellStore {
  private(set) var form = KnownKind.unknown
  private(set) var count = 0
  /// Of whole numbers, dates and times.
  private(set) var ints: [Int] = []
  private(set) var numbers: [Double] = []
  private(set) var booleans: [Bool] = []
  /// The numbers of words; -1 for a gap.
  private(set) var codes: [Int32] = []
  private(set) var texts = Texts()
  /// Whether each row up to the last gap is one; not used for words.
  private var flags: [Bool] = []

  /// Bytes of the cells.
  var byteCount: Int { 8 * (ints.count + numbers.count) + booleans.count + 4 * codes.count + texts.byteCount + flags.count }

  var gaps: Gaps {
    if form == .words { return Gaps(codes.map { $0 < 0 }) }
    return flags.isEmpty ? .none : Gaps(flags + repeatElement(false, count: count - flags.count))
  }

  /// `words`: those that the codes number.
  mutating func append(_ piece: Piece, _ words: Texts) {
    let start = count
    switch piece.cells {
    case .gaps: break
    case .whole(let cells):
      if form == .number { numbers.extend(with: cells.lazy.map(Double.init)) } else { append(cells, as: .whole) }
    case .number(let cells):
      become(.number, words)
      numbers.extend(with: cells)
    case .boolean(let cells):
      become(.boolean, words)
      booleans.extend(with: cells)
    case .date(let cells):
      if form == .time { ints.extend(with: cells.lazy.map { $0 * Calendar.microsecondsPerDay }) } else { append(cells, as: .date) }
    case .time(let cells): append(cells, as: .time)
    case .words(let cells):
      become(.words, words)
      codes.extend(with: cells)
    case .texts(let cells):
      become(.texts, words)
      texts.append(contentsOf: cells)
    }
    count += piece.count
    if case .gaps = piece.cells {
      pad()
      if form != .words { flag(start..<count) }
    } else if form != .words {
      for row in piece.gaps { flag(start + Int(row)..<start + Int(row) + 1) }
    }
  }

  private mutating func append(_ cells: [Int], as kind: KnownKind) {
    become(kind, Texts())
    ints.extend(with: cells)
  }

  private mutating func flag(_ rows: Range<Int>) {
    if flags.count < rows.lowerBound { flags.extend(with: repeatElement(false, count: rows.lowerBound - flags.count)) }
    flags.extend(with: repeatElement(true, count: rows.count))
  }

  /// Changes the form to one that holds the same cells.
  mutating func become(_ other: KnownKind, _ words: Texts) {
    switch (form, other) {
    case (.whole, .number):
      numbers = ints.map(Double.init)
      ints = []
    case (.date, .time):
      for row in ints.indices { ints[row] *= Calendar.microsecondsPerDay }
    case (.words, .texts):
      texts.reserveCapacity(codes.count, bytes: 0)
      for (row, code) in codes.enumerated() {
        if code < 0 { flag(row..<row + 1) }
        texts.append(code < 0 ? [] : words.utf8(Int(code)))
      }
      codes = []
    default: break
    }
    form = other
    if other == .words { flags = [] }
    pad()
  }

  /// Adds cells for the rows that have none, which are gaps.
  private mutating func pad() {
    switch form {
    case .unknown: break
    case .whole, .date, .time: ints.extend(with: repeatElement(0, count: count - ints.count))
    case .number: numbers.extend(with: repeatElement(0, count: count - numbers.count))
    case .boolean: booleans.extend(with: repeatElement(false, count: count - booleans.count))
    case .words: codes.extend(with: repeatElement(-1, count: count - codes.count))
    case .texts: for _ in texts.count..<count { texts.append([]) }
    }
  }
}
