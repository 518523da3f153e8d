import CMark
import Glibc

/// A lesson: plain CommonMark whose fenced cells marked `loam` are code. Markdown is read by
/// cmark-gfm, never by patterns.
package struct Lesson {
  package struct Cell: Equatable {
    /// The line of the file on which the code begins, counted from one.
    package let line: Int
    package let code: String
    /// The words behind `loam` on the fence line: `id=first`, `fails`.
    package let attributes: [String]
  }

  package let cells: [Cell]

  package init(_ text: String) {
    var text = text
    var cells: [Cell] = []
    let document = text.withUTF8 { bytes in
      bytes.withMemoryRebound(to: CChar.self) { cmark_parse_document($0.baseAddress, $0.count, CMARK_OPT_DEFAULT) }
    }
    defer { cmark_node_free(document) }
    let walk = cmark_iter_new(document)
    defer { cmark_iter_free(walk) }
    while cmark_iter_next(walk) != CMARK_EVENT_DONE {
      guard let node = cmark_iter_get_node(walk), cmark_node_get_type(node) == CMARK_NODE_CODE_BLOCK, let info = cmark_node_get_fence_info(node)
      else { continue }
      let words = String(cString: info).split(whereSeparator: \.isWhitespace).map(String.init)
      guard words.first == "loam", let code = cmark_node_get_literal(node) else { continue }
      // The fence stands on the line before.
      cells.append(Cell(line: Int(cmark_node_get_start_line(node)) + 1, code: String(cString: code), attributes: Array(words.dropFirst())))
    }
    self.cells = cells
  }
}
