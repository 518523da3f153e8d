/// A piece of program text with a name to show in reports: a file, `-e`, or a prompt line.
package final class Source: Sendable {
  package let name: String
  package let text: String
  package let bytes: [UInt8]
  /// Part of Loam's own library rather than of somebody's program.
  package let isLibrary: Bool
  /// The line of its file on which the text begins: a cell of a lesson is a piece of one.
  package let firstLine: Int
  /// The byte offset at which each line starts; never empty.
  private let lineStarts: [Int]

  package init(name: String, text: String, isLibrary: Bool = false, firstLine: Int = 1) {
    self.name = name
    self.firstLine = firstLine
    self.isLibrary = isLibrary
    self.text = text
    bytes = Array(text.utf8)
    var starts = [0]
    for (offset, byte) in bytes.enumerated() where byte == UInt8(ascii: "\n") {
      starts.append(offset + 1)
    }
    lineStarts = starts
  }

  package struct Location: Equatable, Sendable {
    /// Both counted from one (the line from the source's first); the column counts characters, as an editor does.
    package let line: Int
    package let column: Int
  }

  package func location(of offset: Int) -> Location {
    let offset = min(max(offset, 0), bytes.count)
    var low = 0
    var high = lineStarts.count - 1
    while low < high {
      let middle = (low + high + 1) / 2
      if lineStarts[middle] <= offset { low = middle } else { high = middle - 1 }
    }
    let head = String(decoding: bytes[lineStarts[low]..<offset], as: UTF8.self)
    return Location(line: low + firstLine, column: head.count + 1)
  }

  /// The text of a line (counted as in locations) without its line ending.
  package func line(_ given: Int) -> String {
    let number = given - firstLine + 1
    guard number >= 1, number <= lineStarts.count else { return "" }
    let start = lineStarts[number - 1]
    var end = number < lineStarts.count ? lineStarts[number] - 1 : bytes.count
    if end > start, bytes[end - 1] == UInt8(ascii: "\r") { end -= 1 }
    return String(decoding: bytes[start..<end], as: UTF8.self)
  }
}

/// A stretch of a source, as byte offsets.
package struct Span: Sendable {
  package let source: Source
  package let start: Int
  package let end: Int
  /// Where the mark of a report begins: in an expression over several lines, at the part that failed.
  package let focus: Int

  package init(_ source: Source, _ start: Int, _ end: Int, focus: Int? = nil) {
    self.source = source
    self.start = start
    self.end = max(start, end)
    self.focus = min(max(focus ?? start, start), self.end)
  }

  package var location: Source.Location { source.location(of: focus) }

  package var text: String { text(from: start) }

  /// The text that the mark of a report is under.
  package var marked: String { text(from: focus) }

  private func text(from start: Int) -> String {
    let high = min(max(end, 0), source.bytes.count)
    return String(decoding: source.bytes[min(start, high)..<high], as: UTF8.self)
  }
}
