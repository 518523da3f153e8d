import Effects
import Images
import Tensors

/// Images as `show` draws them: side by side, small ones enlarged if pixels are drawn.
struct ShownImages {
  let batch: ImageBatch
  let columns: Int
  /// Drawn over the images.
  var annotations: AnnotationDrawing?
  /// The approximate width of a terminal's character, in pixels.
  private static let characterWidth = 8

  /// For a lesson and its exported page.
  func onPage() throws -> Pixels { try pixels(within: ViewingScale.pageWidth) }

  func text(on terminal: Terminal) throws -> String {
    let pixels =
      switch terminal.graphics {
      case .characters: Pixels(try sheet(scale: 1))
      case .kitty, .iTerm: try pixels(within: min(ViewingScale.pageWidth, terminal.columns * ShownImages.characterWidth))
      }
    return TerminalPicture(pixels, terminal).text
  }

  private func pixels(within width: Int) throws -> Pixels {
    Pixels(try sheet(scale: batch.viewingScale(columns: columns, within: width)))
  }

  func sheet(scale: Int) throws -> Tensor {
    try annotations?.sheet(batch, columns: columns, scale: scale) ?? batch.sheet(columns: columns, scale: scale)
  }
}

extension Pixels {
  /// From values 0 to 1, [height, width, channels]; clipped to that range.
  init(_ tensor: Tensor) {
    self.init(
      height: tensor.shape[0], width: tensor.shape[1], channels: tensor.shape[2], bytes: (0..<tensor.count).map { PNG.byte(tensor[$0]) })
  }
}
