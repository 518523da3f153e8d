import Diagnostics

/// A lesson: CommonMark with fenced code cells marked `loam`, each followed by its saved output.
package struct Lesson {
  package struct Cell {
    /// The line of the file on which the code begins, counted from one.
    package let line: Int
    package let code: String
    /// The words after `loam` on the fence line: `id=first`, `fails`.
    package let attributes: [String]
    package let marks: CellMarks
    package let saved: SavedOutput?
    /// The lines of the cell, fences included.
    let lines: Range<Int>
    /// The prefix of output lines, which keeps them in the same list or quote.
    let prefix: [UInt8]
  }

  /// The path in error messages.
  package let name: String
  package let lines: Lines
  package let cells: [Cell]
  /// Errors that prevent the lesson from running: unclosed fences, broken output blocks, unknown marks.
  package let problems: [Diagnostic]
  /// The targets of all links and pictures.
  package let links: Set<String>

  package init(_ text: String, named name: String = "lesson") { self.init(Array(text.utf8), named: name) }

  package init(_ bytes: [UInt8], named name: String) {
    self.name = name
    lines = Lines(bytes)
    var reader = LessonReader(lines, name: name)
    reader.read()
    (cells, problems, links) = (reader.cells, reader.problems, reader.links)
  }

}

extension Lesson {
  /// The folder of the lesson, as in its path; empty for the current folder.
  package var folder: String {
    guard let slash = name.lastIndex(of: "/") else { return "" }
    return slash == name.startIndex ? "/" : String(name[..<slash])
  }

  /// The file name.
  package var fileName: String { name.split(separator: "/").last.map(String.init) ?? name }

  /// The folder of its pictures, relative to the lesson: `lesson.assets`.
  package var assets: String { (fileName.hasSuffix(".md") ? String(fileName.dropLast(3)) : fileName) + ".assets" }
}

/// The saved output of a cell.
package struct SavedOutput {
  package enum Part: Equatable {
    case text([String])
    case picture(url: String, title: String)
    /// `...` on a line of its own: matches any parts.
    case any
  }

  package let parts: [Part]
  /// The lines of the block, including its two comments.
  let lines: Range<Int>

  static let opening = "<!-- loam:out -->"
  static let closing = "<!-- loam:end -->"
}
