/// The lines of a file, each with its own ending: `\n`, `\r\n` or `\r`, as in Markdown.
package struct Lines: Sendable {
  package let bytes: [UInt8]
  /// The offset of each line, then that of the end of the file.
  private let starts: [Int]

  init(_ bytes: [UInt8]) {
    self.bytes = bytes
    var starts = [0]
    var position = 0
    while position < bytes.count {
      let byte = bytes[position]
      position += 1
      guard byte == newline || byte == carriageReturn else { continue }
      if byte == carriageReturn, position < bytes.count, bytes[position] == newline { position += 1 }
      starts.append(position)
    }
    if starts.last != bytes.count { starts.append(bytes.count) }
    self.starts = starts
  }

  package var count: Int { starts.count - 1 }

  /// A line counted from one, with its ending.
  func whole(_ number: Int) -> ArraySlice<UInt8> { bytes[starts[number - 1]..<starts[number]] }

  func whole(_ numbers: Range<Int>) -> ArraySlice<UInt8> { bytes[starts[numbers.lowerBound - 1]..<starts[numbers.upperBound - 1]] }

  func content(_ number: Int) -> ArraySlice<UInt8> {
    var line = whole(number)
    while let last = line.last, last == newline || last == carriageReturn { line.removeLast() }
    return line
  }

  func text(_ number: Int) -> String { String(decoding: content(number), as: UTF8.self) }

  /// The ending of a line; empty for a last line without one.
  func ending(_ number: Int) -> ArraySlice<UInt8> { whole(number).dropFirst(content(number).count) }
}

private let newline = UInt8(ascii: "\n")
private let carriageReturn = UInt8(ascii: "\r")

extension Lines {
  package var texts: [String] { count == 0 ? [] : (1...count).map(text) }
}

extension String {
  /// The lines of a text, with any line ending.
  package var textLines: [String] { Lines(Array(utf8)).texts }
}
