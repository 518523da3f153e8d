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
    let index = lineIndex(of: offset)
    let head = bytes[lineStarts[index]..<offset]
    let isPlain = head.allSatisfy { $0 < 0x80 && $0 != 0x0D }
    return Location(line: index + firstLine, column: (isPlain ? head.count : String(decoding: head, as: UTF8.self).count) + 1)
  }

  /// Which line a byte is on, from zero.
  private func lineIndex(of offset: Int) -> Int {
    var low = 0
    var high = lineStarts.count - 1
    while low < high {
      let middle = (low + high + 1) / 2
      if lineStarts[middle] <= offset { low = middle } else { high = middle - 1 }
    }
    return low
  }

  /// Where a line's text ends, before its line ending.
  private func end(ofLine index: Int) -> Int {
    var end = index + 1 < lineStarts.count ? lineStarts[index + 1] - 1 : bytes.count
    if end > lineStarts[index], bytes[end - 1] == UInt8(ascii: "\r") { end -= 1 }
    return end
  }

  /// The line on which the mark of a span begins, in three parts: up to the mark, the marked part on this line, and
  /// what follows. Of the line's ends no more than `reach` bytes on either side are taken.
  package func line(around span: Span, reach: Int) -> (before: String, marked: String, after: String) {
    let start = min(max(span.focus, 0), bytes.count)
    let index = lineIndex(of: start)
    let lineEnd = max(end(ofLine: index), start)
    let spanEnd = min(max(span.end, start), lineEnd)
    // A cut never falls into the middle of a character's bytes.
    func boundary(_ offset: Int) -> Int {
      var offset = offset
      while offset < lineEnd, bytes[offset] & 0xC0 == 0x80 { offset += 1 }
      return offset
    }
    func text(_ range: Range<Int>) -> String { String(decoding: bytes[range], as: UTF8.self) }
    let first = start - lineStarts[index] > reach ? boundary(start - reach) : lineStarts[index]
    let markEnd = spanEnd - start > reach ? min(boundary(start + reach), spanEnd) : spanEnd
    let last = lineEnd - markEnd > reach ? boundary(markEnd + reach) : lineEnd
    return (text(min(first, start)..<start), text(start..<markEnd), text(markEnd..<last))
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
