import Effects
import Tensors

/// A picture in characters: each is two pixels, the upper half block in the foreground colour over
/// the background.
struct TerminalPicture {
  private let image: Tensor
  private let terminal: Terminal

  init(_ image: Tensor, _ terminal: Terminal) {
    self.image = image
    self.terminal = terminal
  }

  var text: String {
    let (height, width, channels) = (image.shape[0], image.shape[1], image.shape[2])
    // Too wide pictures are thinned to fit.
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
    func byte(_ channel: Int) -> Int { Int(max(0, min(1, image[at + channel])) * 255) }
    return channels == 1 ? (byte(0), byte(0), byte(0)) : (byte(0), byte(1), byte(2))
  }
}
