import Diagnostics

/// Puts a column together from its pieces.
final class ColumnBuilder {
  private(set) var plan: ColumnPlan
  private var pieces: [Piece] = []
  private var table = WordTable()
  private var hasWeakGaps = false
  private let missing: MissingWords
  private(set) var mix = WordMix()
  /// Bytes of the pieces.
  private(set) var byteCount = 0

  init(_ plan: ColumnPlan, _ missing: MissingWords) {
    self.plan = plan
    self.missing = missing
  }

  /// Drops all pieces; the column is of words.
  func restart() {
    pieces = []
    table = WordTable()
    (hasWeakGaps, mix, byteCount) = (false, WordMix(), 0)
    plan.known = .words
  }

  /// Whether the column has to be read again as words at the end of the file, since gaps could be words.
  var isOpen: Bool { plan.known == .unknown && hasWeakGaps }

  /// Adds the next piece, unless it and the ones before can only be words and were not read as such. `line` gives the line of
  /// a row of the piece.
  func add(_ piece: Piece, line: (Int) -> Int, infinite: (Int) -> Fault) throws -> Bool {
    guard let known = joined(piece) else { return false }
    if let row = piece.infinite { throw infinite(row) }
    plan.known = known
    hasWeakGaps = hasWeakGaps || piece.hasWeakGaps
    var piece = piece
    if let first = piece.mix.first { piece.mix.first = (first.word, line(first.row)) }
    mix.add(piece.mix)
    if case .words(let codes) = piece.cells, let words = piece.table {
      merge(&piece, codes, words)
      piece.table = nil
    }
    byteCount += piece.byteCount
    pieces.append(piece)
    return true
  }

  private func joined(_ piece: Piece) -> KnownKind? {
    let found: KnownKind
    switch piece.cells {
    case .gaps: return piece.hasWeakGaps && (plan.known == .words || plan.known == .texts) ? nil : plan.known
    case .whole: found = .whole
    case .number: found = .number
    case .boolean: found = .boolean
    case .date: found = .date
    case .time: found = .time
    case .words: found = .words
    case .texts: found = .texts
    }
    switch (plan.known, found) {
    case (.unknown, .words), (.unknown, .texts): return hasWeakGaps ? nil : found
    case (.unknown, _): return found
    case (.whole, .whole): return .whole
    case (.whole, .number), (.number, .whole), (.number, .number): return .number
    case (.boolean, .boolean): return .boolean
    case (.date, .date): return .date
    case (.date, .time), (.time, .date), (.time, .time): return .time
    case (.words, .words): return .words
    case (.words, .texts), (.texts, .words), (.texts, .texts): return .texts
    default: return nil
    }
  }

  private func merge(_ piece: inout Piece, _ codes: [Int32], _ words: WordTable) {
    let isText = plan.known == .texts
    let mapped = (0..<words.count).map { code in
      words.words.utf8(code).withUnsafeBufferPointer { word -> Int32 in
        if !words.quoted[code], !word.isEmpty, missing.verdict(word) == .gap { return -1 }
        return isText ? Int32(code) : table.number(of: word)
      }
    }
    guard isText else {
      piece.cells = .words(codes.map { $0 < 0 ? -1 : mapped[Int($0)] })
      if plan.forced == nil, table.count > Levels.most { plan.known = .texts }
      return
    }
    var texts = Texts()
    for (row, code) in codes.enumerated() {
      if code < 0 || mapped[Int(code)] < 0 {
        piece.gaps.append(Int32(row))
        texts.append([])
      } else {
        texts.append(words.words.utf8(Int(code)))
      }
    }
    piece.cells = .texts(texts)
  }

  // MARK: The column

  /// Frees the pieces while it joins them.
  func column() throws -> Column {
    let rows = pieces.reduce(0) { $0 + $1.count }
    guard Memory.holds(16 * rows) else { throw FileFaults.tooLarge(plan.name, rows: rows) }
    var flags: [Bool] = []
    func mark(_ row: Int) {
      if flags.isEmpty { flags = [Bool](repeating: false, count: rows) }
      flags[row] = true
    }
    if plan.known == .words {
      let codes = joinedCodes(rows, mark)
      return Column(plan.name, cells(of: codes), gaps: Gaps(flags))
    }
    let texts = plan.known == .texts || plan.known == .unknown
    var start = 0
    for piece in pieces {
      if case .gaps = piece.cells { for row in 0..<piece.count { mark(start + row) } } else { for row in piece.gaps { mark(start + Int(row)) } }
      if texts, case .words(let codes) = piece.cells { for (row, code) in codes.enumerated() where code < 0 { mark(start + row) } }
      start += piece.count
    }
    let gaps = Gaps(flags)
    switch plan.known {
    case .whole: return Column(plan.name, .whole(joined(rows, 0) { if case .whole(let cells) = $0 { cells } else { nil } }), gaps: gaps)
    case .number:
      return Column(
        plan.name,
        .number(
          joined(rows, 0) {
            switch $0 {
            case .number(let cells): cells
            case .whole(let cells): cells.map(Double.init)
            default: nil
            }
          }), gaps: gaps)
    case .boolean: return Column(plan.name, .boolean(joined(rows, false) { if case .boolean(let cells) = $0 { cells } else { nil } }), gaps: gaps)
    case .date: return Column(plan.name, .date(joined(rows, 0) { if case .date(let cells) = $0 { cells } else { nil } }), gaps: gaps)
    case .time:
      return Column(
        plan.name,
        .time(
          joined(rows, 0) {
            switch $0 {
            case .time(let cells): cells
            case .date(let cells): cells.map { $0 * Calendar.microsecondsPerDay }
            default: nil
            }
          }), gaps: gaps)
    default: return Column(plan.name, .text(joinedTexts(rows)), gaps: gaps)
    }
  }

  private func joined<Value>(_ rows: Int, _ zero: Value, _ cells: (Piece.Cells) -> [Value]?) -> [Value] {
    var all: [Value] = []
    all.reserveCapacity(rows)
    for place in pieces.indices {
      if let cells = cells(pieces[place].cells) { all += cells } else { all += repeatElement(zero, count: pieces[place].count) }
      pieces[place].cells = .gaps
    }
    return all
  }

  private func joinedCodes(_ rows: Int, _ mark: (Int) -> Void) -> [Int32] {
    var all: [Int32] = []
    all.reserveCapacity(rows)
    for place in pieces.indices {
      if case .words(let codes) = pieces[place].cells { all += codes } else { all += repeatElement(-1, count: pieces[place].count) }
      pieces[place].cells = .gaps
    }
    for (row, code) in all.enumerated() where code < 0 { mark(row) }
    return all
  }

  /// A category, or texts if there are too many different words.
  private func cells(of codes: [Int32]) -> Column.Cells {
    let filled = codes.reduce(0) { $0 + ($1 < 0 ? 0 : 1) }
    let isCategory = Levels.areCategories(distinct: table.count, filled: filled, rows: codes.count)
    guard isCategory || plan.forced == .category else {
      var texts = Texts()
      texts.reserveCapacity(codes.count, bytes: 0)
      for code in codes { if code < 0 { texts.append([]) } else { texts.append(table.words.utf8(Int(code))) } }
      return .text(texts)
    }
    let words = (0..<table.count).map { table.words[$0] }
    let order = Levels.order(words)
    var codeOf = [Int32](repeating: 0, count: words.count)
    for (place, word) in order.enumerated() { codeOf[word] = Int32(place) }
    return .category(codes.map { $0 < 0 ? -1 : codeOf[Int($0)] }, levels: order.map { words[$0] })
  }

  private func joinedTexts(_ rows: Int) -> Texts {
    var all = Texts()
    all.reserveCapacity(rows, bytes: 0)
    for place in pieces.indices {
      switch pieces[place].cells {
      case .texts(let texts): all.append(contentsOf: texts)
      case .words(let codes): for code in codes { if code < 0 { all.append([]) } else { all.append(table.words.utf8(Int(code))) } }
      default: for _ in 0..<pieces[place].count { all.append([]) }
      }
      pieces[place].cells = .gaps
    }
    return all
  }
}

extension Piece {
  var byteCount: Int {
    let cells =
      switch cells {
      case .gaps: 0
      case .boolean(let cells): cells.count
      case .words(let codes): 4 * codes.count
      case .texts(let texts): texts.byteCount
      default: 8 * count
      }
    return cells + 4 * gaps.count
  }
}
