import Images

/// A picture's file as a part of a page: the formats that every browser shows, told by their first
/// bytes. A drawing in an `img` runs no scripts and fetches nothing.
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

  /// `isOutput`: pictures of data are small, so each pixel is shown as several, with sharp edges.
  func html(title: String, isOutput: Bool) -> String {
    var attributes = "alt=\"\(HTML.escaped(title))\""
    if isOutput, let width = PNG.shape(bytes)?[1], width > 0 {
      attributes += " class=\"pixels\" width=\"\(width * max(1, min(4, 640 / width)))\""
    }
    return "<img src=\"data:\(type);base64,\(Base64.text(bytes))\" \(attributes)>"
  }
}
