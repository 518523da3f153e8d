/// A picture on its way to where people look: bytes 0 to 255, row by row, `channels` to a pixel (1 is
/// grey, 3 colour, 4 colour with opacity).
package struct Picture: Equatable, Sendable {
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
  /// `title` is a few words on what is shown.
  func show(_ picture: Picture, title: String)
}
