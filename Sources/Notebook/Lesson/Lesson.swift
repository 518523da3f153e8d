import Diagnostics

/// A lesson: plain CommonMark whose fenced cells marked `loam` are code, each followed by the output
/// that was kept of it.
package struct Lesson {
  package struct Cell {
    /// The line of the file on which the code begins, counted from one.
    package let line: Int
    package let code: String
    /// The words behind `loam` on the fence line: `id=first`, `fails`.
    package let attributes: [String]
    package let marks: CellMarks
    package let kept: KeptOutput?
    /// The lines from fence to fence.
    let lines: Range<Int>
    /// What stands before the output's lines, so that they lie in the same list or quote.
    let prefix: [UInt8]
  }

  /// The path that reports name.
  package let name: String
  package let lines: Lines
  package let cells: [Cell]
  /// What makes the file no lesson that can be run: unclosed fences, broken output blocks, unknown marks.
  package let problems: [Diagnostic]
  /// Where the links and pictures of the whole text lead.
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
  /// The folder in which it lies, as its path has it; empty where that is the process's own.
  package var folder: String {
    guard let slash = name.lastIndex(of: "/") else { return "" }
    return slash == name.startIndex ? "/" : String(name[..<slash])
  }

  /// The path without its folder.
  package var fileName: String { name.split(separator: "/").last.map(String.init) ?? name }

  /// Where its pictures lie, beside it: `lesson.assets`.
  package var assets: String { (fileName.hasSuffix(".md") ? String(fileName.dropLast(3)) : fileName) + ".assets" }
}

/// The output of a cell as the file has it.
package struct KeptOutput {
  package enum Part: Equatable {
    case text([String])
    case picture(url: String, title: String)
    /// `...` on a line of its own: any parts.
    case any
  }

  package let parts: [Part]
  /// The lines of the block, its two comments among them.
  let lines: Range<Int>

  static let opening = "<!-- loam:out -->"
  static let closing = "<!-- loam:end -->"
}
