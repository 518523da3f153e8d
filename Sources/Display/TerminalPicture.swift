import Effects

/// A picture on a terminal. Without graphics, each character is two pixels: an upper half block in the foreground
/// colour, over the background.
package struct TerminalPicture {
  private let image: Pixels
  private let terminal: Terminal

  package init(_ image: Pixels, _ terminal: Terminal) {
    self.image = image
    self.terminal = terminal
  }

  /// As pixels if the terminal has graphics.
  package var text: String { TerminalGraphics(image, terminal).text ?? characters }

  private var characters: String {
    let (height, width, channels) = (image.height, image.width, image.channels)
    // Skips pixels of a picture that is too wide.
    let step = max(1, (width + terminal.columns - 1) / terminal.columns)
    var lines: [String] = []
    for row in stride(from: 0, to: height, by: 2 * step) {
      var line = ""
      for column in stride(from: 0, to: width, by: step) {
        let upper = colour(row, column, width, channels)
        let lower = row + step < height ? colour(row + step, column, width, channels) : (255, 255, 255)
        line += terminal.code(upper, foreground: true) + terminal.code(lower, foreground: false) + "▀"
      }
      lines.append(line + "\u{1B}[0m")
    }
    return lines.joined(separator: "\n") + "\n"
  }

  private func colour(_ row: Int, _ column: Int, _ width: Int, _ channels: Int) -> (Int, Int, Int) {
    let at = (row * width + column) * channels
    func byte(_ channel: Int) -> Int { Int(image.bytes[at + channel]) }
    return channels == 1 ? (byte(0), byte(0), byte(0)) : (byte(0), byte(1), byte(2))
  }
}
