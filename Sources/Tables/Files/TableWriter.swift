import CZlib
import Diagnostics
import Effects
import Engine

/// Writes a table row by row, a few thousand rows at a time.
struct TableWriter {
  private let table: Table
  private let path: String
  private let format: TableFile.Format

  /// Rows of a job.
  private static let rows = 4096

  init(_ table: Table, _ path: String) {
    self.table = table
    self.path = path
    format = TableFile.Format(path)
  }

  func write(_ files: any FileAccess, _ workers: Workers) throws {
    try check()
    let file = try files.writer(path)
    let gzip = path.lowercased().hasSuffix(".gz") ? try GzipOutput(path) : nil
    func put(_ bytes: [UInt8]) throws { try file.append(gzip?.compress(bytes) ?? bytes) }
    if format != .json { try put(header()) }
    let pieces = (table.count + TableWriter.rows - 1) / TableWriter.rows
    for first in stride(from: 0, to: pieces, by: workers.batchSize) {
      let texts = try workers.map(min(workers.batchSize, pieces - first)) { job -> [UInt8] in
        let start = (first + job) * TableWriter.rows
        return text(start..<min(table.count, start + TableWriter.rows))
      }
      for text in texts { try put(text) }
    }
    if let gzip { try file.append(gzip.finish()) }
    try file.finish()
  }

  private func check() throws {
    if format == .json {
      if table.count == 0 { throw Fault(TablesErrors.unwritable, "`\(path)`: a table without rows cannot be written as JSON lines", hint: "write it as .csv") }
      return
    }
    for column in table.columns {
      let text: String? =
        if column.name.utf8.contains(0) {
          column.name
        } else if case .text(let texts) = column.cells {
          (0..<texts.count).first { texts.utf8($0).contains(0) }.map { texts[$0] }
        } else {
          column.levels.first { $0.utf8.contains(0) }
        }
      if let text {
        throw Fault(
          TablesErrors.unwritable, "`\(path)` cannot contain \"\(FileFaults.shown(text).replacing("\0", with: "\\0"))\": it contains a zero byte",
          hint: "remove it, or write JSON lines: `.jsonl`")
      }
    }
  }

  private var separator: UInt8 { format == .tsv ? UInt8(ascii: "\t") : UInt8(ascii: ",") }

  private func header() -> [UInt8] {
    var line: [UInt8] = []
    for (place, column) in table.columns.enumerated() {
      if place > 0 { line.append(separator) }
      Array(column.name.utf8).withUnsafeBufferPointer { FieldText.append($0, to: &line) }
    }
    line.append(UInt8(ascii: "\n"))
    return line
  }

  private func text(_ rows: Range<Int>) -> [UInt8] {
    var bytes: [UInt8] = []
    let columns = table.columns.map { CellWriter($0, isJSON: format == .json, isAlone: table.columns.count == 1) }
    if format == .json {
      let keys = table.columns.map { Array("\(JSONText.string($0.name)):".utf8) }
      for row in rows {
        bytes.append(UInt8(ascii: "{"))
        for (place, column) in columns.enumerated() {
          if place > 0 { bytes.append(UInt8(ascii: ",")) }
          bytes += keys[place]
          column.append(row, to: &bytes)
        }
        bytes += [UInt8(ascii: "}"), UInt8(ascii: "\n")]
      }
      return bytes
    }
    let separator = separator
    for row in rows {
      for (place, column) in columns.enumerated() {
        if place > 0 { bytes.append(separator) }
        column.append(row, to: &bytes)
      }
      bytes.append(UInt8(ascii: "\n"))
    }
    return bytes
  }
}

/// Cells of a column as text.
private struct CellWriter {
  private let column: Column
  private let isJSON: Bool
  private let gap: [UInt8]
  /// The levels of a category as they are written.
  private let levels: [[UInt8]]

  init(_ column: Column, isJSON: Bool, isAlone: Bool) {
    self.column = column
    self.isJSON = isJSON
    // An empty line would be skipped.
    gap = isJSON ? Array("null".utf8) : isAlone ? Array("NA".utf8) : []
    levels = column.levels.map { CellWriter.word(Array($0.utf8)[...], isJSON) }
  }

  private static func word(_ word: ArraySlice<UInt8>, _ isJSON: Bool) -> [UInt8] {
    guard !isJSON else { return Array(JSONText.string(String(decoding: word, as: UTF8.self)).utf8) }
    var result: [UInt8] = []
    word.withUnsafeBufferPointer { FieldText.append($0, to: &result) }
    return result
  }

  func append(_ row: Int, to bytes: inout [UInt8]) {
    guard !column.gaps[row] else {
      bytes += gap
      return
    }
    switch column.cells {
    case .number(let cells): bytes += cells[row].description.utf8
    case .whole(let cells): bytes += cells[row].description.utf8
    case .category(let codes, _): bytes += levels[Int(codes[row])]
    case .boolean(let cells): bytes += (cells[row] ? "true" : "false").utf8
    case .date(let cells): put(Calendar.text(days: cells[row]), &bytes)
    case .time(let cells): put(Calendar.text(microseconds: cells[row]), &bytes)
    case .text(let texts): bytes += CellWriter.word(texts.utf8(row), isJSON)
    }
  }

  private func put(_ text: String, _ bytes: inout [UInt8]) { bytes += (isJSON ? "\"\(text)\"" : text).utf8 }
}

/// Compresses in parts.
private final class GzipOutput {
  private var stream = z_stream()

  init(_ path: String) throws {
    let status = deflateInit2_(&stream, 6, Z_DEFLATED, 31, 8, Z_DEFAULT_STRATEGY, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size))
    guard status == Z_OK else { throw Fault(TablesErrors.unwritable, "`\(path)`: cannot initialise zlib") }
  }

  deinit { deflateEnd(&stream) }

  func compress(_ bytes: [UInt8]) -> [UInt8] { run(bytes, Z_NO_FLUSH) }
  func finish() -> [UInt8] { run([], Z_FINISH) }

  private func run(_ bytes: [UInt8], _ flush: Int32) -> [UInt8] {
    var (input, output) = (bytes, [UInt8]())
    var block = [UInt8](repeating: 0, count: 1 << 16)
    input.withUnsafeMutableBufferPointer { input in
      stream.next_in = input.baseAddress
      stream.avail_in = UInt32(input.count)
      repeat {
        block.withUnsafeMutableBufferPointer { block in
          stream.next_out = block.baseAddress
          stream.avail_out = UInt32(block.count)
          _ = deflate(&stream, flush)
          output += block[..<(block.count - Int(stream.avail_out))]
        }
      } while stream.avail_out == 0
    }
    return output
  }
}
