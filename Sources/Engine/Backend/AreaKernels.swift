/// A filter of a whole image, from pixels to pixels of the same type and size. Beyond its edges an image is mirrored at the
/// centres of its edge pixels.
package enum AreaKernel: Sendable {
  /// A symmetric filter of rows, then of columns: weights of the centre, of distance 1 and so on, fewer than the width and the
  /// height. With `sharpening`, the result is the image plus that times what the filter takes away.
  case blur(rows: [Float], columns: [Float], sharpening: Float? = nil)
  /// The mean of the square of pixels at most `radius` rows and columns away, less than the width and the height.
  case box(radius: Int)
  /// A weighted sum of pixels.
  case taps([Tap])
  /// The median of the square of 3 or 5 rows; beyond the edges is the nearest pixel. A value that differs from it by at most
  /// `threshold`, of 0 to 1, stays as it is.
  case median(size: Int, threshold: Float? = nil)
  /// A new level for each of 256 levels of each of the first channels: [channels, 256].
  case table([UInt8])
  /// Contrast-limited adaptive histogram equalisation by tiles; a limit of 0 is none.
  case equalization(rows: Int, columns: Int, limit: Double)
  /// Non-local means of the first channels; radii of the search and of the patches.
  case patches(channels: Int, search: Int, patch: Int, noise: Float, strength: Float)
  /// Missing pixels of the first channels, where [height, width, channels] is not 0, as a smooth continuation. Of floats.
  case missing([UInt8], channels: Int)

  /// A weight, and where its pixel is from the centre.
  package struct Tap: Equatable, Sendable {
    package var row: Int
    package var column: Int
    package var weight: Float

    package init(row: Int, column: Int, weight: Float) {
      self.row = row
      self.column = column
      self.weight = weight
    }
  }
}
