import Display

/// A lesson as one self-contained HTML page: for a browser, a phone, a printer. Markdown is rendered in safe mode, and
/// the page itself forbids scripts.
package enum LessonPage {
  /// `read` returns the bytes of a file beside the lesson; nil if it cannot or must not be read.
  package static func html(_ lesson: Lesson, read: (String) -> [UInt8]?) -> String {
    let markdown = Markdown(lesson.lines.bytes)
    let nodes = markdown.nodes
    let title = nodes.first { $0.kind == .heading }?.plainText ?? lesson.fileName
    let cells = Dictionary(lesson.cells.map { ($0.lines.lowerBound, $0) }) { first, _ in first }
    let outputs = lesson.cells.compactMap(\.saved?.lines)
    let openings = Set(outputs.map(\.lowerBound))
    let closings = Set(outputs.map { $0.upperBound - 1 })
    // From the end, since replacing a node removes its children.
    for node in nodes.reversed() {
      switch node.kind {
      case .codeBlock:
        guard let cell = cells[node.line] else { continue }
        if cell.marks.isHidden { node.remove() } else { node.replace(withHTML: code(cell)) }
      case .htmlBlock:
        if openings.contains(node.line) {
          node.replace(withHTML: "<div class=\"output\">")
        } else if closings.contains(node.line) {
          node.replace(withHTML: "</div>")
        } else if node.literal.trimmingSpaces.hasPrefix("<!--") {
          node.remove()
        } else {
          node.replace(withHTML: "<pre class=\"raw\">\(HTML.escaped(node.literal))</pre>")
        }
      case .htmlInline: if !isPlainTag(node.literal) { node.remove() } else { node.replace(withHTML: node.literal) }
      case .image: node.replace(withHTML: picture(node, lesson, read))
      default: continue
      }
    }
    return HTML.page(title: title, style: PageStyle.text, body: markdown.html)
  }

  /// Inline tags without attributes that are common in Markdown: `<sub>`, `<kbd>`, `<br>`. With an attribute they could
  /// do more, so they are removed; their text stays.
  private static func isPlainTag(_ tag: String) -> Bool {
    let name = tag.filter { !"<>/ ".contains($0) }
    return ["b", "br", "code", "em", "i", "kbd", "mark", "s", "small", "strong", "sub", "sup", "u", "var"].contains(name)
      && ["<\(name)>", "</\(name)>", "<\(name)/>", "<\(name) />"].contains(tag)
  }

  private static func code(_ cell: Lesson.Cell) -> String {
    let name = cell.marks.file.map { "<div class=\"name\">\(HTML.escaped($0))</div>" } ?? ""
    return "\(name)<pre class=\"cell\"><code>\(CodeColours.html(cell.code))</code></pre>"
  }

  /// Pictures elsewhere are only named: the page fetches nothing.
  private static func picture(_ node: Markdown.Node, _ lesson: Lesson, _ read: (String) -> [UInt8]?) -> String {
    let (title, path) = (node.plainText, LinkPath.path(of: node.url))
    guard let picture = read(path).flatMap(InlinePicture.init) else {
      return "<span class=\"missing\">[picture: \(HTML.escaped(title.isEmpty ? node.url : title))]</span>"
    }
    return picture.html(title: title, isOutput: path.hasPrefix(lesson.assets + "/"))
  }
}
