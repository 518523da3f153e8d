import Display
import Images

/// A picture file embedded in a page: the formats that all browsers support, recognised by their first bytes. An SVG in
/// an `img` element runs no scripts and fetches nothing.
struct InlinePicture {
  private let type: String
  private let bytes: [UInt8]

  init?(_ bytes: [UInt8]) {
    let types: [(type: String, start: [UInt8])] = [
      ("image/png", [0x89, 0x50, 0x4E, 0x47]), ("image/jpeg", [0xFF, 0xD8, 0xFF]), ("image/gif", Array("GIF8".utf8)), ("image/webp", Array("RIFF".utf8)),
      ("image/svg+xml", Array("<svg".utf8)), ("image/svg+xml", Array("<?xml".utf8)),
    ]
    guard let known = types.first(where: { bytes.starts(with: $0.start) }) else { return nil }
    type = known.type
    self.bytes = bytes
  }

  /// `isOutput`: pictures of data keep sharp edges, and small ones are enlarged. Pictures wider than the page are
  /// reduced, which needs smooth scaling.
  func html(title: String, isOutput: Bool) -> String {
    var attributes = "alt=\"\(HTML.escaped(title))\""
    if isOutput, let shape = PNG.shape(bytes), shape[0] > 0, shape[1] > 0, shape[1] <= ViewingScale.pageWidth {
      let scale = ViewingScale.fitting(imageHeight: shape[0], sheetHeight: shape[0], sheetWidth: shape[1])
      attributes += " class=\"pixels\" width=\"\(shape[1] * scale)\""
    }
    return "<img src=\"data:\(type);base64,\(Base64.text(bytes))\" \(attributes)>"
  }
}
