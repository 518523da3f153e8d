import Effects

/// A picture in characters: each is two pixels, the upper half block in the foreground colour over
/// the background.
package struct TerminalPicture {
  private let image: Picture
  private let terminal: Terminal

  package init(_ image: Picture, _ terminal: Terminal) {
    self.image = image
    self.terminal = terminal
  }

  package var text: String {
    let (height, width, channels) = (image.height, image.width, image.channels)
    // Too wide pictures are thinned to fit.
    let step = max(1, (width + terminal.columns - 1) / terminal.columns)
    var lines: [String] = []
    for row in stride(from: 0, to: height, by: 2 * step) {
      var line = ""
      for column in stride(from: 0, to: width, by: step) {
        let upper = colour(row, column, width, channels)
        let lower = row + step < height ? colour(row + step, column, width, channels) : (255, 255, 255)
        line += code(upper, foreground: true) + code(lower, foreground: false) + "▀"
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

  private func code(_ colour: (Int, Int, Int), foreground: Bool) -> String {
    let layer = foreground ? 38 : 48
    guard !terminal.trueColour else { return "\u{1B}[\(layer);2;\(colour.0);\(colour.1);\(colour.2)m" }
    // The 6×6×6 cube of 256 colours.
    let index = 16 + 36 * (colour.0 * 5 / 255) + 6 * (colour.1 * 5 / 255) + colour.2 * 5 / 255
    return "\u{1B}[\(layer);5;\(index)m"
  }
}
