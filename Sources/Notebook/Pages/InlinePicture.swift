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
    return "<img src=\"data:\(type);base64,\(base64)\" \(attributes)>"
  }

  /// RFC 4648, section 4.
  private var base64: String {
    let digits = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
    var text: [UInt8] = []
    text.reserveCapacity(bytes.count * 4 / 3 + 4)
    for start in stride(from: 0, to: bytes.count, by: 3) {
      let group = bytes[start..<min(start + 3, bytes.count)]
      let word = group.reduce(0) { $0 << 8 | Int($1) } << (8 * (3 - group.count))
      for place in 0..<4 {
        text.append(place <= group.count ? digits[word >> (18 - 6 * place) & 63] : UInt8(ascii: "="))
      }
    }
    return String(decoding: text, as: UTF8.self)
  }
}
