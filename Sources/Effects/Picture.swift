/// A picture to be shown.
package enum Picture: Equatable, Sendable {
  case pixels(Pixels)
  /// A chart, as a complete SVG file.
  case drawing(svg: String)
}

/// Bytes 0 to 255, row by row, with `channels` per pixel: 1 is grey, 3 colour, 4 colour with opacity.
package struct Pixels: Equatable, Sendable {
  package let height: Int
  package let width: Int
  package let channels: Int
  package let bytes: [UInt8]

  package init(height: Int, width: Int, channels: Int, bytes: [UInt8]) {
    precondition(bytes.count == height * width * channels)
    self.height = height
    self.width = width
    self.channels = channels
    self.bytes = bytes
  }
}

/// Receives the pictures of a program. A lesson records them between the printed lines; without a sink, a picture is
/// shown as characters or described in words.
package protocol PictureSink: AnyObject {
  /// `title` describes the picture in a few words; `inCharacters` is the same picture for a terminal.
  func show(_ picture: Picture, title: String, inCharacters: (Terminal) -> String)
}
