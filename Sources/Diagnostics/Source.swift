/// Program text with a name for reports: a file, `-e`, or a line at the prompt.
package final class Source: Sendable {
  package let name: String
  package let text: String
  package let bytes: [UInt8]
  /// Part of Loam's own library rather than of a user's program.
  package let isLibrary: Bool
  /// The line of the file on which the text begins, for a lesson's cell.
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
    /// Both are 1-based, and the line counts from `firstLine`. The column counts characters, as editors do.
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

  /// The 0-based line of a byte offset.
  private func lineIndex(of offset: Int) -> Int {
    var low = 0
    var high = lineStarts.count - 1
    while low < high {
      let middle = (low + high + 1) / 2
      if lineStarts[middle] <= offset { low = middle } else { high = middle - 1 }
    }
    return low
  }

  /// The end of a line, before its line break.
  private func end(ofLine index: Int) -> Int {
    var end = index + 1 < lineStarts.count ? lineStarts[index + 1] - 1 : bytes.count
    if end > lineStarts[index], bytes[end - 1] == UInt8(ascii: "\r") { end -= 1 }
    return end
  }

  /// The line on which a span's mark begins, in three parts: the text before the mark, the marked text on this line, and
  /// the text after it. Each part has at most `reach` bytes.
  package func line(around span: Span, reach: Int) -> (before: String, marked: String, after: String) {
    let start = min(max(span.focus, 0), bytes.count)
    let index = lineIndex(of: start)
    let lineEnd = max(end(ofLine: index), start)
    let spanEnd = min(max(span.end, start), lineEnd)
    // Never cuts within a UTF-8 sequence.
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

/// A range of bytes in a source.
package struct Span: Sendable {
  package let source: Source
  package let start: Int
  package let end: Int
  /// Where a report's mark begins: within an expression of several lines, the part that failed.
  package let focus: Int

  package init(_ source: Source, _ start: Int, _ end: Int, focus: Int? = nil) {
    self.source = source
    self.start = start
    self.end = max(start, end)
    self.focus = min(max(focus ?? start, start), self.end)
  }

  package var location: Source.Location { source.location(of: focus) }

  package var text: String { text(from: start) }

  /// The text that a report marks.
  package var marked: String { text(from: focus) }

  private func text(from start: Int) -> String {
    let high = min(max(end, 0), source.bytes.count)
    return String(decoding: source.bytes[min(start, high)..<high], as: UTF8.self)
  }
}
