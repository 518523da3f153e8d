/// How an image is read between and outside its pixels.
package struct Sampling: Hashable, Sendable {
  package enum Interpolation: String, CaseIterable, Sendable {
    case nearest, bilinear
    /// R. Keys, "Cubic convolution interpolation for digital image processing", 1981, with a = -1/2, as Pillow's.
    case bicubic
  }

  /// What is outside the image.
  package enum Fill: Hashable, Sendable {
    case constant(Float)
    /// The nearest pixel of the edge.
    case edge
    /// The image mirrored at the centres of its edge pixels, as NumPy's "reflect".
    case reflect
    /// The image repeated.
    case wrap
  }

  package var interpolation = Interpolation.bilinear
  package var fill = Fill.constant(0)

  package init(_ interpolation: Interpolation = .bilinear, fill: Fill = .constant(0)) {
    self.interpolation = interpolation
    self.fill = fill
  }
}

/// An image [height, width, channels], sampled at (m0 r + m1 c + m2, m3 r + m4 c + m5) for each pixel (r, c) of the output,
/// in pixels between centres.
package struct ImageWarp {
  package var input: UnsafePointer<Float>
  package var output: UnsafeMutablePointer<Float>
  package var height: Int
  package var width: Int
  package var channels: Int
  package var outHeight: Int
  package var outWidth: Int
  package var map: (Double, Double, Double, Double, Double, Double)
  /// Whether the map is of integers, so that pixels are copied.
  package var isExact: Bool
  package var sampling: Sampling

  package init(
    input: UnsafePointer<Float>, output: UnsafeMutablePointer<Float>, height: Int, width: Int, channels: Int, outHeight: Int, outWidth: Int,
    map: (Double, Double, Double, Double, Double, Double), isExact: Bool, sampling: Sampling
  ) {
    self.input = input
    self.output = output
    self.height = height
    self.width = width
    self.channels = channels
    self.outHeight = outHeight
    self.outWidth = outWidth
    self.map = map
    self.isExact = isExact
    self.sampling = sampling
  }
}

/// A filter along the middle of [outer, inCount, inner]: output position p is the sum of `taps` inputs from `start[p]`, times
/// `weights[p * taps ...]`.
package struct ImageFilter {
  package var input: UnsafePointer<Float>
  package var output: UnsafeMutablePointer<Float>
  package var outer: Int
  package var inCount: Int
  package var outCount: Int
  package var inner: Int
  package var taps: Int
  package var start: UnsafePointer<Int32>
  package var weights: UnsafePointer<Float>

  package init(
    input: UnsafePointer<Float>, output: UnsafeMutablePointer<Float>, outer: Int, inCount: Int, outCount: Int, inner: Int, taps: Int,
    start: UnsafePointer<Int32>, weights: UnsafePointer<Float>
  ) {
    self.input = input
    self.output = output
    self.outer = outer
    self.inCount = inCount
    self.outCount = outCount
    self.inner = inner
    self.taps = taps
    self.start = start
    self.weights = weights
  }
}
