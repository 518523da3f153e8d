import Tensors

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

/// Pixels [height, width, channels] in memory: u8, 0 to 255, or f32, 0 to 1.
package struct Pixels {
  package var memory: UnsafeMutableRawPointer
  package var isBytes: Bool
  package var height: Int
  package var width: Int
  package var channels: Int
  /// Whether this is part of a result that no cache holds, so that kernels may write past the caches.
  package var isStreamed = false

  package init(_ memory: UnsafeMutableRawPointer, isBytes: Bool, height: Int, width: Int, channels: Int) {
    self.memory = memory
    self.isBytes = isBytes
    self.height = height
    self.width = width
    self.channels = channels
  }

  /// An image of a batch of `batchBytes` bytes.
  package init(_ memory: UnsafeMutableRawPointer, isBytes: Bool, height: Int, width: Int, channels: Int, batchBytes: Int) {
    self.init(memory, isBytes: isBytes, height: height, width: width, channels: channels)
    // A good part of the last cache of today's processors. Up to there, rows that go through the caches were as fast or faster.
    isStreamed = batchBytes >= 12 << 20
  }
}

/// An image, sampled at (m0 r + m1 c + m2, m3 r + m4 c + m5) for each pixel (r, c) of the output, in pixels between centres,
/// and then changed by point operations, a row at a time.
package struct ImageWarp {
  /// A map that is not affine, and the affine map after it.
  package struct Bend {
    package enum Kind {
      /// Nine numbers, row by row.
      case perspective([Double])
      /// Displacements f32[rows, columns, 2].
      case elastic(Tensor, spacing: Double)
    }

    package var kind: Kind
    package var then: (Double, Double, Double, Double, Double, Double)

    package init(_ kind: Kind, then: (Double, Double, Double, Double, Double, Double)) {
      self.kind = kind
      self.then = then
    }
  }

  package var input: Pixels
  package var output: Pixels
  package var map: (Double, Double, Double, Double, Double, Double)
  /// Whether the map is of integers, so that pixels are copied.
  package var isExact: Bool
  package var sampling: Sampling
  /// Applied after the map, the last one first.
  package var bends: [Bend] = []
  package var points: [PointOperation] = []

  package init(
    input: Pixels, output: Pixels, map: (Double, Double, Double, Double, Double, Double), isExact: Bool, sampling: Sampling
  ) {
    self.input = input
    self.output = output
    self.map = map
    self.isExact = isExact
    self.sampling = sampling
  }
}

/// A separable filter of an image of 1 to 4 channels into one of another size; a result of bytes is made of bytes.
package struct ImageResize {
  package var input: Pixels
  package var output: Pixels
  package var rows: ImageTaps
  package var columns: ImageTaps

  package init(input: Pixels, output: Pixels, rows: ImageTaps, columns: ImageTaps) {
    self.input = input
    self.output = output
    self.rows = rows
    self.columns = columns
  }
}
