import Diagnostics
import Effects
import Engine

/// Reads a CSV file in one pass. Columns that turn out to be of words after their first megabytes are read again in a second.
final class CSVReader {
  private let path: String
  private let options: TableFile.Options
  private var builders: [ColumnBuilder] = []
  private var rows = 0

  /// Bytes that a job parses.
  static let piece = 256 << 10

  init(_ path: String, _ options: TableFile.Options) {
    self.path = path
    self.options = options
  }

  func read(_ files: any FileAccess, _ workers: Workers) throws -> TableFile.Contents {
    var budget = try ReadingBudget(path)
    let batches = BatchReader(path, try ByteSource(path, files))
    var found: CSVLayout?
    while found == nil {
      try batches.fill(line: 1)
      if CSVReader.isWide(batches.bytes) { throw FileFaults.wide(path) }
      found = try CSVLayout(batches.bytes, isEnd: batches.isAtEnd, options, path)
    }
    guard let layout = found else { throw FileFaults.empty(path) }
    let plans = try plans(layout)
    builders = plans.map { ColumnBuilder($0, layout.rules.missing) }
    batches.skip(layout.start)
    var late = try pass(batches, layout, Array(builders.indices), &budget, workers)
    for place in builders.indices where builders[place].isOpen { late.append(place) }
    if !late.isEmpty { try readAgain(late.sorted(), layout, files, workers) }
    let mixed = builders.compactMap { self.mixed($0) }
    return TableFile.Contents(table: try Table(columns(workers)), notes: layout.notes, mixed: mixed)
  }

  private func columns(_ workers: Workers) throws -> [Column] {
    let builders = builders
    self.builders = []
    return try workers.map(builders.count) { place in try builders[place].column() }
  }

  private func readAgain(_ columns: [Int], _ layout: CSVLayout, _ files: any FileAccess, _ workers: Workers) throws {
    for place in columns { builders[place].restart() }
    let batches = BatchReader(path, try ByteSource(path, files))
    repeat { try batches.fill(line: 1) } while batches.bytes.count < layout.start && !batches.isAtEnd
    guard batches.bytes.count >= layout.start else { throw FileFaults.changed(path) }
    batches.skip(layout.start)
    let before = rows
    var budget = try ReadingBudget(path)
    let late = try pass(batches, layout, columns, &budget, workers)
    guard late.isEmpty, rows == before else { throw FileFaults.changed(path) }
  }

  /// A byte order mark of UTF-16, or zero bytes in every second place.
  private static func isWide(_ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
    if bytes.starts(with: [0xFF, 0xFE]) || bytes.starts(with: [0xFE, 0xFF]) { return true }
    guard bytes.count >= 4 else { return false }
    return (bytes[0] == 0) != (bytes[1] == 0) && (bytes[2] == 0) != (bytes[3] == 0)
  }

  private func plans(_ layout: CSVLayout) throws -> [ColumnPlan] {
    let names = layout.names
    let places = Dictionary(names.enumerated().map { (Array($1.utf8), $0) }) { first, _ in first }
    for name in options.kinds.keys.sorted() where places[Array(name.utf8)] == nil { throw TablesErrors.unknownColumn(name, of: names) }
    let kinds = Dictionary(options.kinds.map { (Array($0.key.utf8), $0.value) }) { first, _ in first }
    let chosen = try options.columns?.map { wanted -> Int in
      let place: Int? =
        switch wanted {
        case .named(let name): places[Array(name.utf8)]
        case .place(let place): names.indices.contains(place < 0 ? place + names.count : place) ? (place < 0 ? place + names.count : place) : nil
        }
      guard let place else { throw FileFaults.column(wanted, of: names, hasHeader: layout.hasHeader, path) }
      return place
    }
    return (chosen ?? Array(names.indices)).map { ColumnPlan(place: $0, name: names[$0], forced: kinds[Array(names[$0].utf8)]) }
  }

  // MARK: One pass

  /// What a job makes of a piece of the file.
  private struct Parsed {
    var pieces: [Piece?] = []
    /// The line of each row, counted from 0.
    var lines: [UInt32] = []
    var lineCount = 0
    /// An error with its line, counted from 0.
    var problem: (line: Int, fault: (Int) -> Fault)?
    /// Texts of the first infinite number of each column.
    var infinite: [Int: String] = [:]
  }

  /// Reads these columns to the end, and returns those that have to be read again as words.
  private func pass(
    _ batches: BatchReader, _ layout: CSVLayout, _ columns: [Int], _ budget: inout ReadingBudget, _ workers: Workers
  ) throws -> [Int] {
    var line = layout.startLine
    var (active, late, isFirst) = (columns, [Int](), true)
    rows = 0
    let splitter = RecordSplitter(separator: layout.separator, comment: layout.comment, size: CSVReader.piece)
    while true {
      try workers.throwIfInterrupted()
      let bytes = batches.bytes
      let ends = splitter.ends(bytes, isEnd: batches.isAtEnd)
      if let last = ends.last {
        let failed = try add(bytes, ends, layout, active, line, isFirst: isFirst, workers)
        line = failed.line
        late += failed.columns
        active.removeAll { failed.columns.contains($0) }
        isFirst = false
        if let limit = options.limit, rows >= limit { return late }
        batches.skip(last)
      }
      if batches.isAtEnd { return late }
      try budget.check(builders, path, rows: rows)
      try batches.fill(line: line)
    }
  }

  private func add(
    _ bytes: UnsafeBufferPointer<UInt8>, _ ends: [Int], _ layout: CSVLayout, _ columns: [Int], _ line: Int, isFirst: Bool, _ workers: Workers
  ) throws -> (line: Int, columns: [Int]) {
    var parsed = try parse(bytes, ends, layout, columns, workers)
    var failed = try merge(parsed, columns, line)
    if isFirst {
      // All rows of these columns are still at hand.
      while !failed.isEmpty {
        for column in failed { builders[column].restart() }
        parsed = try parse(bytes, ends, layout, failed, workers)
        failed = try merge(parsed, failed, line)
      }
    }
    rows += parsed.reduce(0) { $0 + $1.lines.count }
    return (line + parsed.reduce(0) { $0 + $1.lineCount }, failed)
  }

  private func parse(
    _ bytes: UnsafeBufferPointer<UInt8>, _ ends: [Int], _ layout: CSVLayout, _ columns: [Int], _ workers: Workers
  ) throws -> [Parsed] {
    let plans = columns.map { builders[$0].plan }
    func job(_ place: Int, limit: Int) -> Parsed {
      let text = UnsafeBufferPointer(rebasing: bytes[(place == 0 ? 0 : ends[place - 1])..<ends[place]])
      return parse(text, layout, plans, limit)
    }
    guard let limit = options.limit else { return try workers.map(ends.count) { job($0, limit: .max) } }
    // One after the other, so that nothing after the last row matters.
    var (parsed, left) = ([Parsed](), max(0, limit - rows))
    for place in ends.indices where left > 0 {
      parsed.append(job(place, limit: left))
      left -= parsed[place].lines.count
    }
    return parsed
  }

  private func parse(_ text: UnsafeBufferPointer<UInt8>, _ layout: CSVLayout, _ plans: [ColumnPlan], _ limit: Int) -> Parsed {
    let (path, width, decimalComma) = (path, layout.names.count, options.decimalComma)
    var parsed = Parsed()
    if let problem = TextCheck.problem(text) {
      parsed.problem = (TextCheck.lines(before: problem.offset, of: text), { FileFaults.text(problem, path, line: $0) })
      return parsed
    }
    let tokens = Tokenizer(text, separator: layout.separator, comment: layout.comment)
    do throws(Tokenizer.Problem) {
      try tokens.run(width: width, limit: limit)
    } catch {
      parsed.problem = (error.line, { FileFaults.syntax(error.kind, width: width, path, line: $0) })
      return parsed
    }
    parsed.lines = tokens.lines
    parsed.lineCount = tokens.line
    let parser = PieceParser(tokens: tokens, rules: layout.rules, width: width)
    for (place, plan) in plans.enumerated() {
      do throws(PieceParser.Problem) {
        let piece = try parser.piece(plan)
        if let row = piece.infinite { parsed.infinite[place] = String(decoding: tokens.plain(tokens.fields[row * width + plan.place]), as: UTF8.self) }
        parsed.pieces.append(piece)
      } catch {
        let line = Int(tokens.lines[error.row])
        if parsed.problem == nil || line < parsed.problem?.line ?? 0 {
          parsed.problem = (line, { FileFaults.kind(error, plan.name, path, line: $0, decimalComma: decimalComma) })
        }
        parsed.pieces.append(nil)
      }
    }
    return parsed
  }

  /// Adds pieces to their columns, and returns the columns that have to be read again.
  private func merge(_ parsed: [Parsed], _ columns: [Int], _ line: Int) throws -> [Int] {
    var (line, failed) = (line, [Int]())
    for part in parsed {
      if let problem = part.problem { throw problem.fault(line + problem.line) }
      for (place, column) in columns.enumerated() where !failed.contains(column) {
        guard let piece = part.pieces[place] else { continue }
        let start = line
        let builder = builders[column]
        let isAdded = try builder.add(piece, line: { start + Int(part.lines[$0]) }) {
          FileFaults.infinite(part.infinite[place] ?? "inf", builder.plan.name, self.path, line: start + Int(part.lines[$0]))
        }
        if !isAdded { failed.append(column) }
      }
      line += part.lineCount
    }
    return failed
  }

  private func mixed(_ builder: ColumnBuilder) -> TableFile.Mixed? {
    let mix = builder.mix
    guard builder.plan.forced == nil, let first = mix.first, mix.numbers >= mix.others, mix.others > 0 else { return nil }
    return TableFile.Mixed(
      column: builder.plan.name, others: mix.others, count: mix.numbers + mix.others, word: FileFaults.shown(first.word), line: first.row)
  }
}
