/// Converts a lesson to a script: code is unchanged, text becomes comments. Random numbers depend on the text of a
/// statement, so the script draws the same ones as the lesson.
package enum LessonScript {
  package static func text(_ lesson: Lesson) -> String {
    var lines: [String] = []
    var next = 1
    func comment(_ numbers: Range<Int>) { lines += numbers.map { lesson.lines.text($0).asComment } }
    for cell in lesson.cells {
      comment(next..<cell.lines.lowerBound)
      lines += code(of: cell)
      next = cell.lines.upperBound
      if let saved = cell.saved {
        comment(next..<saved.lines.lowerBound)
        next = saved.lines.upperBound
      }
    }
    comment(next..<lesson.lines.count + 1)
    return lines.joined(separator: "\n").withOneEnd
  }

  /// A cell that fails would end the script, and a `file=` cell is not code.
  private static func code(of cell: Lesson.Cell) -> [String] {
    let code = cell.code.textLines
    if let file = cell.marks.file { return ["# The file `\(file)`:"] + code.map(\.asComment) }
    if cell.marks.fails { return ["# This fails:"] + code.map(\.asComment) }
    return code
  }
}

extension String {
  fileprivate var asComment: String { isEmpty ? "" : "# " + self }

  /// Ends with exactly one line break, unless it is empty.
  fileprivate var withOneEnd: String {
    var text = Substring(self)
    while text.utf8.last == UInt8(ascii: "\n") { text.removeLast() }
    return text.isEmpty ? "" : text + "\n"
  }
}
