import CMark

/// A Markdown text as cmark-gfm reads it. Lessons know of Markdown only what this file tells them.
final class Markdown {
  private let document: OpaquePointer

  /// GitHub's tables, struck text, bare links and task lists are read too.
  private static let extensions = ["table", "strikethrough", "autolink", "tasklist"]

  init(_ bytes: [UInt8]) {
    cmark_gfm_core_extensions_ensure_registered()
    let parser = cmark_parser_new(CMARK_OPT_VALIDATE_UTF8)
    defer { cmark_parser_free(parser) }
    for name in Markdown.extensions { cmark_parser_attach_syntax_extension(parser, cmark_find_syntax_extension(name)) }
    bytes.withUnsafeBytes { cmark_parser_feed(parser, $0.baseAddress?.assumingMemoryBound(to: CChar.self), $0.count) }
    document = cmark_parser_finish(parser)
  }

  deinit { cmark_node_free(document) }

  /// Every node in the order of the text, a parent before its children. Nodes may not be replaced on
  /// the way: what is to change is collected first.
  var nodes: [Node] {
    var nodes: [Node] = []
    let walk = cmark_iter_new(document)
    defer { cmark_iter_free(walk) }
    while true {
      let event = cmark_iter_next(walk)
      if event == CMARK_EVENT_DONE { return nodes }
      if event == CMARK_EVENT_ENTER, let raw = cmark_iter_get_node(walk) { nodes.append(Node(raw: raw, owner: self)) }
    }
  }

  /// As HTML, in the safe manner: no raw HTML, no links that run scripts.
  var html: String {
    guard let text = cmark_render_html(document, CMARK_OPT_DEFAULT, nil) else { return "" }
    defer { cmark_get_default_mem_allocator().pointee.free(text) }
    return String(cString: text)
  }

  struct Node {
    fileprivate let raw: OpaquePointer
    /// Keeps the tree alive while one of its nodes is held.
    fileprivate let owner: Markdown

    enum Kind {
      case codeBlock, htmlBlock, htmlInline, paragraph, heading, image, link, text, code, softBreak, otherBlock, otherInline
    }

    var kind: Kind {
      switch cmark_node_get_type(raw) {
      case CMARK_NODE_CODE_BLOCK: .codeBlock
      case CMARK_NODE_HTML_BLOCK: .htmlBlock
      case CMARK_NODE_HTML_INLINE: .htmlInline
      case CMARK_NODE_PARAGRAPH: .paragraph
      case CMARK_NODE_HEADING: .heading
      case CMARK_NODE_IMAGE: .image
      case CMARK_NODE_LINK: .link
      case CMARK_NODE_TEXT: .text
      case CMARK_NODE_CODE: .code
      case CMARK_NODE_SOFTBREAK: .softBreak
      default: isBlock ? .otherBlock : .otherInline
      }
    }

    /// The bits that the library's own header asks for.
    var isBlock: Bool { cmark_node_get_type(raw).rawValue & UInt32(CMARK_NODE_TYPE_MASK) == UInt32(CMARK_NODE_TYPE_PRESENT) }
    /// Counted from one; only blocks know their place.
    var line: Int { Int(cmark_node_get_start_line(raw)) }
    /// The byte of the line, counted from one.
    var column: Int { Int(cmark_node_get_start_column(raw)) }
    var literal: String { cmark_node_get_literal(raw).map { String(cString: $0) } ?? "" }
    var url: String { cmark_node_get_url(raw).map { String(cString: $0) } ?? "" }
    var next: Node? { cmark_node_next(raw).map { Node(raw: $0, owner: owner) } }
    var level: Int { Int(cmark_node_get_heading_level(raw)) }

    var children: [Node] {
      var children: [Node] = []
      var child = cmark_node_first_child(raw)
      while let node = child {
        children.append(Node(raw: node, owner: owner))
        child = cmark_node_next(node)
      }
      return children
    }

    /// The words on the fence line; none for code that is only indented.
    var fenceWords: [String] { cmark_node_get_fence_info(raw).map { String(cString: $0).split(whereSeparator: \.isWhitespace).map(String.init) } ?? [] }

    /// The character of a fence, and how many; nil for code that is only indented.
    var fence: (character: UInt8, count: Int)? {
      var (length, offset, character) = (Int32(0), Int32(0), CChar(0))
      guard cmark_node_get_fenced(raw, &length, &offset, &character) != 0 else { return nil }
      return (UInt8(bitPattern: character), Int(length))
    }

    /// The text within, without its marks: what a heading says, what a picture is called.
    var plainText: String {
      var text = ""
      let walk = cmark_iter_new(raw)
      defer { cmark_iter_free(walk) }
      while true {
        let event = cmark_iter_next(walk)
        if event == CMARK_EVENT_DONE { return text }
        guard event == CMARK_EVENT_ENTER, let inner = cmark_iter_get_node(walk) else { continue }
        let node = Node(raw: inner, owner: owner)
        switch node.kind {
        case .text, .code: text += node.literal
        case .softBreak: text += " "
        default: break
        }
      }
    }

    /// Puts HTML of our own making in the node's place.
    func replace(withHTML html: String) {
      guard let made = cmark_node_new(isBlock ? CMARK_NODE_CUSTOM_BLOCK : CMARK_NODE_CUSTOM_INLINE) else { return }
      cmark_node_set_on_enter(made, html)
      if cmark_node_replace(raw, made) != 0 { cmark_node_free(raw) } else { cmark_node_free(made) }
    }

    func remove() { cmark_node_free(raw) }
  }
}
