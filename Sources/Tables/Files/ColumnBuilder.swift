import Diagnostics

/// Puts a column together from its pieces.
final class ColumnBuilder {
  private(set) var plan: ColumnPlan
  private var store = CellStore()
  private var table = WordTable()
  private var hasWeakGaps = false
  private let missing: MissingWords
  private(set) var mix = WordMix()

  init(_ plan: ColumnPlan, _ missing: MissingWords) {
    self.plan = plan
    self.missing = missing
  }

  /// Bytes of the cells.
  var byteCount: Int { store.byteCount }

  /// Drops all cells; the column is of words.
  func restart() {
    store = CellStore()
    table = WordTable()
    (hasWeakGaps, mix) = (false, WordMix())
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
    }
    store.append(piece, table.words)
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

  /// Frees the cells.
  func column() throws -> Column {
    var store = store
    self.store = CellStore()
    // Words and texts are copied; of numbers, only which are gaps.
    let copied = [.words, .texts, .unknown].contains(store.form) ? 16 : 2
    guard Memory.holds(copied * store.count) else { throw FileFaults.tooLarge(plan.name, rows: store.count) }
    store.become(plan.known == .unknown ? .texts : plan.known, table.words)
    let gaps = store.gaps
    let cells: Column.Cells =
      switch store.form {
      case .whole: .whole(store.ints)
      case .number: .number(store.numbers)
      case .boolean: .boolean(store.booleans)
      case .date: .date(store.ints)
      case .time: .time(store.ints)
      case .words: cells(of: store.codes)
      case .texts, .unknown: .text(store.texts)
      }
    return Column(plan.name, cells, gaps: gaps)
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
}
