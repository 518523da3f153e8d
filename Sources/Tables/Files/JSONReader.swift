import Diagnostics
import Effects
import Engine

/// Reads JSON lines, or an array, of flat objects.
final class JSONReader {
  private let path: String
  private let options: TableFile.Options
  private var builders: [ColumnBuilder] = []
  /// Places of builders by name.
  private var places: [[UInt8]: Int] = [:]
  private var rows = 0

  init(_ path: String, _ options: TableFile.Options) {
    self.path = path
    self.options = options
  }

  func read(_ files: any FileAccess, _ workers: Workers) throws -> TableFile.Contents {
    var late = try pass(files, only: nil, workers)
    guard !builders.isEmpty else { throw Fault(TablesErrors.broken, "there are no rows in `\(path)`", hint: "write one object on each line") }
    if !late.isEmpty {
      for place in late { builders[place].restart() }
      let before = rows
      late = try pass(files, only: Set(late), workers)
      guard late.isEmpty, rows == before else { throw FileFaults.changed(path) }
    }
    let names = builders.map(\.plan.name)
    for name in options.kinds.keys.sorted() where places[Array(name.utf8)] == nil { throw TablesErrors.unknownColumn(name, of: names) }
    let chosen = try options.columns?.map { wanted -> Int in
      let place: Int? =
        switch wanted {
        case .named(let name): places[Array(name.utf8)]
        case .place(let place): names.indices.contains(place < 0 ? place + names.count : place) ? (place < 0 ? place + names.count : place) : nil
        }
      guard let place else { throw FileFaults.column(wanted, of: names, hasHeader: true, path) }
      return place
    }
    let taken = (chosen ?? Array(names.indices)).map { builders[$0] }
    let mixed = taken.compactMap { builder -> TableFile.Mixed? in
      guard builder.plan.forced == nil, let first = builder.mix.first, builder.mix.numbers >= builder.mix.others else { return nil }
      let count = builder.mix.numbers + builder.mix.others
      return TableFile.Mixed(
        column: builder.plan.name, others: builder.mix.others, count: count, word: FileFaults.shown(first.word), line: first.row)
    }
    builders = []
    return TableFile.Contents(table: try Table(taken.map { try $0.column() }), notes: [], mixed: mixed)
  }

  // MARK: One pass

  /// The columns of a piece of the file.
  private struct Parsed {
    var names: [[UInt8]] = []
    var cells: [JSONCells] = []
    /// The line of each row, counted from 0.
    var lines: [Int] = []
    var lineCount = 0
    var problem: (line: Int, fault: (Int) -> Fault)?
  }

  /// Reads all columns, or some, and returns those that have to be read again as words.
  private func pass(_ files: any FileAccess, only: Set<Int>?, _ workers: Workers) throws -> [Int] {
    var budget = try ReadingBudget(path)
    let batches = BatchReader(path, try ByteSource(path, files))
    var (line, late) = (1, Set<Int>())
    rows = 0
    try batches.fill(line: line)
    if batches.bytes.starts(with: [0xEF, 0xBB, 0xBF]) { batches.skip(3) }
    let isArray = batches.bytes.first { !JSONReader.isSpace($0) } == UInt8(ascii: "[")
    while isArray, !batches.isAtEnd { try batches.fill(line: line) }
    while true {
      try workers.throwIfInterrupted()
      let bytes = batches.bytes
      let ends = isArray ? [bytes.count] : JSONReader.ends(bytes, isEnd: batches.isAtEnd)
      let parsed = try workers.map(ends.count) { place in
        parse(UnsafeBufferPointer(rebasing: bytes[(place == 0 ? 0 : ends[place - 1])..<ends[place]]), isArray: isArray)
      }
      for part in parsed where options.limit.map({ rows < $0 }) ?? true {
        late.formUnion(try add(part, line, only, late))
        line += part.lineCount
      }
      if batches.isAtEnd || options.limit.map({ rows >= $0 }) ?? false {
        let open = only == nil ? builders.indices.filter { builders[$0].isOpen } : []
        return late.union(open).sorted()
      }
      try budget.check(builders, path, rows: rows)
      batches.skip(ends.last ?? 0)
      try batches.fill(line: line)
    }
  }

  private static func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 }

  /// Ends of lines, at least a piece apart, and of the last line. JSON escapes line breaks in strings.
  private static func ends(_ bytes: UnsafeBufferPointer<UInt8>, isEnd: Bool) -> [Int] {
    var ends: [Int] = []
    var last = 0
    for (place, byte) in bytes.enumerated() where byte == UInt8(ascii: "\n") {
      last = place + 1
      if last - (ends.last ?? 0) >= CSVReader.piece { ends.append(last) }
    }
    if isEnd { last = bytes.count }
    if last > (ends.last ?? 0) { ends.append(last) }
    return ends
  }

  private func add(_ part: Parsed, _ line: Int, _ only: Set<Int>?, _ late: Set<Int>) throws -> [Int] {
    if let problem = part.problem { throw problem.fault(line + problem.line) }
    let count = min(part.lines.count, (options.limit ?? .max) - rows)
    var failed: [Int] = []
    var seen: Set<Int> = []
    for (name, given) in zip(part.names, part.cells) {
      let place = try place(name)
      seen.insert(place)
      guard only?.contains(place) ?? true, !late.contains(place) else { continue }
      var cells = given.prefix(count)
      cells.pad(to: count)
      let piece: Piece
      do throws(JSONCells.Problem) { piece = try cells.piece(builders[place].plan) } catch {
        let problem = PieceParser.Problem(row: error.row, text: error.text, kind: error.kind)
        throw FileFaults.kind(problem, builders[place].plan.name, path, line: line + part.lines[error.row], decimalComma: true)
      }
      let isAdded = try builders[place].add(piece, line: { line + part.lines[$0] }) { _ in FileFaults.changed(self.path) }
      if !isAdded { failed.append(place) }
    }
    for place in builders.indices where !seen.contains(place) && (only?.contains(place) ?? true) && !late.contains(place) {
      _ = try add(gaps: count, to: place)
    }
    rows += count
    return failed
  }

  private func add(gaps count: Int, to place: Int) throws -> Bool {
    try builders[place].add(Piece(cells: .gaps, count: count), line: { $0 }) { _ in FileFaults.changed(self.path) }
  }

  /// The builder of a column, which has gaps in the rows so far if it is new.
  private func place(_ name: [UInt8]) throws -> Int {
    if let place = places[name] { return place }
    let text = String(decoding: name, as: UTF8.self)
    builders.append(ColumnBuilder(ColumnPlan(place: builders.count, name: text, forced: options.kinds[text]), MissingWords(options.missing)))
    places[name] = builders.count - 1
    if rows > 0 { _ = try add(gaps: rows, to: builders.count - 1) }
    return builders.count - 1
  }

  // MARK: Objects

  private func parse(_ text: UnsafeBufferPointer<UInt8>, isArray: Bool) -> Parsed {
    var parsed = Parsed()
    let path = path
    var json: [UInt8] = []
    if isArray {
      json = Array(text)
    } else {
      json.reserveCapacity(text.count + 64)
      json.append(UInt8(ascii: "["))
      for line in text.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false) {
        defer { parsed.lineCount += 1 }
        guard !line.allSatisfy(JSONReader.isSpace) else { continue }
        if !parsed.lines.isEmpty { json.append(UInt8(ascii: ",")) }
        json.append(contentsOf: line)
        parsed.lines.append(parsed.lineCount)
      }
      // The text ends in a line break, which does not begin a line.
      if text.last == UInt8(ascii: "\n") { parsed.lineCount -= 1 }
      json.append(UInt8(ascii: "]"))
    }
    do {
      let root = try JSONDocument(json, name: path, TablesErrors.broken).root
      var (row, index) = (0, [[UInt8]: Int]())
      try root.forEach { value in
        if isArray { parsed.lines.append(0) }
        guard row < parsed.lines.count else { throw misplaced() }
        try add(value, row, &index, &parsed)
        row += 1
      }
      guard row == parsed.lines.count else { throw misplaced() }
    } catch {
      let (fault, at) = isArray ? (arrayFault(error), nil) : place(of: error, in: text)
      let (message, hint) = (fault.diagnostic.message, fault.diagnostic.hint)
      parsed.problem = (at ?? 0, { at == nil ? fault : Fault(TablesErrors.broken, "`\(path)`, line \($0): \(message)", hint: hint) })
    }
    return parsed
  }

  private struct CellError: Error {
    let row: Int
    let message: String
    let hint: String
  }

  private func arrayFault(_ error: any Error) -> Fault {
    guard let error = error as? CellError else { return error as? Fault ?? misplaced() }
    return Fault(TablesErrors.broken, "`\(path)`, object \(error.row): \(error.message)", hint: error.hint)
  }

  private func misplaced() -> Fault { Fault(TablesErrors.broken, "`\(path)` does not contain one JSON object on each line") }

  private func add(_ object: JSONValue, _ row: Int, _ index: inout [[UInt8]: Int], _ parsed: inout Parsed) throws {
    guard object.isObject else { throw CellError(row: row, message: "expected an object such as {\"age\": 36}", hint: "write one object on each line") }
    var next = 0
    try object.forEachMember { name, value in
      // Most objects have their keys in the same order.
      let place: Int
      if next < parsed.names.count, parsed.names[next].elementsEqual(name) {
        place = next
      } else if let found = index[Array(name)] {
        place = found
      } else {
        place = parsed.names.count
        index[Array(name)] = place
        parsed.names.append(Array(name))
        parsed.cells.append(JSONCells())
      }
      next = place + 1
      let key = { String(decoding: name, as: UTF8.self) }
      guard parsed.cells[place].count <= row else {
        throw CellError(row: row, message: "the key \"\(key())\" occurs twice", hint: "name each value of an object differently")
      }
      let cell: JSONCells.Cell
      if value.isNull {
        cell = .gap
      } else if let whole = value.whole {
        cell = .whole(whole)
      } else if let number = value.number {
        cell = .number(number)
      } else if let boolean = value.boolean {
        cell = .boolean(boolean)
      } else if let text = value.string {
        cell = .text(text)
      } else {
        throw CellError(
          row: row, message: "\"\(key())\" is \(value.isArray ? "an array" : "an object"), expected a number, string, boolean or null",
          hint: "a table has one value in each cell; give each element a key of its own")
      }
      parsed.cells[place].append(cell, at: row)
    }
  }

  /// The line of an error, which is counted from 0, and what is wrong with it.
  private func place(of error: any Error, in text: UnsafeBufferPointer<UInt8>) -> (Fault, Int?) {
    for (line, bytes) in text.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false).enumerated() {
      if bytes.allSatisfy(JSONReader.isSpace) { continue }
      do {
        let root = try JSONDocument(Array(bytes), name: "", TablesErrors.broken).root
        var (parsed, index) = (Parsed(), [[UInt8]: Int]())
        try add(root, 0, &index, &parsed)
      } catch let error as CellError {
        return (Fault(TablesErrors.broken, error.message, hint: error.hint), line)
      } catch {
        let message = (error as? Fault)?.diagnostic.message.replacing("`` ", with: "") ?? "not JSON"
        return (Fault(TablesErrors.broken, message, hint: "is the file complete? Each line is one JSON object"), line)
      }
    }
    return (error as? Fault ?? misplaced(), nil)
  }
}
