import CMark

/// A Markdown document, parsed with cmark-gfm. This file is the only interface to the parser.
final class Markdown {
  private let document: OpaquePointer

  /// GitHub extensions: tables, strikethrough, autolinks and task lists.
  /// The library's own guard is not safe on several threads.
  private static let registration: Void = cmark_gfm_core_extensions_ensure_registered()
  private static let extensions = ["table", "strikethrough", "autolink", "tasklist"]

  init(_ bytes: [UInt8]) {
    _ = Markdown.registration
    let parser = cmark_parser_new(CMARK_OPT_VALIDATE_UTF8)
    defer { cmark_parser_free(parser) }
    for name in Markdown.extensions { cmark_parser_attach_syntax_extension(parser, cmark_find_syntax_extension(name)) }
    bytes.withUnsafeBytes { cmark_parser_feed(parser, $0.baseAddress?.assumingMemoryBound(to: CChar.self), $0.count) }
    document = cmark_parser_finish(parser)
  }

  deinit { cmark_node_free(document) }

  /// All nodes in document order, parents before children. Nodes must not be replaced during the walk.
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

  /// As HTML in safe mode: no raw HTML, no script links.
  var html: String {
    guard let text = cmark_render_html(document, CMARK_OPT_DEFAULT, nil) else { return "" }
    defer { cmark_get_default_mem_allocator().pointee.free(text) }
    return String(cString: text)
  }

  struct Node {
    fileprivate let raw: OpaquePointer
    /// Keeps the tree alive as long as one of its nodes.
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

    /// Bit flags from the header of the library.
    var isBlock: Bool { cmark_node_get_type(raw).rawValue & UInt32(CMARK_NODE_TYPE_MASK) == UInt32(CMARK_NODE_TYPE_PRESENT) }
    /// Counted from one; only for blocks.
    var line: Int { Int(cmark_node_get_start_line(raw)) }
    /// The byte column, counted from one.
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

    /// The words on the fence line; empty for indented code.
    var fenceWords: [String] { cmark_node_get_fence_info(raw).map { String(cString: $0).split(whereSeparator: \.isWhitespace).map(String.init) } ?? [] }

    /// The character and length of a fence; nil for indented code.
    var fence: (character: UInt8, count: Int)? {
      var (length, offset, character) = (Int32(0), Int32(0), CChar(0))
      guard cmark_node_get_fenced(raw, &length, &offset, &character) != 0 else { return nil }
      return (UInt8(bitPattern: character), Int(length))
    }

    /// The plain text of a node: of a heading, or the title of a picture.
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

    /// Replaces the node with generated HTML.
    func replace(withHTML html: String) {
      guard let made = cmark_node_new(isBlock ? CMARK_NODE_CUSTOM_BLOCK : CMARK_NODE_CUSTOM_INLINE) else { return }
      cmark_node_set_on_enter(made, html)
      if cmark_node_replace(raw, made) != 0 { cmark_node_free(raw) } else { cmark_node_free(made) }
    }

    func remove() { cmark_node_free(raw) }
  }
}
