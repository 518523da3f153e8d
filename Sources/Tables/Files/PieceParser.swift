/// Turns the fields of a column into cells of the narrowest kind that holds all of them.
struct PieceParser {
  typealias Bytes = UnsafeBufferPointer<UInt8>

  /// A field that is not of the kind that the caller wants.
  struct Problem: Error {
    let row: Int
    let text: String
    let kind: ColumnKind
  }

  let tokens: Tokenizer
  let rules: FieldRules
  let width: Int

  private var rows: Int { tokens.lines.count }

  func piece(_ plan: ColumnPlan) throws(Problem) -> Piece {
    switch plan.known {
    case .unknown: return try guessed(plan)
    case .words: return words(plan.place)
    case .texts: return texts(plan.place)
    default: return try values(plan, as: plan.known)
    }
  }

  /// By the first field that is not a gap.
  private func guessed(_ plan: ColumnPlan) throws(Problem) -> Piece {
    var hasWeakGaps = false
    for row in 0..<rows {
      let field = tokens.fields[row * width + plan.place]
      if let isWeak = gap(field) {
        hasWeakGaps = hasWeakGaps || isWeak
        continue
      }
      guard !(field.isQuoted && rules.quotesMarkWords) else { return words(plan.place) }
      let text = tokens.text(field)
      let kind: KnownKind? =
        if NumberText.whole(text) != nil {
          .whole
        } else if NumberText.number(text, decimal: rules.decimal) != nil || NumberText.isInfinite(text) {
          .number
        } else if NumberText.boolean(text) != nil {
          .boolean
        } else if Calendar.days(text) != nil {
          .date
        } else if Calendar.microseconds(text) != nil {
          .time
        } else {
          nil
        }
      guard let kind else { return words(plan.place) }
      return try values(plan, as: kind)
    }
    var piece = Piece(cells: .gaps, count: rows)
    piece.hasWeakGaps = hasWeakGaps
    return piece
  }

  /// Nil if the field is a value in a column that is not of words; else whether it would be a word in one of words.
  private func gap(_ field: Tokenizer.Field) -> Bool? {
    if field.count == 0 { return field.isQuoted && !rules.quotedEmptyIsGap }
    if field.isQuoted, rules.quotesMarkWords { return nil }
    switch rules.missing.verdict(tokens.text(field)) {
    case .value: return nil
    case .gap: return false
    case .weakGap: return true
    }
  }

  // MARK: Values

  /// Values of a kind, or of a wider one. Without a kind that the caller wants, words if there is a word among them.
  private func values(_ plan: ColumnPlan, as kind: KnownKind) throws(Problem) -> Piece {
    let (column, isForced, decimal) = (plan.place, plan.forced != nil, rules.decimal)
    var piece = Piece(cells: .gaps, count: rows)
    var failed: Int?
    switch kind {
    case .whole:
      var cells = [Int](repeating: 0, count: rows)
      failed = fill(&cells, column, from: 0, &piece) {
        NumberText.whole($0) ?? (isForced ? NumberText.lenientWhole($0, decimal: decimal) : nil)
      }
      piece.cells = .whole(cells)
      if let row = failed, !isForced {
        var numbers = cells.map(Double.init)
        failed = fillNumbers(&numbers, column, from: row, &piece)
        piece.cells = .number(numbers)
      }
    case .number:
      var cells = [Double](repeating: 0, count: rows)
      failed = fillNumbers(&cells, column, from: 0, isLenient: isForced, &piece)
      piece.cells = .number(cells)
    case .boolean:
      var cells = [Bool](repeating: false, count: rows)
      failed = fill(&cells, column, from: 0, &piece) { field in
        NumberText.boolean(field) ?? (isForced ? NumberText.whole(field).flatMap { $0 == 0 || $0 == 1 ? $0 == 1 : nil } : nil)
      }
      piece.cells = .boolean(cells)
    case .date:
      var cells = [Int](repeating: 0, count: rows)
      failed = fill(&cells, column, from: 0, &piece) { Calendar.days($0) }
      piece.cells = .date(cells)
      if let row = failed, !isForced {
        cells = cells.map { $0 * Calendar.microsecondsPerDay }
        failed = fillTimes(&cells, column, from: row, &piece)
        piece.cells = .time(cells)
      }
    default:
      var cells = [Int](repeating: 0, count: rows)
      failed = fillTimes(&cells, column, from: 0, &piece)
      piece.cells = .time(cells)
    }
    guard let failed else { return piece }
    guard let forced = plan.forced else { return words(column) }
    throw Problem(row: failed, text: String(decoding: tokens.plain(tokens.fields[failed * width + column]), as: UTF8.self), kind: forced)
  }

  private func fillTimes(_ cells: inout [Int], _ column: Int, from start: Int, _ piece: inout Piece) -> Int? {
    fill(&cells, column, from: start, &piece) { Calendar.microseconds($0) ?? Calendar.days($0).map { $0 * Calendar.microsecondsPerDay } }
  }

  private func fillNumbers(_ cells: inout [Double], _ column: Int, from start: Int, isLenient: Bool = false, _ piece: inout Piece) -> Int? {
    let decimal = rules.decimal
    var next = start
    while true {
      let failed = fill(&cells, column, from: next, &piece) { text -> Double? in
        guard let number = NumberText.number(text, decimal: decimal, isLenient: isLenient), number.isFinite else { return nil }
        return number
      }
      guard let failed else { return nil }
      let field = tokens.fields[failed * width + column]
      let text = tokens.text(field)
      let isInfinite = NumberText.isInfinite(text) || NumberText.number(text, decimal: decimal)?.isInfinite == true
      guard isInfinite, !(field.isQuoted && rules.quotesMarkWords) else { return failed }
      if piece.infinite == nil { piece.infinite = failed }
      next = failed + 1
    }
  }

  /// Parses the fields of rows, and returns the first row whose field is neither a value nor a gap.
  @inline(__always) private func fill<Value>(
    _ cells: inout [Value], _ column: Int, from start: Int, _ piece: inout Piece, _ parse: (Bytes) -> Value?
  ) -> Int? {
    let (rows, isWord, comparesFirst) = (rows, rules.quotesMarkWords, rules.missing.includesValues)
    guard let base = tokens.bytes.baseAddress else { return nil }
    return cells.withUnsafeMutableBufferPointer { cells in
      var at = start * width + column
      for row in start..<max(start, rows) {
        let field = tokens.fields[at]
        at += width
        let text = Bytes(start: base + Int(field.start), count: field.count)
        if field.count > 0, !(isWord && field.isQuoted), !comparesFirst, let value = parse(text) {
          cells[row] = value
          continue
        }
        if let isWeak = gap(field) {
          piece.gaps.append(Int32(truncatingIfNeeded: row))
          piece.hasWeakGaps = piece.hasWeakGaps || isWeak
        } else if comparesFirst, !(isWord && field.isQuoted), let value = parse(text) {
          cells[row] = value
        } else {
          return row
        }
      }
      return nil
    }
  }

  // MARK: Words

  private func words(_ column: Int) -> Piece {
    var table = WordTable()
    var (counts, firsts): ([Int], [Int]) = ([], [])
    let isWord = rules.quotesMarkWords
    guard let base = tokens.bytes.baseAddress else { return Piece(cells: .gaps, count: 0) }
    let codes = [Int32](unsafeUninitializedCapacity: rows) { codes, count in
      count = rows
      for row in 0..<rows {
        let field = tokens.fields[row * width + column]
        guard field.count > 0 || (field.isQuoted && !rules.quotedEmptyIsGap) else {
          codes[row] = -1
          continue
        }
        let code: Int32
        if field.isEscaped {
          code = tokens.plain(field).withUnsafeBufferPointer { table.number(of: $0, isQuoted: isWord) }
        } else {
          code = table.number(of: Bytes(start: base + Int(field.start), count: field.count), isQuoted: isWord && field.isQuoted)
        }
        if Int(code) == counts.count {
          counts.append(0)
          firsts.append(row)
        }
        counts[Int(code)] += 1
        codes[row] = code
      }
    }
    var piece = Piece(cells: .words(codes), count: rows)
    for code in 0..<table.count {
      let word = table.words.utf8(code)
      word.withUnsafeBufferPointer { word in
        let isQuoted = table.quoted[code]
        if !isQuoted, !word.isEmpty, rules.missing.verdict(word) == .gap { return }
        count(word, isQuoted, counts[code], firsts[code], &piece.mix)
      }
    }
    piece.table = table
    return piece
  }

  private func texts(_ column: Int) -> Piece {
    var texts = Texts()
    texts.reserveCapacity(rows, bytes: 0)
    var piece = Piece(cells: .gaps, count: rows)
    for row in 0..<rows {
      let field = tokens.fields[row * width + column]
      let isQuoted = field.isQuoted && rules.quotesMarkWords
      let text = tokens.text(field)
      let isGap = field.count == 0 ? !field.isQuoted || rules.quotedEmptyIsGap : !isQuoted && rules.missing.verdict(text) == .gap
      if isGap {
        piece.gaps.append(Int32(truncatingIfNeeded: row))
        texts.append([])
        continue
      }
      if field.isEscaped { texts.append(tokens.plain(field)) } else { texts.append(text) }
      count(text, isQuoted, 1, row, &piece.mix)
    }
    piece.cells = .texts(texts)
    return piece
  }

  @inline(__always) private func count(_ word: Bytes, _ isQuoted: Bool, _ times: Int, _ row: Int, _ mix: inout WordMix) {
    if !isQuoted, let first = word.first, first < 0x3A, NumberText.number(word, decimal: rules.decimal) != nil {
      mix.numbers += times
    } else {
      mix.others += times
      if mix.first == nil { mix.first = (String(decoding: word, as: UTF8.self), row) }
    }
  }
}
