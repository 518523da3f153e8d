import Effects
import Images

/// The escape code that shows a picture, for terminals with graphics.
struct TerminalGraphics {
  private let image: Pixels
  private let terminal: Terminal
  /// The maximum size of a piece in kitty's protocol, in bytes.
  private static let kittyPiece = 4096

  init(_ image: Pixels, _ terminal: Terminal) {
    self.image = image
    self.terminal = terminal
  }

  var text: String? {
    guard terminal.graphics != .characters, let file = try? PNG.encode(image.bytes, height: image.height, width: image.width, channels: image.channels)
    else { return nil }
    let payload = Base64.text(file)
    switch terminal.graphics {
    case .characters: return nil
    // https://sw.kovidgoyal.net/kitty/graphics-protocol: a=T shows, f=100 is a PNG file, m=1 says that more follows.
    case .kitty:
      var pieces: [Substring] = []
      var rest = Substring(payload)
      while !rest.isEmpty {
        pieces.append(rest.prefix(TerminalGraphics.kittyPiece))
        rest = rest.dropFirst(TerminalGraphics.kittyPiece)
      }
      return pieces.enumerated().map { index, piece in
        let more = index + 1 < pieces.count ? 1 : 0
        return "\u{1B}_G\(index == 0 ? "a=T,f=100,q=2," : "")m=\(more);\(piece)\u{1B}\\"
      }.joined() + "\n"
    // https://iterm2.com/documentation-images.html
    case .iTerm: return "\u{1B}]1337;File=inline=1;size=\(file.count):\(payload)\u{07}\n"
    }
  }
}
