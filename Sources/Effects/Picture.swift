/// A picture on its way to where people look.
package enum Picture: Equatable, Sendable {
  case pixels(Pixels)
  /// Lines and letters, as a whole SVG file: a chart.
  case drawing(svg: String)
}

/// Bytes 0 to 255, row by row, `channels` to a pixel: 1 is grey, 3 colour, 4 colour with opacity.
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

/// Where a program's pictures go. A lesson keeps them between its printed lines; where there is no
/// sink, a picture is text for the terminal or a line of words.
package protocol PictureSink: AnyObject {
  /// `title` is a few words on what is shown, `inCharacters` the same picture for a terminal.
  func show(_ picture: Picture, title: String, inCharacters: (Terminal) -> String)
}
